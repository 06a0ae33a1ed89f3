"""Windows of time within which so much may be done by somebody: counted once for all processes, or by each for itself.

Where there is a Redis, all processes count together there. While it does not answer, each process allows its part of
every window, counted in its own memory and from nothing: so within one window nobody gets more than twice as much, or
three times where Redis too begins from nothing, and never without limit.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import TypeVar

import structlog
from limits import RateLimitItem, WindowStats
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import ConnectionPool

from gateway.ratelimit.sliding_windows import InMemory, InRedis
from gateway.store.redis import CONNECTIONS, SILENT

T = TypeVar("T")

PAUSE = 1.0
"""Seconds in which a Redis that did not answer is not asked; then one caller asks it, and only that one waits."""

log = structlog.get_logger("gateway")


class RateLimiter:
    """Counts what is done. `parts` processes share every window where they cannot count together."""

    def __init__(
        self,
        shared: ConnectionPool | None = None,
        parts: int = 1,
        secret: bytes = b"",
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._own = MovingWindowRateLimiter(InMemory(now))
        self._shared = None if shared is None else MovingWindowRateLimiter(InRedis(shared))
        self._parts = 1 if shared is None else parts
        self._secret = blake2b(secret).digest()
        self._now = now
        self._silent_until: float | None = None
        self._turns = asyncio.Semaphore(CONNECTIONS)

    async def add(self, window: RateLimitItem, *whose: str, cost: int = 1) -> bool:
        """Counts so much, all or nothing; whether the window allowed it."""
        return await self._counted(lambda by, window, name: by.hit(window, name, cost=cost), window, whose)

    async def stands(self, window: RateLimitItem, *whose: str) -> WindowStats:
        """When more will be left, in seconds since 1970, and how much is left."""
        return await self._counted(lambda by, window, name: by.get_window_stats(window, name), window, whose)

    async def _counted(
        self,
        count: Callable[[MovingWindowRateLimiter, RateLimitItem, str], Awaitable[T]],
        window: RateLimitItem,
        whose: tuple[str, ...],
    ) -> T:
        name = self._name(whose)
        if self._shared is not None:
            # Who waits for a turn does not wait for Redis: where it is silent, the first to find out tells all.
            async with self._turns:
                if self._asks():
                    try:
                        counted = await count(self._shared, window, name)
                    except SILENT as exc:
                        self._fell_silent(exc)
                    else:
                        self._answered()
                        return counted
        part = type(window)(max(1, window.amount // self._parts), window.multiples, window.namespace)
        return await count(self._own, part, name)

    def _asks(self) -> bool:
        """Whether Redis is asked now; of one that was silent, once after each pause."""
        if self._silent_until is None:
            return True
        over = self._silent_until <= self._now()
        if over:
            self._silent_until = self._now() + PAUSE
        return over

    def _fell_silent(self, exc: Exception) -> None:
        if self._silent_until is None:
            log.warning("windows are no longer counted together", kind=type(exc).__name__)
        self._silent_until = self._now() + PAUSE

    def _answered(self) -> None:
        if self._silent_until is not None:
            log.warning("windows are counted together again")
            self._silent_until = None

    def _name(self, whose: tuple[str, ...]) -> str:
        """What stands for somebody there: an address is a personal datum, so it leaves the process as a digest."""
        return blake2b("\0".join(whose).encode(), key=self._secret, digest_size=16).hexdigest()
