"""A publisher's limit of calls per minute, as sandboxes enforce it."""

from collections import deque
from collections.abc import Callable

WINDOW = 60.0
"""Seconds for which a call counts."""


class CallWindow:
    """Allows `limit` calls in any minute of `clock`, which gives seconds. Counts those and the refusals."""

    def __init__(self, limit: int, clock: Callable[[], float]) -> None:
        self.calls = 0
        self.refusals = 0
        self._limit = limit
        self._clock = clock
        self._times: deque[float] = deque()

    def admit(self) -> bool:
        """Whether one more call is within the limit now; counts it either way."""
        now = self._clock()
        while self._times and self._times[0] <= now - WINDOW:
            self._times.popleft()
        if len(self._times) >= self._limit:
            self.refusals += 1
            return False
        self._times.append(now)
        self.calls += 1
        return True
