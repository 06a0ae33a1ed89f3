"""A clock that moves only when a test advances it or code sleeps: tests of waiting take no time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta

START = datetime(2026, 1, 5, 12, tzinfo=UTC)


class ControlledClock:
    """Implements Clock. A sleep returns at once and advances the clock; `sleeps` are the seconds of each."""

    def __init__(self) -> None:
        self.elapsed = 0.0
        self.sleeps: list[float] = []
        self._timeouts: list[tuple[float, asyncio.Timeout]] = []

    def time(self) -> float:
        return 1000.0 + self.elapsed

    def now(self) -> datetime:
        return START + timedelta(seconds=self.elapsed)

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        until = self.elapsed + seconds
        await asyncio.sleep(0)
        self.advance(max(0.0, until - self.elapsed))
        # A timeout that is due cancels before the sleeper wakes.
        await asyncio.sleep(0)

    def timeout_at(self, deadline: float) -> AbstractAsyncContextManager[object]:
        return self._timeout(deadline)

    def advance(self, seconds: float) -> None:
        """Moves the clock by so many seconds; blocks past their deadline are cancelled."""
        self.elapsed += seconds
        for deadline, timeout in self._timeouts:
            if deadline <= self.time() and not timeout.expired():
                timeout.reschedule(asyncio.get_running_loop().time())

    @asynccontextmanager
    async def _timeout(self, deadline: float) -> AsyncIterator[None]:
        async with asyncio.timeout(None) as timeout:
            entry = (deadline, timeout)
            self._timeouts.append(entry)
            try:
                self.advance(0)
                yield
            finally:
                self._timeouts.remove(entry)
