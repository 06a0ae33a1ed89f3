"""A limit on failed attempts to authenticate from one address. An attempt that succeeds does not count."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from limits import RateLimitItemPerMinute

from gateway.access.networks import subscriber_network
from gateway.ratelimit.limiter import RateLimiter
from schema.errors import ErrorCode, RequestError


class AttemptLimit:
    """Allows an address so many failed attempts of one kind in a minute."""

    def __init__(self, limiter: RateLimiter, kind: str, per_minute: int) -> None:
        self._limiter = limiter
        self._kind = kind
        self._window = RateLimitItemPerMinute(per_minute)

    @asynccontextmanager
    async def count(self, address: str | None) -> AsyncGenerator[None]:
        """Counts an UNAUTHENTICATED refusal within the context.

        Raises RequestError (TOO_MANY_REQUESTS) in its place if the address has used up its attempts.
        """
        try:
            yield
        except RequestError as exc:
            if exc.code is ErrorCode.UNAUTHENTICATED:
                await self._limiter.require(self._window, self._kind, subscriber_network(address))
            raise
