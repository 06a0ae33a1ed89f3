"""How often a publisher may be asked: token buckets, as plain arithmetic over instants of a steady clock."""

import math
from collections.abc import Sequence

from msgspec import Struct

RESOLUTION = 1e-6
"""Seconds by which a call may come early: sums of floats never meet an instant exactly."""


class Rate(Struct, frozen=True, kw_only=True):
    """So many calls in so many seconds, spread evenly but for `burst` calls that may come at once.

    No window of t seconds sees more than `burst + calls / seconds * t` calls. Where a publisher counts in fixed windows
    (50 a minute), `burst + calls` must therefore not exceed what it allows in one.
    """

    calls: int
    seconds: float
    burst: int = 1

    def __post_init__(self) -> None:
        if not (self.calls >= 1 and self.burst >= 1 and 0 < self.seconds < math.inf):
            raise ValueError("a rate has at least one call, a burst of at least one, and a finite time above zero")


class Bucket:
    """The tokens that are left of several rates, all of which hold. It waits for nobody: it says how long to wait.

    Kept as the instant at which each rate's bucket will be full again (the generic cell rate algorithm of ITU-T
    I.371), which needs no refilling.
    """

    def __init__(self, rates: Sequence[Rate]) -> None:
        self._rates = tuple(rates)
        self._full_at = [-math.inf] * len(self._rates)
        self._held_until = -math.inf

    def wait(self, now: float, ahead: int = 0) -> float:
        """Seconds from `now` until a token is there for a call that has `ahead` others before it; 0 where it is."""
        until = self._held_until
        for rate, full_at in zip(self._rates, self._full_at, strict=True):
            every = rate.seconds / rate.calls
            until = max(until, max(full_at, now) + (ahead - rate.burst + 1) * every)
        return until - now if until > now + RESOLUTION else 0.0

    def take(self, now: float) -> None:
        """Takes a token. Only where `wait(now)` is 0."""
        for index, rate in enumerate(self._rates):
            self._full_at[index] = max(self._full_at[index], now) + rate.seconds / rate.calls

    def hold(self, until: float) -> None:
        """No token before this instant: the publisher asked for a pause."""
        self._held_until = max(self._held_until, until)
