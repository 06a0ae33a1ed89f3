"""Disclosure control: an attacker with all tables learns no small count, and does where totals are not suppressed."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from itertools import combinations, product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.catalogue.disclosure.suppression import (
    BASE,
    THRESHOLD,
    Counts,
    Disclosed,
    disclosed,
    rounded,
    suppressed,
    with_totals,
)
from tests.support.disclosure_attacker import ALL, Attacker, Place, Told

Table = list[list[int | None]]
Disclosing = Callable[[Counts], Disclosed]

HARMS = ("a", "b", "c", "d", "e")
PLATFORMS = ("p", "q", "r", "s", "t")
MONTHS = range(3)


def data_set(seed: int) -> dict[int, Counts]:
    """A table for each month, of counts that are often small and often zero; in a third at the edges of rounding."""
    chance = Random(seed)  # noqa: S311 - the same data sets at every run

    def count() -> int:
        kind = chance.random()
        if seed % 3 == 0 and kind >= 0.3:
            return chance.choice((10, 13))
        return 0 if kind < 0.3 else chance.randrange(1, 10) if kind < 0.5 else chance.randrange(10, 70)

    return {month: [[count() for _ in PLATFORMS] for _ in HARMS] for month in MONTHS}


def placed(month: int, table: Sequence[Sequence[int | None]]) -> dict[Place, int | None]:
    return {
        (month, harm, platform): count
        for harm, line in zip((*HARMS, ALL), table, strict=True)
        for platform, count in zip((*PLATFORMS, ALL), line, strict=True)
    }


def attack(seed: int, disclosing: Disclosing, *, exact: bool = False) -> Counter[str]:
    """What an attacker finds out: how many small counts it recovers, of them exactly, and of how many anything at all.

    Recovered is a count that it knows as closely as if it had been published: all but `BASE` values are ruled out.
    """
    tables = data_set(seed)
    told: Told = {
        place: count for month, table in tables.items() for place, count in placed(month, disclosing(table)).items()
    }
    attacker = Attacker([told], exact=exact)
    found = Counter[str]()
    for month, table in tables.items():
        for place, count in placed(month, with_totals(table)).items():
            assert count is not None
            if count < THRESHOLD:
                low, high = attacker.possible(place)
                assert low <= count <= (count if high is None else high), "the attacker is wrong"
                found["small"] += 1
                found["recovered"] += high is not None and high - low < BASE
                found["exactly"] += low == high
                found["narrowed"] += low > 0 or (high is not None and high < THRESHOLD - 1)
    return found


def without_secondary(counts: Counts) -> Disclosed:
    return [[None if count < THRESHOLD else rounded(count) for count in line] for line in with_totals(counts)]


def without_rounding(counts: Counts) -> Disclosed:
    whole = with_totals(counts)
    hidden = suppressed(whole)
    return [[None if (r, c) in hidden else count for c, count in enumerate(line)] for r, line in enumerate(whole)]


def without_both(counts: Counts) -> Disclosed:
    return [[None if count < THRESHOLD else count for count in line] for line in with_totals(counts)]


def campaign(seeds: range, disclosing: Disclosing = disclosed, *, exact: bool = False) -> None:
    found = sum((attack(seed, disclosing, exact=exact) for seed in seeds), Counter[str]())
    assert found["small"] > 10 * len(seeds)
    assert found["recovered"] == 0
    # More than was promised: every count under the threshold stays possible for each of them.
    assert found["narrowed"] == 0


def test_an_attacker_with_every_table_learns_nothing_of_a_small_count() -> None:
    campaign(range(4))


@pytest.mark.proof
@pytest.mark.parametrize("first", range(0, 200, 25))
def test_an_attacker_learns_nothing_on_two_hundred_data_sets(first: int) -> None:
    campaign(range(first, first + 25))
    campaign(range(first, first + 25), without_rounding, exact=True)


def test_what_is_suppressed_is_enough_without_the_rounding() -> None:
    # In the first of these a small total could be narrowed, were only the small counts kept open.
    campaign(range(10, 12), without_rounding, exact=True)


def test_the_attacker_is_real() -> None:
    """Where all totals are published it finds some out, and far more of them exactly if they are not rounded."""
    rounded_, bare = attack(0, without_secondary), attack(0, without_both, exact=True)
    assert 0 < rounded_["exactly"] < rounded_["recovered"]
    assert rounded_["exactly"] < bare["exactly"]


tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.sampled_from([0, 0, 1, 9, 10, 12, 13, 40]), min_size=width, max_size=width), min_size=1, max_size=4
    )
)


@settings(max_examples=15)
@given(tables)
def test_any_table_keeps_its_small_counts(counts: Counts) -> None:
    whole = with_totals(counts)
    table = disclosed(counts)
    names = {
        (0, ALL if r == len(counts) else str(r), ALL if c == len(counts[0]) else str(c)): (r, c)
        for r in range(len(whole))
        for c in range(len(whole[0]))
    }
    attacker = Attacker([{place: table[r][c] for place, (r, c) in names.items()}])
    for place, (r, c) in names.items():
        shown, count = table[r][c], whole[r][c]
        assert shown is None or (count >= THRESHOLD and shown % 5 == 0 and abs(shown - count) <= 2)
        if count < THRESHOLD:
            low, high = attacker.possible(place)
            assert low == 0
            assert high is None or high >= THRESHOLD - 1


@given(st.lists(st.lists(st.integers(10, 99), min_size=3, max_size=3), min_size=1, max_size=4))
def test_nothing_is_suppressed_where_no_count_is_small(counts: Counts) -> None:
    assert disclosed(counts) == [[rounded(count) for count in line] for line in with_totals(counts)]


def test_totals_are_published_that_leave_all_small_counts_open() -> None:
    assert disclosed([[20, 3]]) == [[20, None, None], [20, None, None]]
    # Once a total of small counts alone is published, nothing is kept back for its sake.
    assert disclosed([[3, 5, 6, 0], [20, 5, 0, 6]]) == [
        [None, None, None, None, 15],
        [20, None, None, None, 30],
        [None, None, None, None, 45],
    ]


def left(pattern: Sequence[Sequence[bool]]) -> int:
    """How many values the least protected small count can have for who also knows how totals are chosen.

    That attacker goes through every table of this pattern of small counts, and keeps those with the same totals.
    """
    cells = [(r, c) for r, line in enumerate(pattern) for c, small in enumerate(line) if small]
    possible: defaultdict[Any, list[set[int]]] = defaultdict(lambda: [set() for _ in cells])
    for values in product(range(THRESHOLD), repeat=len(cells)):
        counts = [[20 for _ in line] for line in pattern]
        for (r, c), value in zip(cells, values, strict=True):
            counts[r][c] = value
        whole = with_totals(counts)
        hidden = suppressed(whole)
        shown = tuple(
            None if (r, c) in hidden else count for r, line in enumerate(whole) for c, count in enumerate(line)
        )
        for known, value in zip(possible[shown], values, strict=True):
            known.add(value)
    return min(len(known) for each in possible.values() for known in each)


def test_who_knows_how_totals_are_chosen_learns_no_more() -> None:
    assert left([[True, True], [True, False]]) == THRESHOLD


@pytest.mark.proof
@pytest.mark.parametrize("big", list(combinations(range(6), 2)))
def test_who_knows_how_totals_are_chosen_learns_hardly_more_of_four_counts(big: tuple[int, ...]) -> None:
    assert left([[3 * row + column not in big for column in range(3)] for row in range(2)]) >= THRESHOLD - 1
