"""Seats: how many may work at the same time, and who of those that wait is next."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from gateway.store.errors import StoreBusy

MOST_WAITING = 256
"""How many wait at most, together; one caller has at most half of the places."""


class Seats:
    """A number of seats for callers, and one more that is kept for the gateway itself, which is the caller None.

    One caller has at most `most` seats, by default half of them. The caller with the fewest seats is next, and of those
    the one that has waited longest. To be used from one event loop.
    """

    def __init__(self, number: int, most: int | None = None, most_waiting: int = MOST_WAITING) -> None:
        self._free = number + 1
        self._most = max(1, number // 2) if most is None else most
        self._most_waiting = most_waiting
        self._counts: Counter[str | None] = Counter()
        self._queues: dict[str | None, deque[asyncio.Future[None]]] = {}

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(map(len, self._queues.values()))

    @asynccontextmanager
    async def turn(self, caller: str | None) -> AsyncGenerator[None]:
        """Holds a seat for as long as the context lasts. Raises StoreBusy if too many wait."""
        await self.take(caller)
        try:
            yield
        finally:
            self.release(caller)

    async def take(self, caller: str | None) -> None:
        """Takes a seat, or waits for one. Raises StoreBusy if too many wait."""
        if caller not in self._queues and self._is_next(caller):
            self._seat(caller)
            return
        self._make_place(caller)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(caller, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.release(caller)
            else:
                self._leave(caller, turn)
            raise

    def release(self, caller: str | None) -> None:
        """Gives a seat back, and gives it to whoever is next."""
        self._free += 1
        self._counts[caller] -= 1
        if not self._counts[caller]:
            del self._counts[caller]
        while (next_ := self._next()) is not None:
            (caller,) = next_
            turn = self._queues[caller][0]
            self._leave(caller, turn)
            if not turn.done():  # A caller that was cancelled has not run since.
                self._seat(caller)
                turn.set_result(None)

    def _seat(self, caller: str | None) -> None:
        self._free -= 1
        self._counts[caller] += 1

    def _is_next(self, caller: str | None) -> bool:
        """Whether there is a seat for the caller now."""
        if caller is None:
            return self._free > 0
        return self._free > 1 and self._counts[caller] < self._most

    def _next(self) -> tuple[str | None] | None:
        """The caller that gets the next seat; None where nobody waits that may have one."""
        callers = [caller for caller in self._queues if self._is_next(caller)]
        # The gateway comes first. Of several with as many seats, `min` takes the first: the order is that of arrival.
        return (min(callers, key=lambda caller: (caller is not None, self._counts[caller])),) if callers else None

    def _make_place(self, caller: str | None) -> None:
        """Makes room for one more who waits: the caller with the longest queue loses its last place."""
        if caller is None:
            return
        own = len(self._queues.get(caller, ()))
        if own >= self._most_waiting // 2:
            raise StoreBusy("too many requests of one caller wait for the database")
        if self.waiting >= self._most_waiting:
            longest = max(self._queues, key=lambda each: 0 if each is None else len(self._queues[each]))
            if longest is None or len(self._queues[longest]) <= own + 1:
                raise StoreBusy("too many requests wait for the database")
            turn = self._queues[longest][-1]
            self._leave(longest, turn)
            if not turn.done():
                turn.set_exception(StoreBusy("too many requests wait for the database"))

    def _leave(self, caller: str | None, turn: asyncio.Future[None]) -> None:
        """Takes somebody out of the queue. A caller that still waits goes behind the others."""
        queue = self._queues.pop(caller, None)
        if queue is None:
            return
        if turn in queue:
            queue.remove(turn)
        if queue:
            self._queues[caller] = queue
