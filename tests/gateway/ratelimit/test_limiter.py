"""RateLimiter counted together in Redis: exactly, whoever counts, and never without limit while it is away."""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from limits import RateLimitItemPerHour
from redis.asyncio import ConnectionPool, Redis

from gateway.ratelimit.limiter import RETRY_INTERVAL, RateLimiter
from gateway.store.redis import CONNECTIONS, TIMEOUT, connection_pool
from tests.gateway.ratelimit.test_sliding_windows import most_within
from tests.support.killed_imports import ROOT
from tests.support.redis_server import RedisServer
from tests.support.sentinel import unseen

BUDGET, PARTS = 1_000, 4
WINDOW = RateLimitItemPerHour(BUDGET)
"""Long enough that it does not end within a test."""

PROCESSES = 4


BUSY = 60.0
"""Seconds that an answer of a Redis is waited for that is only as slow as the machine is busy."""


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class House:
    """Some processes' windows over one Redis; the clock is that by which a silent one is asked again."""

    def __init__(self, server: RedisServer, processes: int = PARTS, timeout: float = BUSY) -> None:
        self.server = server
        self.clock = Clock()
        self.pools: list[ConnectionPool] = [connection_pool(server.url, timeout) for _ in range(processes)]
        self.windows = [RateLimiter(each, PARTS, b"pepper", self.clock) for each in self.pools]

    async def admitted(self, whose: str, cost: int = 1) -> int:
        """How much they admit, one after the other, until none admits any more."""
        admitted, left = 0, list(self.windows)
        while left:
            for each in list(left):
                if await each.hit(WINDOW, "agreement", whose, cost=cost):
                    admitted += cost
                else:
                    left.remove(each)
        return admitted

    async def close(self) -> None:
        for each in self.pools:
            await each.aclose()


def run(server: RedisServer, work: Any, timeout: float = BUSY) -> Any:
    async def there() -> Any:
        house = House(server, timeout=timeout)
        try:
            return await work(house)
        finally:
            await house.close()

    return asyncio.run(there())


names = (f"agreement {number}" for number in range(10**9))


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(costs=st.lists(st.tuples(st.integers(0, PARTS - 1), st.integers(1, BUDGET + 1)), max_size=12))
def test_processes_that_count_together_admit_what_one_would(redis: RedisServer, costs: list[tuple[int, int]]) -> None:
    whose = next(names)

    async def together(house: House) -> list[bool]:
        return [await house.windows[who].hit(WINDOW, whose, cost=cost) for who, cost in costs]

    async def alone() -> list[bool]:
        one = RateLimiter()
        return [await one.hit(WINDOW, whose, cost=cost) for _, cost in costs]

    assert run(redis, together) == asyncio.run(alone())


async def nothing() -> None:
    pass


async def side_by_side(
    server: RedisServer, folder: Path, program: str, *arguments: str, meanwhile: Callable[[], Awaitable[None]] = nothing
) -> list[str]:
    """The last line that each of the processes says, which begin when all of them are ready."""
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", program, *arguments),
            env={"PYTHONPATH": str(ROOT)},
            cwd=folder,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(PROCESSES)
    ]
    for each in processes:
        assert each.stdin is not None
        assert each.stdout is not None
        each.stdin.write(f"{server.url}\n".encode())
        await each.stdout.readline()
    now = f"{time.monotonic()}\n".encode()
    said, _ = await asyncio.gather(asyncio.gather(*(each.communicate(now) for each in processes)), meanwhile())
    return [out.decode().splitlines()[-1] for out, _ in said]


HAMMER = """
import asyncio, sys
from gateway.ratelimit.limiter import RateLimiter
from gateway.store.redis import CONNECTIONS, connection_pool
from limits import RateLimitItemPerHour

async def main():
    shared = connection_pool(sys.stdin.readline().strip(), timeout=60)
    windows = RateLimiter(shared, 4)
    window = RateLimitItemPerHour(int(sys.argv[1]))
    print(flush=True)
    sys.stdin.readline()
    async def ask():
        admitted = 0
        while await windows.hit(window, "all of us", cost=3):
            admitted += 3
        return admitted
    print(sum(await asyncio.gather(*(ask() for _ in range(8)))))
    await shared.aclose()

asyncio.run(main())
"""


def test_four_processes_at_once_admit_no_more_than_the_window_holds(redis: RedisServer, tmp_path: Path) -> None:
    async def hammered() -> list[int]:
        return [int(said) for said in await side_by_side(redis, tmp_path, HAMMER, "3000")]

    admitted = asyncio.run(hammered())
    assert sum(admitted) == 3_000
    assert all(admitted)


SPENDER = """
import asyncio, json, sys, time
from gateway.ratelimit.limiter import RateLimiter
from gateway.store.redis import connection_pool
from limits import RateLimitItemPerSecond

async def main():
    budget, seconds, lasts = map(int, sys.argv[1:])
    shared = connection_pool(sys.stdin.readline().strip())
    windows, window = RateLimiter(shared, 4), RateLimitItemPerSecond(budget, seconds)
    print(flush=True)
    began = float(sys.stdin.readline())
    spent = []
    async def ask(cost):
        sent = time.monotonic()
        if await windows.hit(window, "spenders", cost=cost):
            spent.append((sent, time.monotonic(), cost))
        else:
            await asyncio.sleep(0.005)
    async def spend():
        while time.monotonic() < began + lasts:
            await ask(7)
    await ask(1)
    await asyncio.sleep(max(0, began + 0.9 * seconds - time.monotonic()))
    await asyncio.gather(*(spend() for _ in range(8)))
    print(json.dumps(spent))
    await shared.aclose()

asyncio.run(main())
"""
"""Spends little, and from the end of a window on all that it may; says when it asked and was told, and how much."""


