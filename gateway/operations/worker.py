"""The worker: a thread for work that would hold the event loop."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from gateway.store.seats import Seats

T = TypeVar("T")


class Worker:
    """Runs one call at a time in a thread. Callers wait for their turn as they do for the database."""

    def __init__(self) -> None:
        self._seats = Seats(1)

    async def run(self, caller: str | None, work: Callable[[], T]) -> T:
        """What `work` returns. It ends by itself even if the caller leaves. Raises StoreBusy if too many wait."""
        await self._seats.take(caller)
        job = asyncio.get_running_loop().run_in_executor(None, work)
        job.add_done_callback(lambda _: self._seats.release(caller))
        return await asyncio.shield(job)
