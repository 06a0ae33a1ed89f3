"""`/webhooks/SOURCE`: what agencies push. A message is answered once it and what it tells are durably kept."""

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
from gateway.catalogue.write.deliveries import MessageIdReused, receive
from gateway.catalogue.write.packing import InvalidBatch, pack
from gateway.edge.authentication import Authenticator
from gateway.edge.middleware import correlation_id
from gateway.edge.requests import TooSlow, read_body
from gateway.edge.responses import refused
from gateway.edge.signatures import UNSIGNED, verified
from gateway.operations.errors import log_failure
from gateway.ratelimit.attempts import AttemptLimit
from gateway.ratelimit.limiter import RateLimiter
from gateway.store.errors import StoreError
from schema.errors import MEANINGS, ErrorCode, RequestError

MOST_BYTES = 20_000
ARRIVES_WITHIN = 10.0
WRITTEN_WITHIN = 10.0
"""Seconds: longer than a batch of an import takes, and shorter than senders wait."""

BAD_SIGNATURES_PER_MINUTE = 30
"""Messages with an invalid signature from one address before it must wait."""

AGAIN = {"retry-after": "30"}


class WebhookEndpoint:
    """Takes what is pushed. A source that there is not is answered like a signature that is wrong."""

    def __init__(
        self,
        holdings: Catalogue,
        callers: Authenticator,
        limiter: RateLimiter,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._holdings = holdings
        self._callers = callers
        self._attempts = AttemptLimit(limiter, "unsigned", BAD_SIGNATURES_PER_MINUTE)
        self._now = now
        self._nobodys = (token_bytes(32),)

    async def answer(self, http: HTTPRequest) -> Response:
        try:
            await self._callers.exposed(http.scope["query_string"])
            body = await read_body(http, MOST_BYTES, ARRIVES_WITHIN)
            await self._callers.exposed(body)
            return await self._received(http, body)
        except TooSlow:
            return refused(ErrorCode.BAD_REQUEST, "The body did not arrive in time.", status=408)
        except RequestError as exc:
            return refused(exc.code, exc.message, headers=AGAIN if exc.code in WAITING else None)

    async def _received(self, http: HTTPRequest, body: bytes) -> Response:
        source = self._holdings.sources.get(http.path_params["source"])
        receiver = source if isinstance(source, Receiver) else None
        now = self._now()
        async with self._attempts.count(http.client.host if http.client else None):
            identity = verified(http.headers, body, receiver.secrets if receiver else self._nobodys, now)
        if receiver is None:
            raise RequestError(ErrorCode.UNAUTHENTICATED, UNSIGNED)
        try:
            delivery = receiver.receive(body, now)
            packed = pack(receiver.about, delivery.scope, delivery.batch, self._holdings.database.dialect)
            writing = partial(receive, about=receiver.about, identity=identity, delivery=delivery, packed=packed)
            async with asyncio.timeout(WRITTEN_WITHIN):
                await self._holdings.database.write(writing)
        except (Unreadable, UnexpectedShape) as exc:
            raise RequestError(ErrorCode.BAD_REQUEST, f"The event cannot be read: {exc}.") from None
        except MessageIdReused:
            return refused(ErrorCode.BAD_REQUEST, "Another message had this id; each has its own.", status=409)
        except InvalidBatch:
            raise RequestError(ErrorCode.BAD_REQUEST, "The event holds a text that cannot be kept.") from None
        except (StoreError, TimeoutError) as exc:
            log_failure("a message was not kept", exc, correlation_id(http.scope))
            raise RequestError(ErrorCode.NOT_READY, MEANINGS[ErrorCode.NOT_READY]) from None
        return Response(status_code=204)


WAITING = {ErrorCode.TOO_MANY_REQUESTS, ErrorCode.NOT_READY}
