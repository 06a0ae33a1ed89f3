"""Moving windows: no stretch as long as one holds more than it allows, wherever it begins."""

import asyncio
import time

from hypothesis import given
from hypothesis import strategies as st
from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from redis.asyncio import Redis

from gateway.ratelimit.sliding_windows import LIFETIME, InMemory, InRedis
from gateway.store.redis import connection_pool
from tests.support.redis_server import RedisServer

ALLOWED = 100
MINUTE = RateLimitItemPerMinute(ALLOWED)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


async def add(windows: InMemory | InRedis, window: RateLimitItem, whose: str, cost: int) -> bool:
    return await windows.acquire_entry(window.key_for(whose), window.amount, window.get_expiry(), cost)


async def counted(windows: InMemory | InRedis, window: RateLimitItem, whose: str) -> tuple[float, int]:
    return await windows.get_moving_window(window.key_for(whose), window.amount, window.get_expiry())


Pauses = st.one_of(st.floats(0, 2), st.floats(0, 70), st.sampled_from([1.0, 59.0, 60.0, 61.0]))


@given(steps=st.lists(st.tuples(Pauses, st.integers(1, ALLOWED + 1)), max_size=40))
def test_nobody_spends_more_in_any_minute_and_nobody_is_refused_what_is_free(steps: list[tuple[float, int]]) -> None:
    clock = Clock()
    windows = InMemory(clock)

    async def run() -> None:
        spent: list[tuple[float, int]] = []
        for pause, cost in steps:
            clock.now += pause
            longest = sum(each for at, each in spent if at > clock.now - 60 * LIFETIME)
            shortest = sum(each for at, each in spent if at > clock.now - 60)
            if await add(windows, MINUTE, "a", cost):
                assert shortest + cost <= ALLOWED
                spent.append((clock.now, cost))
            else:
                assert longest + cost > ALLOWED
            assert shortest <= (await counted(windows, MINUTE, "a"))[1] <= longest + cost

    asyncio.run(run())


@given(costs=st.lists(st.integers(1, ALLOWED), min_size=1, max_size=5))
def test_something_passes_when_it_was_said_to(costs: list[int]) -> None:
    clock = Clock()
    windows = InMemory(clock)

    async def run() -> None:
        for cost in costs:
            clock.now += 7.3
            await add(windows, MINUTE, "a", cost)
        began, before = await counted(windows, MINUTE, "a")
        passes = began + 60 - time.time()
        clock.now += passes - 0.5
        assert (await counted(windows, MINUTE, "a"))[1] == before
        clock.now += 0.5 + 0.1
        assert (await counted(windows, MINUTE, "a"))[1] < before

    asyncio.run(run())


def test_who_asks_no_more_is_forgotten() -> None:
    clock = Clock()
    windows = InMemory(clock)

    async def run() -> int:
        for number in range(1_000):
            await add(windows, MINUTE, f"{number}", 1)
        clock.now += 62
        await add(windows, MINUTE, "a", 1)
        return len(windows._windows)

    assert asyncio.run(run()) == 1


def test_whoever_spends_late_in_one_window_and_early_in_the_next_gets_no_more(redis: RedisServer) -> None:
    second = RateLimitItemPerSecond(ALLOWED)

    async def run(windows: InMemory | InRedis, whose: str) -> list[tuple[float, float, int]]:
        spent = []
        began = time.monotonic()

        async def ask(cost: int) -> bool:
            sent = time.monotonic()
            allowed = await add(windows, second, whose, cost)
            if allowed:
                spent.append((sent, time.monotonic(), cost))
            return allowed

        await ask(1)
        await asyncio.sleep(0.9)
        while time.monotonic() < began + 2.2:
            if not await ask(3):
                await asyncio.sleep(0.005)
        return spent

    async def both() -> tuple[list[tuple[float, float, int]], ...]:
        shared = connection_pool(redis.url)
        try:
            return await asyncio.gather(run(InRedis(shared), "late"), run(InMemory(), "late"))
        finally:
            await shared.aclose()

    for spent in asyncio.run(both()):
        assert sum(cost for _, _, cost in spent) > ALLOWED
        assert most_within(1.0, spent) <= ALLOWED


def test_what_stands_in_redis_passes_by_itself(redis: RedisServer) -> None:
    async def run() -> tuple[float, int, list[int]]:
        shared = connection_pool(redis.url)
        try:
            windows, client = InRedis(shared), Redis(connection_pool=shared)
            await add(windows, MINUTE, "passes", 3)
            began, count = await counted(windows, MINUTE, "passes")
            keys = [key async for key in client.scan_iter("eg:*passes*")]
            return began + 60 - time.time(), count, [await client.pttl(key) for key in keys]
        finally:
            await shared.aclose()

    passes, count, (lives,) = asyncio.run(run())
    assert count == 3
    assert 0 < passes <= 61
    assert 0 < lives <= 61_000


def most_within(seconds: float, spent: list[tuple[float, float, int]]) -> int:
    """The most that was surely counted within one stretch: of what was sent and answered within it."""
    return max(
        sum(cost for sent, answered, cost in spent if sent >= start and answered <= start + seconds)
        for start, _, _ in spent
    )
