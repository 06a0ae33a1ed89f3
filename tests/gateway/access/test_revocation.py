"""Telling every process that a key has ended: none misses it, whenever Redis was away."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from gateway.access import revocation
from gateway.access.revocation import RevocationFeed
from gateway.store.redis import connection_pool
from tests.support.redis_server import RedisServer

WITHIN = 60.0
"""Seconds; a hundredth of one is usual."""


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revocation, "POLL_INTERVAL", 0.01)


class Heard:
    """How often a process heard that something had ended."""

    def __init__(self) -> None:
        self.times = 0
        self._more = asyncio.Event()

    def __call__(self) -> None:
        self.times += 1
        self._more.set()

    async def again(self) -> None:
        async with asyncio.timeout(WITHIN):
            await self._more.wait()
        self._more.clear()


def run(redis: RedisServer, work: Callable[[RevocationFeed, Heard], Any]) -> Any:
    async def there() -> Any:
        telling, following = connection_pool(redis.url), connection_pool(redis.url)
        heard = Heard()
        task = asyncio.create_task(RevocationFeed(following).poll(heard))
        try:
            await heard.again()
            return await work(RevocationFeed(telling), heard)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await telling.aclose()
            await following.aclose()

    return asyncio.run(there())


def test_what_is_told_is_heard_by_another_process_and_once(redis: RedisServer) -> None:
    async def work(announcements: RevocationFeed, heard: Heard) -> tuple[int, int]:
        before = heard.times
        assert await announcements.announce()
        await heard.again()
        first = heard.times
        assert await announcements.announce()
        await heard.again()
        return first - before, heard.times - first

    assert run(redis, work) == (1, 1)


def test_whoever_was_away_hears_of_it_afterwards(redis: RedisServer) -> None:
    async def work(announcements: RevocationFeed, heard: Heard) -> list[bool]:
        assert await announcements.announce()
        await heard.again()
        redis.kill()
        told = [await announcements.announce()]
        redis.start()
        told.append(await announcements.announce())
        await heard.again()
        return told

    assert run(redis, work) == [False, True]


def test_without_redis_nobody_is_told() -> None:
    async def alone() -> bool:
        heard = Heard()
        task = asyncio.create_task(RevocationFeed(None).poll(heard))
        await asyncio.sleep(0.05)
        task.cancel()
        assert heard.times == 0
        return await RevocationFeed(None).announce()

    assert asyncio.run(alone()) is False
