"""`/graphql`: a GraphQL request from HTTP to its answer."""

from starlette.requests import Request as HTTPRequest
from starlette.responses import Response

from gateway.access.audit.log import AuditLog
from gateway.access.networks import subscriber_network
from gateway.catalogue.catalogue import Catalogue
from gateway.edge.authentication import Authenticator
from gateway.edge.middleware import correlation_id
from gateway.edge.requests import (
    BodyLimits,
    BodyTimeout,
    client_host,
    parse_body,
    parse_query_string,
    read_body,
    run_while_connected,
)
from gateway.edge.responses import error_response, graphql_response, headers_of, preferred_media_type
from gateway.operations.document_caches import DocumentCaches
from gateway.operations.execution import OperationLimits, execute_request
from gateway.operations.request import Request
from gateway.ratelimit.budgets import Budget, Budgets
from gateway.store.seats import Seats
from schema.errors import ErrorCode, RequestError

MOST_OPERATIONS, MOST_OF_ONE_CALLER = 64, 4
"""Operations that run at a time, and those of one caller. All take turns on the event loop, so many of one caller
would hold up those of others."""

ALLOWED_METHODS = "GET, HEAD, OPTIONS, POST"

CLIENT_LEFT = 499
"""The status of a response that nobody waits for, as nginx logs it."""

CLOSE = {"connection": "close"}
"""Sent with a refusal that leaves a body unread: no request can follow it on the same connection."""


class GraphQLEndpoint:
    """Answers GraphQL requests over GET and POST."""

    def __init__(
        self,
        catalogue: Catalogue,
        caches: DocumentCaches,
        authenticator: Authenticator,
        budgets: Budgets,
        operation_limits: OperationLimits,
        body_limits: BodyLimits,
    ) -> None:
        self._catalogue = catalogue
        self._caches = caches
        self._authenticator = authenticator
        self._budgets = budgets
        self._operation_limits = operation_limits
        self._body_limits = body_limits
        self._turns = Seats(MOST_OPERATIONS, MOST_OF_ONE_CALLER)
        self.log: AuditLog | None = None
        """Where non-public records and sensitive fields are logged; set while the service runs."""

    async def answer(self, http: HTTPRequest) -> Response:
        if http.method == "OPTIONS":
            return Response(status_code=204, headers={"allow": ALLOWED_METHODS})
        media_type = preferred_media_type(http.headers.get("accept", ""))
        budget: Budget | None = None
        try:
            await self._authenticator.forbid_keys(http.scope["query_string"])
            caller = await self._authenticator.authenticate(http)
            budget = self._budgets.of(caller, subscriber_network(client_host(http)))
            await budget.arrive()
            request = await self._read(http)
        except BodyTimeout:
            message = f"The body did not arrive within {self._body_limits.timeout:g} seconds."
            return error_response(ErrorCode.BAD_REQUEST, message, media_type, 408, CLOSE)
        except RequestError as exc:
            close = CLOSE if http.method == "POST" else {}
            headers = {**close, **headers_of(exc.code), **(await budget.headers() if budget else {})}
            return error_response(exc.code, exc.message, media_type, headers=headers)
        work = execute_request(
            self._catalogue,
            caller,
            self._caches,
            request,
            limits=self._operation_limits,
            queries_only=http.method != "POST",
            audit_log=self.log,
            budget=budget,
            subscriber=budget.subject,
            turns=self._turns,
        )
        answer = await run_while_connected(http, work)
        if answer is None:
            return Response(status_code=CLIENT_LEFT)
        allow = {"allow": "POST"} if answer.refusal is ErrorCode.METHOD_NOT_ALLOWED else {}
        headers = {**allow, **headers_of(answer.refusal), **await budget.headers()}
        return graphql_response(answer, media_type, headers=headers)

    async def _read(self, http: HTTPRequest) -> Request:
        """The request in the body, or in the query string of a GET. Raises RequestError and BodyTimeout."""
        request_id = correlation_id(http.scope)
        if http.method != "POST":
            return parse_query_string(http, self._body_limits.max_bytes, request_id)
        body = await read_body(http, self._body_limits)
        await self._authenticator.forbid_keys(body)
        return parse_body(body, request_id)
