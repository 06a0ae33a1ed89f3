"""What the gateway answers over HTTP: questions, its health, and its schema."""

import asyncio
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256

from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request as HTTPRequest
from starlette.responses import Response

from gateway.access.audit.log import AuditLog
from gateway.access.networks import subscriber_network
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.migration import newest
from gateway.edge.authentication import Authenticator
from gateway.edge.middleware import correlation_id
from gateway.edge.requests import TooSlow, from_body, from_query_string, read_body
from gateway.edge.responses import media_type, refused, response
from gateway.operations.documents import DocumentCaches
from gateway.operations.errors import log_failure
from gateway.operations.execution import OperationLimits, execute_request
from gateway.ratelimit.budgets import Budget, Budgets
from schema.access import View
from schema.contract import sdl
from schema.errors import MEANINGS, ErrorCode, RequestError

ALLOWED = "GET, HEAD, OPTIONS, POST"

CLOSED = {"connection": "close"}
"""Sent with a refusal that leaves a body unread: nothing sensible can follow it on the same connection."""

TOLD: Mapping[ErrorCode, Mapping[str, str]] = {
    ErrorCode.UNAUTHENTICATED: {"www-authenticate": "Bearer"},
    ErrorCode.TOO_MANY_REQUESTS: {"retry-after": "61"},
}
"""Headers that go with a refusal. What was spent counts for up to a second more than a minute."""


class BodyLimits(Struct, frozen=True, kw_only=True):
    """How much of a request is read, and for how long."""

    most_bytes: int = 256 * 1024
    seconds: float = 10.0


class GraphQLEndpoint:
    """`/graphql`."""

    def __init__(
        self,
        holdings: Catalogue,
        caches: DocumentCaches,
        callers: Authenticator,
        budgets: Budgets,
        bounds: OperationLimits,
        reading: BodyLimits,
    ) -> None:
        self._holdings = holdings
        self._caches = caches
        self._limits = bounds
        self._reading = reading
        self._callers = callers
        self._budgets = budgets
        self.log: AuditLog | None = None
        """Where non-public records and sensitive fields are logged; set while the service runs."""

    async def answer(self, http: HTTPRequest) -> Response:
        if http.method == "OPTIONS":
            return Response(status_code=204, headers={"allow": ALLOWED})
        known = correlation_id(http.scope)
        wanted = media_type(http.headers.get("accept", ""))
        posted = http.method == "POST"
        budget: Budget | None = None
        try:
            await self._callers.exposed(http.scope["query_string"])
            caller = await self._callers.of(http)
            budget = self._budgets.of(caller, subscriber_network(http.client.host if http.client else None))
            await budget.arrive()
            if posted:
                body = await read_body(http, self._reading.most_bytes, self._reading.seconds)
                await self._callers.exposed(body)
                request = from_body(body, known)
            else:
                request = from_query_string(http, self._reading.most_bytes, known)
        except TooSlow:
            slow = f"The body did not arrive within {self._reading.seconds:g} seconds."
            return refused(ErrorCode.BAD_REQUEST, slow, wanted, 408, CLOSED)
        except RequestError as exc:
            headers = {
                **(CLOSED if posted else {}),
                **TOLD.get(exc.code, {}),
                **(await budget.headers() if budget else {}),
            }
            return refused(exc.code, exc.message, wanted, headers=headers)
        answer = await execute_request(
            self._holdings,
            caller,
            self._caches,
            request,
            limits=self._limits,
            queries_only=not posted,
            audit_log=self.log,
            spend=budget.spend,
        )
        allow = {"allow": "POST"} if answer.refusal is ErrorCode.METHOD_NOT_ALLOWED else {}
        told = TOLD.get(answer.refusal, {}) if answer.refusal else {}
        return response(answer, wanted, headers={**allow, **told, **await budget.headers()})


class HealthEndpoint:
    """`/health/live` and `/health/ready`."""

    def __init__(self, holdings: Catalogue, seconds: float = 2.0) -> None:
        self._holdings = holdings
        self._seconds = seconds
        self._needed = newest()

    async def live(self, http: HTTPRequest) -> Response:
        return Response(b'{"status":"live"}', media_type="application/json")

    async def ready(self, http: HTTPRequest) -> Response:
        try:
            async with asyncio.timeout(self._seconds):
                version = await self._holdings.version()
        except Exception as exc:  # noqa: BLE001 - whatever it is, the catalogue cannot be read
            log_failure("not ready", exc, correlation_id(http.scope))
            return refused(ErrorCode.NOT_READY, MEANINGS[ErrorCode.NOT_READY])
        if version != self._needed:
            return refused(ErrorCode.NOT_READY, "The catalogue's tables are of another version than the gateway.")
        return Response(b'{"status":"ready"}', media_type="application/json")


class SchemaEndpoint:
    """`/schema.graphql`: the schema as whoever asks sees it."""

    def __init__(self, callers: Authenticator) -> None:
        self._callers = callers

    async def answer(self, http: HTTPRequest) -> Response:
        try:
            await self._callers.exposed(http.scope["query_string"])
            caller = await self._callers.of(http)
        except RequestError as exc:
            return refused(exc.code, exc.message, headers=TOLD.get(exc.code))
        text, tag = _published(caller.view)
        headers = {"etag": tag, "cache-control": "no-cache", "vary": "authorization"}
        held = {each.strip().removeprefix("W/") for each in http.headers.get("if-none-match", "").split(",")}
        if held & {"*", tag}:
            return Response(status_code=304, headers=headers)
        return Response(text, headers=headers, media_type="text/plain; charset=utf-8")


@lru_cache(maxsize=32)
def _published(view: View) -> tuple[bytes, str]:
    """The text of the schema that a caller of this view sees, and its entity tag."""
    text = sdl(view).encode()
    return text, f'"{sha256(text).hexdigest()}"'


def nothing_here(http: HTTPRequest, exc: Exception) -> Response:
    """The answer to what no route takes: an unknown address, or a method that the address does not have."""
    if isinstance(exc, HTTPException) and exc.status_code == 405:
        allow = ", ".join(sorted((exc.headers or {}).get("Allow", "").replace(" ", "").split(",")))
        message = f"Only {allow} can be used here."
        return refused(ErrorCode.METHOD_NOT_ALLOWED, message, headers={"allow": allow})
    return refused(ErrorCode.NOT_FOUND, MEANINGS[ErrorCode.NOT_FOUND])
