"""Suggestions for misspelled names."""

from collections.abc import Iterable
from difflib import get_close_matches

TYPO = 2
"""How many edits make a typo."""


def find_typo(name: str, names: Iterable[str]) -> str | None:
    """The nearest of `names` within two edits of `name`; None if there is none."""
    ordered = tuple(names)
    distances = range(TYPO + 1)
    return next((each for edits in distances for each in ordered if is_within_edits(name, each, edits)), None)


def find_nearest(name: str, names: Iterable[str]) -> str | None:
    """The name to suggest in place of `name`, which may be further away than a typo; None if none is similar."""
    ordered = tuple(names)
    return find_typo(name, ordered) or next(iter(get_close_matches(name, ordered, n=1)), None)


def is_within_edits(one: str, other: str, edits: int) -> bool:
    """Whether at most so many edits turn one text into the other.

    An edit inserts, deletes or replaces a letter, or swaps two neighbours (Damerau and Levenshtein's distance, in which
    no letter is edited twice). Takes time exponential in `edits`.
    """
    if one[:1] == other[:1] and one:
        return is_within_edits(one[1:], other[1:], edits)
    if not one or not other:
        return len(one) + len(other) <= edits
    return edits > 0 and (
        is_within_edits(one[1:], other[1:], edits - 1)
        or is_within_edits(one[1:], other, edits - 1)
        or is_within_edits(one, other[1:], edits - 1)
        or (one[:2] == other[1::-1] and is_within_edits(one[2:], other[2:], edits - 1))
    )
