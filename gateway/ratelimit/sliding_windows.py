"""Sliding windows that count by sixtieths of themselves, in memory and in Redis.

The `limits` library has two others. Its moving window keeps an entry for every unit of cost, of which a budget has
hundreds of thousands. Its sliding counter assumes that the previous window was used evenly, and so allows nearly twice
the limit to a client that spends late in one window and early in the next. Here a count leaves the window with the
whole sixtieth that it was made in. So no stretch as long as the window exceeds the limit, wherever it starts, and a
count may stay a sixtieth longer than necessary.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from limits.aio.storage import MemoryStorage, RedisStorage
from redis.asyncio import ConnectionPool, Redis

from gateway.store.redis import PREFIX

SLICES = 60

LIFETIME = 1 + 1 / SLICES
"""How long a count may stay, in windows."""

# The clock is that of Redis, which is one for all processes. Counts from the future, which a clock that was set back
# leaves behind, are dropped like old ones.
CURRENT = f"""
local expiry = tonumber(ARGV[1]) * 1000
local time = redis.call('time')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local slice = math.floor(now * {SLICES} / expiry)
local sum, oldest = 0, slice
local counts = redis.call('hgetall', KEYS[1])
for i = 1, #counts, 2 do
    local at = tonumber(counts[i])
    if math.abs(slice - at) > {SLICES} then
        redis.call('hdel', KEYS[1], counts[i])
    else
        sum = sum + counts[i + 1]
        oldest = math.min(oldest, at)
    end
end
"""

HIT = f"""{CURRENT}
local limit, amount = tonumber(ARGV[2]), tonumber(ARGV[3])
if sum + amount > limit then
    return 0
end
redis.call('hincrby', KEYS[1], string.format('%d', slice), amount)
redis.call('pexpire', KEYS[1], math.ceil(expiry * (1 + 1 / {SLICES})))
return 1
"""

STATS = f"""{CURRENT}
return {{sum, math.ceil((oldest + 1) * expiry / {SLICES} + expiry - now)}}
"""


class InMemory(MemoryStorage):
    """The windows of one process. `now` returns seconds, from any origin."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now = now
        self._windows: OrderedDict[str, tuple[float, dict[int, int]]] = OrderedDict()
        """By key, when the window may be dropped, and its counts by slice."""

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Counts the whole amount or nothing; returns whether the limit allowed it."""
        now = self._now()
        slice_, counts = self._counts(key, expiry, now)
        if sum(counts.values()) + amount > limit:
            return False
        counts[slice_] = counts.get(slice_, 0) + amount
        self._windows[key] = now + expiry * LIFETIME, counts
        self._windows.move_to_end(key)
        while self._windows and (first := next(iter(self._windows.items())))[1][0] <= now:
            del self._windows[first[0]]
        return True

    async def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """Returns the start of the window whose end drops the oldest count, in seconds since 1970, and the sum."""
        now = self._now()
        slice_, counts = self._counts(key, expiry, now)
        start = (min(counts, default=slice_) + 1) * expiry / SLICES
        return time.time() + start - now, sum(counts.values())

    def _counts(self, key: str, expiry: int, now: float) -> tuple[int, dict[int, int]]:
        """The current slice, and the counts by slice that are still in the window."""
        slice_ = int(now * SLICES / expiry)
        _, counts = self._windows.get(key, (0.0, {}))
        return slice_, {at: count for at, count in counts.items() if abs(slice_ - at) <= SLICES}


class InRedis(RedisStorage):
    """The windows of all processes. Each hit is one atomic step. Methods raise REDIS_ERRORS."""

    def __init__(self, connections: ConnectionPool) -> None:
        options: dict[str, Any] = {"connection_pool": connections}
        super().__init__("async+redis://", implementation="redispy", key_prefix=PREFIX, **options)
        redis = Redis(connection_pool=connections)
        self._hit = redis.register_script(HIT)
        self._stats = redis.register_script(STATS)

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """As in memory."""
        return bool(await self._hit([f"{PREFIX}:{key}"], [expiry, limit, amount]))

    async def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """As in memory."""
        count, rest = await self._stats([f"{PREFIX}:{key}"], [expiry])
        return time.time() + rest / 1000 - expiry, count
