"""Cells: zero, a bound, a range and no number are different answers, and nothing is guessed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.document import RowError
from adapters.tabular.cells import Amount, Cells, amount, between
from adapters.vocabulary.enums import Qualifier

CELLS = Cells(thousands=",", percent_sign=True, words={"": "LEFT_OUT", "?": "UNKNOWN", "N/A": "NOT_REPORTED"})


def exactly(number: str) -> Amount:
    return Amount(value=Decimal(number))


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("0", exactly("0")),
        ("221,589", exactly("221589")),
        ("1,234,567", exactly("1234567")),
        ("1975", exactly("1975")),
        ("85%", exactly("85")),
        ("0.821", exactly("0.821")),
        ("1,000.5", exactly("1000.5")),
        ("< 10", Amount(low=Decimal(0), high=Decimal(9), qualifier=Qualifier.LESS_THAN)),
        ("<10", Amount(low=Decimal(0), high=Decimal(9), qualifier=Qualifier.LESS_THAN)),
        ("11,000 - 12,000", Amount(low=Decimal(11000), high=Decimal(12000), qualifier=Qualifier.RANGE)),
        ("3 - 3", exactly("3")),
        ("?", Amount(qualifier=Qualifier.UNKNOWN)),
        ("N/A", Amount(qualifier=Qualifier.NOT_REPORTED)),
        ("", None),
    ],
)
def test_a_cell_states_what_is_written(text: str, stated: Amount | None) -> None:
    assert amount(text, CELLS) == stated


@pytest.mark.parametrize(
    "text", ["1,23", "12,34,567", ",123", "1 000", "-1", "1e3", "٣", "NaN", "n/a", "<", "< 0", "5 - 3"]
)
def test_what_counts_nothing_is_refused(text: str) -> None:
    with pytest.raises(RowError):
        amount(text, CELLS)


def test_a_comma_and_a_percent_sign_are_read_only_where_the_publisher_writes_them() -> None:
    for text in ("1,975", "85%", ""):
        with pytest.raises(RowError):
            amount(text, Cells())


def test_a_rounded_number_is_about() -> None:
    assert amount("20,800,000", CELLS, Qualifier.ABOUT).qualifier is Qualifier.ABOUT  # type: ignore[union-attr] # A number.


def test_two_cells_bound_a_figure_or_state_it() -> None:
    assert between("0", "249", CELLS) == Amount(low=Decimal(0), high=Decimal(249), qualifier=Qualifier.RANGE)
    assert between("7", "7", CELLS) == exactly("7")


@given(st.integers(min_value=0, max_value=10**15))
def test_thousands_are_read_as_they_are_written(number: int) -> None:
    assert amount(f"{number:,}", CELLS) == amount(str(number), CELLS) == exactly(str(number))


@given(st.text(max_size=40))
def test_whatever_the_text_it_is_an_amount_or_refused(text: str) -> None:
    try:
        stated = amount(text, CELLS)
    except RowError:
        return
    assert stated is None or stated.value is None or stated.value >= 0
