"""How often a publisher may be called: token buckets, as arithmetic over instants of a monotonic clock."""

import math
from collections.abc import Sequence

from msgspec import Struct

RESOLUTION = 1e-6
"""Seconds by which a call may come early: sums of floats never meet an instant exactly."""


class Rate(Struct, frozen=True, kw_only=True):
    """So many calls in so many seconds, spread evenly, except that `burst` calls may come at once.

    No window of t seconds sees more than `burst + calls / seconds * t` calls. Where a publisher counts in fixed windows
    (50 a minute), `burst + calls` must therefore not exceed what it allows in one.
    """

    calls: int
    seconds: float
    burst: int = 1

    def __post_init__(self) -> None:
        if not (self.calls >= 1 and self.burst >= 1 and 0 < self.seconds < math.inf):
            raise ValueError("a rate has at least one call, a burst of at least one, and a finite time above zero")


class TokenBucket:
    """A token bucket over several rates, all of which apply. It never waits: it says how long to wait.

    It stores the instant at which each rate's bucket is full again (the generic cell rate algorithm of ITU-T I.371),
    so nothing has to be refilled.
    """

    def __init__(self, rates: Sequence[Rate]) -> None:
        self._rates = tuple(rates)
        self._full_at = [-math.inf] * len(self._rates)
        self._paused_until = -math.inf

    def wait_time(self, now: float, ahead: int = 0) -> float:
        """Seconds from `now` until there is a token for a call behind `ahead` others; 0 where there is one."""
        until = self._paused_until
        for rate, full_at in zip(self._rates, self._full_at, strict=True):
            every = rate.seconds / rate.calls
            until = max(until, max(full_at, now) + (ahead - rate.burst + 1) * every)
        return until - now if until > now + RESOLUTION else 0.0

    def take(self, now: float) -> None:
        """Takes a token. Only where `wait_time(now)` is 0."""
        for index, rate in enumerate(self._rates):
            self._full_at[index] = max(self._full_at[index], now) + rate.seconds / rate.calls

    def pause_until(self, instant: float) -> None:
        """Gives no token before this instant: the publisher has requested a pause."""
        self._paused_until = max(self._paused_until, instant)
