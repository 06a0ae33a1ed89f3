"""Quiescence: the wait for writers, once for all who wait at a time."""

import asyncio
from collections.abc import Awaitable, Callable


class Quiescence:
    """Waits until every write that was under way has ended. `wait` does so for whoever calls before it begins."""

    def __init__(self, wait: Callable[[], Awaitable[None]]) -> None:
        self._wait = wait
        self._current: asyncio.Task[None] | None = None
        self._next: asyncio.Task[None] | None = None

    async def reach(self) -> None:
        """Returns when every write that was under way at the call has ended. Raises what `wait` raises."""
        if self._next is None:
            self._next = asyncio.create_task(self._run(self._current))
            # Everybody may have left when it fails.
            self._next.add_done_callback(lambda task: task.cancelled() or task.exception())
        # Shielded: others may wait for the same.
        await asyncio.shield(self._next)

    async def close(self) -> None:
        """Ends all waiting."""
        tasks = [task for task in (self._current, self._next) if task is not None and not task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, current: asyncio.Task[None] | None) -> None:
        # The wait that is under way may have begun before the call, so it says nothing of writes since.
        if current is not None:
            await asyncio.wait({current})
        self._current, self._next = self._next, None
        await self._wait()
