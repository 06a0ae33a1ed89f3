"""A rate limiter whose windows are counted in Redis for all processes, or in memory for each.

Without Redis, and while it does not answer, each process allows its share of every window, counted in its own memory
from zero. So within one window in which Redis fails a subject gets at most twice the limit, or three times if Redis
also starts from zero, and is never without a limit.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import TypeVar, cast

import structlog
from limits import RateLimitItem, WindowStats
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import ConnectionPool

from gateway.ratelimit.sliding_windows import InMemory, InRedis
from gateway.store.redis import CONNECTIONS, REDIS_ERRORS
from schema.errors import MEANINGS, ErrorCode, RequestError

T = TypeVar("T")

RETRY_INTERVAL = 1.0
"""Seconds until a Redis that did not answer is tried again, by one caller: only that one waits for it."""

UNLIMITED = 2**53
"""A limit that no window reaches, and that Redis counts exactly."""

log = structlog.get_logger("gateway")


class RateLimiter:
    """Counts what subjects do within windows of time.

    A subject is a kind and a name, such as `"address", "192.0.2.1"`. `processes` is how many share a window when they
    cannot count together.
    """

    def __init__(
        self,
        redis: ConnectionPool | None = None,
        processes: int = 1,
        secret: bytes = b"",
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._in_memory = MovingWindowRateLimiter(InMemory(now))
        self._in_redis = None if redis is None else MovingWindowRateLimiter(InRedis(redis))
        self._processes = processes
        self._secret = blake2b(secret).digest()
        self._now = now
        self._retry_at: float | None = None
        self._turns = asyncio.Semaphore(CONNECTIONS)

    async def hit(self, window: RateLimitItem, *subject: str, cost: int = 1) -> bool:
        """Counts the whole cost or nothing; returns whether the window allowed it."""
        return await self._call(lambda limiter, window, key: limiter.hit(window, key, cost=cost), window, subject)

    async def require(self, window: RateLimitItem, *subject: str, cost: int = 1) -> None:
        """Counts the whole cost. Raises RequestError (TOO_MANY_REQUESTS) if the window does not allow it."""
        if not await self.hit(window, *subject, cost=cost):
            raise RequestError(ErrorCode.TOO_MANY_REQUESTS, MEANINGS[ErrorCode.TOO_MANY_REQUESTS])

    async def charge(self, window: RateLimitItem, *subject: str, cost: int) -> None:
        """Counts the whole cost, even beyond what the window allows."""
        await self._call(_charge(cost), window, subject)

    async def stats(self, window: RateLimitItem, *subject: str) -> WindowStats:
        """When more will be allowed, in seconds since 1970, and how much is allowed now."""
        return await self._call(lambda limiter, window, key: limiter.get_window_stats(window, key), window, subject)

    async def _call(
        self,
        method: Callable[[MovingWindowRateLimiter, RateLimitItem, str], Awaitable[T]],
        window: RateLimitItem,
        subject: tuple[str, ...],
    ) -> T:
        key = self._key(subject)
        if self._in_redis is not None:
            # A caller that waits for its turn does not wait for Redis: the first to get no answer spares all others.
            async with self._turns:
                if self._is_due():
                    try:
                        result = await method(self._in_redis, window, key)
                    except REDIS_ERRORS as exc:
                        self._note_failure(exc)
                    else:
                        self._note_success()
                        return result
        share = type(window)(max(1, window.amount // self._processes), window.multiples, window.namespace)
        return await method(self._in_memory, share, key)

    def _is_due(self) -> bool:
        """Whether to call Redis now; after a failure, once per interval."""
        if self._retry_at is None:
            return True
        is_due = self._retry_at <= self._now()
        if is_due:
            self._retry_at = self._now() + RETRY_INTERVAL
        return is_due

    def _note_failure(self, exc: Exception) -> None:
        if self._retry_at is None:
            log.warning("rate limits are counted by each process", kind=type(exc).__name__)
        self._retry_at = self._now() + RETRY_INTERVAL

    def _note_success(self) -> None:
        if self._retry_at is not None:
            log.warning("rate limits are counted together again")
            self._retry_at = None

    def _key(self, subject: tuple[str, ...]) -> str:
        """The subject as a digest, because an address is personal data and must not leave the process."""
        return blake2b("\0".join(subject).encode(), key=self._secret, digest_size=16).hexdigest()


def _charge(cost: int) -> Callable[[MovingWindowRateLimiter, RateLimitItem, str], Awaitable[bool]]:
    """Counts a cost as `hit` does, whatever the window allows."""

    async def charge(limiter: MovingWindowRateLimiter, window: RateLimitItem, key: str) -> bool:
        storage = cast("InMemory | InRedis", limiter.storage)
        return await storage.acquire_entry(window.key_for(key), UNLIMITED, window.get_expiry(), cost)

    return charge
