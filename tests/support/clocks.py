"""A clock that stands still until it is told, or until somebody sleeps: tests of waiting take no time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta

START = datetime(2026, 1, 5, 12, tzinfo=UTC)


class ControlledClock:
    """Fulfils Clock. A sleep passes at once and takes the clock along; `naps` are the seconds of each."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.naps: list[float] = []
        self._timeouts: list[tuple[float, asyncio.Timeout]] = []

    def time(self) -> float:
        return 1000.0 + self.passed

    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed)

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        until = self.passed + seconds
        await asyncio.sleep(0)
        self.advance(max(0.0, until - self.passed))
        # A timeout that is due cancels before the sleeper wakes.
        await asyncio.sleep(0)

    def timeout_at(self, deadline: float) -> AbstractAsyncContextManager[object]:
        return self._timeout(deadline)

    def advance(self, seconds: float) -> None:
        """Lets so many seconds pass; blocks whose time is up are cancelled."""
        self.passed += seconds
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
