"""Who wants to know the small counts: asks for every table there is and solves what all answers say together.

It knows the threshold, the base, that totals are sums and that of counts only small ones are suppressed, and nothing of
how the gateway chooses the totals that it suppresses. It works by linear programming, which the gateway does not.
"""

from collections.abc import Hashable, Iterable, Mapping
from math import ceil, floor, inf
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

ALL = "ALL"

Place = tuple[Hashable, str, str]
"""Which table, and where in it: a value of each of its two dimensions, or ALL."""

Told = Mapping[Place, int | None]
"""What was answered, over all tables, periods and releases; None where suppressed."""

SLACK = 1e-6


class Attacker:
    """All that was answered at any time, as linear constraints on the counts behind it; `exact` if none is rounded."""

    def __init__(self, told: Iterable[Told], *, exact: bool = False) -> None:
        known: dict[Place, tuple[float, float]] = {}
        for answers in told:
            for place, count in answers.items():
                low, high = _between(place, count, exact=exact)
                before = known.get(place, (0.0, inf))
                known[place] = max(low, before[0]), min(high, before[1])
        self._counts = [place for place in known if ALL not in place[1:]]
        self._number = {place: number for number, place in enumerate(self._counts)}
        self._bounds = [known[place] for place in self._counts]
        sums = [place for place in known if ALL in place[1:]]
        self._parts = {place: [n for n, count in enumerate(self._counts) if _within(count, place)] for place in sums}
        bound = [(parts, *known[place]) for place, parts in self._parts.items() if known[place] != (0, inf)]
        self._limits: list[LinearConstraint] = []
        if bound:
            entries = [(number, part) for number, (parts, _, _) in enumerate(bound) for part in parts]
            at, part = (list(each) for each in zip(*entries, strict=True))
            matrix = csr_array(([1.0] * len(at), (at, part)), shape=(len(bound), len(self._counts)))
            lows, highs = [low for _, low, _ in bound], [high for _, _, high in bound]
            self._limits = [LinearConstraint(matrix, lows, highs)]

    def possible(self, place: Place) -> tuple[int, int | None]:
        """The smallest and the largest count that contradict nothing; None where no answer bounds it."""
        wanted = np.zeros(len(self._counts))
        wanted[self._parts.get(place) or [self._number[place]]] = 1.0
        low, high = self._least(wanted), self._least(-wanted)
        assert low is not None
        return ceil(low - SLACK), None if high is None else floor(-high + SLACK)

    def _least(self, wanted: Any) -> float | None:
        lows, highs = zip(*self._bounds, strict=True)
        solved = milp(wanted, bounds=Bounds(lows, highs), constraints=self._limits)
        if solved.status in (3, 4):  # Unbounded, or as the solver says then: unbounded or infeasible.
            return None
        assert solved.status == 0, solved.message
        return float(solved.fun or 0.0)


def _between(place: Place, count: int | None, *, exact: bool) -> tuple[float, float]:
    if count is None:
        return 0.0, inf if ALL in place[1:] else 9
    return (count, count) if exact else (max(10, count - 2), count + 2)


def _within(count: Place, total: Place) -> bool:
    return count[0] == total[0] and all(b in (a, ALL) for a, b in zip(count[1:], total[1:], strict=True))