@pytest.mark.proof
@pytest.mark.parametrize(("fate", "times"), [("stays", 1), ("dies", 2), ("dies and comes back empty", 3)])
def test_four_processes_spend_no_more_in_any_stretch_of_a_window(
    redis: RedisServer, tmp_path: Path, fate: str, times: int
) -> None:
    """The shared window holds one budget. All processes by themselves add one, and a Redis that begins anew another."""
    budget, seconds, lasts = 3_000, 5, 20

    async def ended() -> None:
        if fate != "stays":
            await asyncio.sleep(1.4 * seconds)
            redis.kill()
        if fate == "dies and comes back empty":
            await asyncio.sleep(0.2 * seconds)
            redis.start()

    async def spent() -> list[tuple[float, float, int]]:
        told = await side_by_side(redis, tmp_path, SPENDER, f"{budget}", f"{seconds}", f"{lasts}", meanwhile=ended)
        return [(sent, answered, cost) for each in told for sent, answered, cost in json.loads(each)]

    try:
        spending = asyncio.run(spent())
    finally:
        redis.kill()
        redis.start()
    last = max(sent for sent, _, _ in spending)
    most = most_within(seconds, spending)
    print(f"Redis {fate}: at most {most} of {budget} in any {seconds} s, {sum(c for *_, c in spending)} in all")
    assert most <= times * budget * 1.01
    # It goes on until the end, whatever became of Redis.
    assert sum(cost for sent, _, cost in spending if sent > last - 2 * seconds) > budget


@pytest.mark.parametrize("fault", ["kill", "hang"])
def test_while_redis_is_away_each_process_admits_its_part(redis: RedisServer, fault: str) -> None:
    whose = next(names)

    async def work(house: House) -> tuple[int, int, int]:
        before = 0
        for _ in range(BUDGET // 2):
            before += await house.windows[0].hit(WINDOW, "agreement", whose)
        getattr(redis, fault)()
        try:
            return before, await house.admitted(whose), await house.admitted(whose)
        finally:
            redis.go_on() if fault == "hang" else redis.start()

    assert run(redis, work, TIMEOUT) == (BUDGET // 2, BUDGET, 0)


def test_a_redis_that_comes_back_counts_again_and_is_not_asked_all_the_time_before(redis: RedisServer) -> None:
    whose = next(names)

    async def work(house: House) -> list[bool]:
        house.windows = house.windows[:1]
        (windows,) = house.windows
        redis.kill()
        try:
            alone = await house.admitted(whose)
        finally:
            redis.start()
        assert alone == BUDGET // PARTS
        admitted = [await windows.hit(WINDOW, "agreement", whose)]
        house.clock.now += RETRY_INTERVAL
        return [*admitted, await windows.hit(WINDOW, "agreement", whose)]

    with structlog.testing.capture_logs() as logged:
        assert run(redis, work) == [False, True]
    assert [each["event"] for each in logged] == [
        "rate limits are counted by each process",
        "rate limits are counted together again",
    ]
    unseen(repr(logged), "the log")


def test_a_crowd_is_counted_together_like_anybody(redis: RedisServer) -> None:
    whose = next(names)

    async def work(house: House) -> int:
        asked = (each.hit(WINDOW, whose) for each in house.windows[:2] for _ in range(BUDGET))
        return sum(await asyncio.gather(*asked))

    with structlog.testing.capture_logs() as logged:
        assert run(redis, work) == BUDGET
    assert logged == []


def test_a_redis_that_hangs_is_waited_for_by_few_and_after_each_pause_by_one() -> None:
    calls = 0

    async def hangs(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        await over.wait()
        writer.close()

    async def asked(windows: RateLimiter) -> int:
        before = calls
        await asyncio.gather(*(windows.hit(WINDOW, "a") for _ in range(3 * CONNECTIONS)))
        return calls - before

    async def work() -> list[int]:
        server = await asyncio.start_server(hangs, "127.0.0.1", 0)
        shared = connection_pool(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}", timeout=0.2)
        clock = Clock()
        windows = RateLimiter(shared, PARTS, now=clock)
        first, meanwhile = await asked(windows), await asked(windows)
        clock.now += RETRY_INTERVAL
        then = await asked(windows)
        over.set()
        await shared.aclose()
        server.close()
        await server.wait_closed()
        return [first, meanwhile, then]

    over = asyncio.Event()
    first, meanwhile, then = asyncio.run(work())
    assert 0 < first <= CONNECTIONS
    assert (meanwhile, then) == (0, 1)


def test_nobody_is_named_there(redis: RedisServer) -> None:
    async def work(house: House) -> list[bytes]:
        for windows in house.windows:
            await windows.hit(WINDOW, "address", "192.0.2.77")
        keys: Any = await Redis(connection_pool=house.pools[0]).keys("*")
        return list(keys)

    keys = run(redis, work)
    assert keys
    assert all(each.startswith(b"eg:") for each in keys)
    assert not any(b"192.0.2" in each or b"address" in each for each in keys)


def test_without_redis_a_window_is_one_processs_own() -> None:
    async def alone() -> list[bool]:
        one, other = RateLimiter(), RateLimiter()
        return [await each.hit(WINDOW, "a", cost=BUDGET) for each in (one, one, other)]

    assert asyncio.run(alone()) == [True, False, True]
