"""The clock of the client, for waiting, deadlines and dates; tests replace it."""

import asyncio
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """A steady clock in seconds, for deadlines and waiting, and beside it the time of day."""

    def time(self) -> float:
        """Seconds since some fixed instant; deadlines are instants of this clock."""
        ...

    def now(self) -> datetime:
        """The time of day, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Returns after so many seconds."""
        ...

    def timeout_at(self, deadline: float) -> AbstractAsyncContextManager[object]:
        """A context whose block is cancelled at `deadline`; it then raises TimeoutError."""
        ...


class SystemClock:
    """The clock of the running event loop."""

    def time(self) -> float:
        return asyncio.get_running_loop().time()

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def timeout_at(self, deadline: float) -> AbstractAsyncContextManager[object]:
        return asyncio.timeout_at(deadline)
