"""Moving windows that keep a count for each sixtieth of themselves, and not each thing that was counted.

The library's own moving window keeps an entry for every unit of cost, of which a budget has hundreds of thousands. Its
sliding counter takes what the window before held for evenly spread, and so lets nearly twice as much pass to whoever
spends late in one and early in the next. Here what was counted stays until the whole sixtieth in which it was has left
the window. So no stretch as long as the window holds more than it allows, wherever it begins, and something may stay
counted for a sixtieth longer than it had to.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from limits.aio.storage import MemoryStorage, RedisStorage
from redis.asyncio import ConnectionPool, Redis

from gateway.store.redis import PREFIX

SLICES = 60

LIVES = 1 + 1 / SLICES
"""For how many windows something may stay counted."""

# The clock is that of Redis, which is one for all. Counts of a time to come, before which the clock was set back, are
# forgotten as soon as old ones are.
CURRENT = f"""
local expiry = tonumber(ARGV[1]) * 1000
local time = redis.call('time')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local slice = math.floor(now * {SLICES} / expiry)
local sum, oldest = 0, slice
local held = redis.call('hgetall', KEYS[1])
for i = 1, #held, 2 do
    local at = tonumber(held[i])
    if math.abs(slice - at) > {SLICES} then
        redis.call('hdel', KEYS[1], held[i])
    else
        sum = sum + held[i + 1]
        oldest = math.min(oldest, at)
    end
end
"""

ADD = f"""{CURRENT}
local limit, amount = tonumber(ARGV[2]), tonumber(ARGV[3])
if sum + amount > limit then
    return 0
end
redis.call('hincrby', KEYS[1], string.format('%d', slice), amount)
redis.call('pexpire', KEYS[1], math.ceil(expiry * (1 + 1 / {SLICES})))
return 1
"""

STANDS = f"""{CURRENT}
return {{sum, math.ceil((oldest + 1) * expiry / {SLICES} + expiry - now)}}
"""


class InMemory(MemoryStorage):
    """The windows of one process. `now` tells seconds, since whenever."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now = now
        self._held: OrderedDict[str, tuple[float, dict[int, int]]] = OrderedDict()

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Counts `amount`, all or nothing."""
        now = self._now()
        slice_, counts = self._counts(key, expiry, now)
        if sum(counts.values()) + amount > limit:
            return False
        counts[slice_] = counts.get(slice_, 0) + amount
        self._held[key] = now + expiry * LIVES, counts
        self._held.move_to_end(key)
        while self._held and (first := next(iter(self._held.items())))[1][0] <= now:
            del self._held[first[0]]
        return True

    async def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """When, in seconds since 1970, a window began at whose end something will have passed, and how much counts."""
        now = self._now()
        slice_, counts = self._counts(key, expiry, now)
        began = (min(counts, default=slice_) + 1) * expiry / SLICES
        return time.time() + began - now, sum(counts.values())

    def _counts(self, key: str, expiry: int, now: float) -> tuple[int, dict[int, int]]:
        """In which slice it is now, and what counts still, by slice."""
        slice_ = int(now * SLICES / expiry)
        _, held = self._held.get(key, (0.0, {}))
        return slice_, {at: count for at, count in held.items() if abs(slice_ - at) <= SLICES}


class InRedis(RedisStorage):
    """The windows of all processes, each addition one step in which nobody comes between."""

    def __init__(self, shared: ConnectionPool) -> None:
        options: dict[str, Any] = {"connection_pool": shared}
        super().__init__("async+redis://", implementation="redispy", key_prefix=PREFIX, **options)
        redis = Redis(connection_pool=shared)
        self._add = redis.register_script(ADD)
        self._stands = redis.register_script(STANDS)

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Counts `amount`, all or nothing. Raises what `gateway.store.redis` calls SILENT."""
        return bool(await self._add([f"{PREFIX}:{key}"], [expiry, limit, amount]))

    async def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """As in memory. Raises what `gateway.store.redis` calls SILENT."""
        count, passes = await self._stands([f"{PREFIX}:{key}"], [expiry])
        return time.time() + passes / 1000 - expiry, count
