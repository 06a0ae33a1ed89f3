"""Windows of time within which so much may be done by somebody: counted once for all processes, or by each for itself.

Where there is a Redis, all processes count together there, and each addition is one step in which nobody comes between.
While it does not answer, each process allows its part of every window, counted in its own memory and from nothing: so
within one window nobody gets more than twice as much, and never without limit.
"""

import time
from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import TypeVar

import structlog
from limits import RateLimitItem, WindowStats
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.asyncio import ConnectionPool

from gateway.sharing import PREFIX, SILENT

T = TypeVar("T")

PAUSE = 1.0
"""Seconds in which a Redis that did not answer is not asked: not every caller is to wait for it."""

log = structlog.get_logger("gateway")


class Windows:
    """Counts what is done. `parts` processes share every window where they cannot count together."""

    def __init__(
        self,
        shared: ConnectionPool | None = None,
        parts: int = 1,
        secret: bytes = b"",
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared = None if shared is None else SlidingWindowCounterRateLimiter(_storage(shared))
        self._parts = 1 if shared is None else parts
        self._secret = blake2b(secret).digest()
        self._now = now
        self._silent_until: float | None = None

    async def add(self, window: RateLimitItem, *whose: str, cost: int = 1) -> bool:
        """Counts so much, all or nothing; whether the window allowed it."""
        return await self._counted(lambda by, window, name: by.hit(window, name, cost=cost), window, whose)

    async def stands(self, window: RateLimitItem, *whose: str) -> WindowStats:
        """When all that was counted will have passed, in seconds since 1970, and how much is left."""
        return await self._counted(lambda by, window, name: by.get_window_stats(window, name), window, whose)

    async def _counted(
        self,
        count: Callable[[SlidingWindowCounterRateLimiter, RateLimitItem, str], Awaitable[T]],
        window: RateLimitItem,
        whose: tuple[str, ...],
    ) -> T:
        name = self._name(whose)
        if self._shared is not None and (self._silent_until is None or self._silent_until <= self._now()):
            try:
                counted = await count(self._shared, window, name)
            except SILENT as exc:
                if self._silent_until is None:
                    log.warning("windows are no longer counted together", kind=type(exc).__name__)
                self._silent_until = self._now() + PAUSE
            else:
                if self._silent_until is not None:
                    log.warning("windows are counted together again")
                    self._silent_until = None
                return counted
        part = type(window)(max(1, window.amount // self._parts), window.multiples, window.namespace)
        return await count(self._own, part, name)

    def _name(self, whose: tuple[str, ...]) -> str:
        """What stands for somebody there: an address is a personal datum, so it leaves the process as a digest."""
        return blake2b("\0".join(whose).encode(), key=self._secret, digest_size=16).hexdigest()


def _storage(shared: ConnectionPool) -> RedisStorage:
    return RedisStorage(
        "async+redis://",
        implementation="redispy",
        key_prefix=PREFIX,
        connection_pool=shared,  # type: ignore[arg-type]  # as its documentation has it
    )
