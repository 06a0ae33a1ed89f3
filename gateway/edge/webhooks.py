"""`/webhooks/SOURCE`: messages that agencies push. A message is answered when its records are durable."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from secrets import token_bytes

from starlette.requests import Request as HTTPRequest
from starlette.responses import Response

from adapters.errors import UnexpectedShape, Unreadable
from adapters.source import Receiver
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.write.packing import InvalidBatch, pack
from gateway.catalogue.write.webhook_deliveries import MessageIdReused, receive
from gateway.edge.authentication import Authenticator
from gateway.edge.middleware import correlation_id
from gateway.edge.requests import BodyLimits, BodyTimeout, client_host, read_body
from gateway.edge.responses import error_response
from gateway.edge.signatures import BAD_SIGNATURE, verify_signature
from gateway.operations.errors import log_failure
from gateway.ratelimit.attempts import AttemptLimit
from gateway.ratelimit.limiter import RateLimiter
from gateway.store.errors import StoreError
from schema.errors import MEANINGS, ErrorCode, RequestError

BODY_LIMITS = BodyLimits(max_bytes=20_000, timeout=10.0)

WRITE_TIMEOUT = 10.0
"""Seconds: longer than a batch of an import takes, and shorter than senders wait."""

BAD_SIGNATURES_PER_MINUTE = 30
"""Messages with an invalid signature from one address before it must wait."""

RETRY = {"retry-after": "30"}
"""Sent with a refusal that ends by itself."""

TEMPORARY = {ErrorCode.TOO_MANY_REQUESTS, ErrorCode.NOT_READY}


class WebhookEndpoint:
    """Receives messages. An unknown source is answered like an invalid signature."""

    def __init__(
        self,
        catalogue: Catalogue,
        authenticator: Authenticator,
        limiter: RateLimiter,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._catalogue = catalogue
        self._authenticator = authenticator
        self._attempts = AttemptLimit(limiter, "unsigned", BAD_SIGNATURES_PER_MINUTE)
        self._now = now
        self._random_secrets = (token_bytes(32),)
        """Compared where there is no source, so that its refusal takes as long."""

    async def answer(self, http: HTTPRequest) -> Response:
        try:
            await self._authenticator.forbid_keys(http.scope["query_string"])
            body = await read_body(http, BODY_LIMITS)
            await self._authenticator.forbid_keys(body)
            return await self._receive(http, body)
        except BodyTimeout:
            return error_response(ErrorCode.BAD_REQUEST, "The body did not arrive in time.", status=408)
        except RequestError as exc:
            return error_response(exc.code, exc.message, headers=RETRY if exc.code in TEMPORARY else None)

    async def _receive(self, http: HTTPRequest, body: bytes) -> Response:
        source = self._catalogue.sources.get(http.path_params["source"])
        receiver = source if isinstance(source, Receiver) else None
        now = self._now()
        async with self._attempts.count(client_host(http)):
            secrets = receiver.secrets if receiver else self._random_secrets
            identity = verify_signature(http.headers, body, secrets, now)
        if receiver is None:
            raise RequestError(ErrorCode.UNAUTHENTICATED, BAD_SIGNATURE)
        try:
            await self._write(receiver, identity, body, now)
        except (Unreadable, UnexpectedShape) as exc:
            raise RequestError(ErrorCode.BAD_REQUEST, f"The event cannot be read: {exc}.") from None
        except MessageIdReused:
            message = "Another message has this id. Use a new id for each message."
            return error_response(ErrorCode.BAD_REQUEST, message, status=409)
        except InvalidBatch:
            raise RequestError(ErrorCode.BAD_REQUEST, "The event holds text that cannot be stored.") from None
        except (StoreError, TimeoutError) as exc:
            log_failure("a message was not stored", exc, correlation_id(http.scope))
            raise RequestError(ErrorCode.NOT_READY, MEANINGS[ErrorCode.NOT_READY]) from None
        return Response(status_code=204)

    async def _write(self, receiver: Receiver, identity: str, body: bytes, now: datetime) -> None:
        delivery = receiver.receive(body, now)
        database = self._catalogue.database
        packed = pack(receiver.about, delivery.scope, delivery.batch, database.dialect)
        work = partial(receive, about=receiver.about, identity=identity, delivery=delivery, packed=packed)
        async with asyncio.timeout(WRITE_TIMEOUT):
            await database.write(work)
