"""The pace of long work on the event loop: everybody else gets a turn in between."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from time import perf_counter
from typing import TypeVar

T = TypeVar("T")

MOST_SECONDS = 0.01
"""Seconds after which work lets others go on."""


class Pace:
    """The pace of one request."""

    def __init__(self) -> None:
        self._start = perf_counter()

    async def rest(self) -> None:
        """Lets others go on if this request has worked for a while. A request that was cancelled ends here."""
        if perf_counter() - self._start > MOST_SECONDS:
            await asyncio.sleep(0)
            self._start = perf_counter()

    async def over(self, items: Sequence[T]) -> AsyncGenerator[T]:
        """The items, with a rest before each."""
        for item in items:
            await self.rest()
            yield item
