"""Announces to all processes that a key or an agreement has ended, so that they read the keys again at once.

Every end renews a mark in Redis, and every process polls it each second. A message could be lost, and a mark cannot: a
process that was away finds it changed, even if Redis has started from nothing meanwhile.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from secrets import token_hex
from typing import NoReturn

from redis.asyncio import ConnectionPool, Redis

from gateway.store.redis import PREFIX, REDIS_ERRORS

MARK = f"{PREFIX}:ended"
"""The key of the mark in Redis."""

POLL_INTERVAL = 1.0
"""Seconds."""


class RevocationFeed:
    """Announcements through Redis; without one nothing is announced."""

    def __init__(self, connections: ConnectionPool | None) -> None:
        self._redis = None if connections is None else Redis(connection_pool=connections)

    async def announce(self) -> bool:
        """Announces that something has ended; returns whether other processes will notice."""
        if self._redis is None:
            return False
        try:
            await self._redis.set(MARK, token_hex(8))
        except REDIS_ERRORS:
            return False
        return True

    @asynccontextmanager
    async def watch(self, callback: Callable[[], None]) -> AsyncGenerator[None]:
        """Polls while the context lasts."""
        task = asyncio.create_task(self.poll(callback))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def poll(self, callback: Callable[[], None]) -> NoReturn:
        """Calls `callback` after each announcement, once at the start, and when Redis has lost the mark."""
        last: bytes | str | None = b""
        while True:
            if self._redis is not None:
                try:
                    mark = await self._redis.get(MARK)
                except REDIS_ERRORS:
                    mark = last
                if mark != last:
                    last = mark
                    callback()
            await asyncio.sleep(POLL_INTERVAL)
