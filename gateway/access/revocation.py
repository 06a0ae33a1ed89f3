"""Telling all processes that a key or an agreement has ended, so that they look at once and not when they next would.

A mark in Redis is made anew with each end; every process looks at it each second. A message could be lost on the way,
and a mark cannot: whoever was away finds it changed, even where Redis has begun from nothing meanwhile.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from secrets import token_hex
from typing import NoReturn

from redis.asyncio import ConnectionPool, Redis

from gateway.store.redis import PREFIX, REDIS_ERRORS

ENDED = f"{PREFIX}:ended"

LOOKED_AT_EVERY = 1.0
"""Seconds."""


class RevocationFeed:
    """What has ended, as told through Redis; nothing is told where there is none."""

    def __init__(self, shared: ConnectionPool | None) -> None:
        self._redis = None if shared is None else Redis(connection_pool=shared)

    async def tell(self) -> bool:
        """Says that something has ended; whether the others will hear of it."""
        if self._redis is None:
            return False
        try:
            await self._redis.set(ENDED, token_hex(8))
        except REDIS_ERRORS:
            return False
        return True

    @asynccontextmanager
    async def followed(self, ended: Callable[[], None]) -> AsyncGenerator[None]:
        """Follows while the context lasts."""
        following = asyncio.create_task(self.follow(ended))
        try:
            yield
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following

    async def follow(self, ended: Callable[[], None]) -> NoReturn:
        """Calls `ended` soon after something has; also once at the beginning, and where Redis has lost its memory."""
        known: bytes | str | None = b""
        while True:
            if self._redis is not None:
                try:
                    mark = await self._redis.get(ENDED)
                except REDIS_ERRORS:
                    mark = known
                if mark != known:
                    known = mark
                    ended()
            await asyncio.sleep(LOOKED_AT_EVERY)
