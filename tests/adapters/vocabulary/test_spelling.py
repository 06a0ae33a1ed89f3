"""Misspelled names: what is a typo of what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.vocabulary.spelling import find_nearest, find_typo, is_within_edits
from gateway.settings import Settings

words = st.text("abc", max_size=7)


def distance(one: str, other: str) -> int:
    """Damerau and Levenshtein's distance by the usual table, with no letter edited twice."""
    table = {(row, 0): row for row in range(len(one) + 1)} | {(0, column): column for column in range(len(other) + 1)}
    for row in range(1, len(one) + 1):
        for column in range(1, len(other) + 1):
            replacement = one[row - 1] != other[column - 1]
            table[row, column] = min(
                table[row - 1, column] + 1, table[row, column - 1] + 1, table[row - 1, column - 1] + replacement
            )
            if row > 1 and column > 1 and one[row - 2 : row] == other[column - 2 : column][::-1]:
                table[row, column] = min(table[row, column], table[row - 2, column - 2] + 1)
    return table[len(one), len(other)]


@given(words, words, st.integers(0, 3))
def test_edits_are_those_of_damerau_and_levenshtein(one: str, other: str, edits: int) -> None:
    assert is_within_edits(one, other, edits) == (distance(one, other) <= edits)


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("max_depht", "max_depth"),
        ("databse_url", "database_url"),
        ("database_ulr", "database_url"),
        ("adit_ur", "audit_url"),
        ("max_dept", "max_depth"),
        ("databseurl", "database_url"),
        ("dbseurl", None),
        ("port", None),
        ("service_host", None),
        ("", None),
    ],
)
def test_a_typo_is_two_edits_away_at_most(name: str, setting: str | None) -> None:
    assert find_typo(name, Settings.model_fields) == setting


def test_the_nearest_name_may_be_further_away_and_need_not_exist() -> None:
    assert find_nearest("depth", Settings.model_fields) == "max_depth"
    assert find_nearest("body_bytes", Settings.model_fields) == "max_body_bytes"
    assert find_nearest("colour", Settings.model_fields) is None
