"""Compares spellings of names, and suggests the right one for a misspelled one."""

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

MAX_NAME_LENGTH = 200
"""In characters. No real name is nearly as long, and folding a megabyte that a caller sends would take time."""

TYPO = 2
"""How many edits make a typo."""

MAX_SUGGESTIONS = 1_000
"""Names among which a suggestion is looked for: comparing many more would take long."""


def fold(text: str) -> str:
    """The form that all spellings of a name share, without case, width and surplus white space.

    This is compatibility caseless matching (The Unicode Standard, definition D146). One pass is not enough: folding
    case can leave characters that decompose, and decomposing can leave upper case.
    """
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFD", text).casefold())
    return " ".join(unicodedata.normalize("NFKC", decomposed.casefold()).split())


def canonical(text: str) -> str:
    """The form that canonically equivalent texts share (NFC): they look alike, and differ in bytes alone."""
    return unicodedata.normalize("NFC", text)


def canonical_spellings(text: str) -> tuple[str, ...]:
    """The text, and the composed and decomposed forms of it that publishers use (NFC and NFD)."""
    return tuple(dict.fromkeys((text, canonical(text), unicodedata.normalize("NFD", text))))


def find_typo(name: str, names: Iterable[str]) -> str | None:
    """The nearest of `names` within two edits of `name`; None if there is none."""
    ordered = tuple(names)
    distances = range(TYPO + 1)
    return next((each for edits in distances for each in ordered if is_within_edits(name, each, edits)), None)


def find_nearest(name: str, names: Iterable[str]) -> str | None:
    """The name to suggest in place of `name`, which may be further away than a typo; None if none is similar."""
    ordered = tuple(islice(names, MAX_SUGGESTIONS))
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
