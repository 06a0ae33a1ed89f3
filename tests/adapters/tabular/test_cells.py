"""Cells: zero, a bound, a range and no number are different answers, and nothing is guessed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.document import RowError
from adapters.tabular.cells import CellValue, NumberFormat, parse_cell, parse_range
from adapters.vocabulary.enums import Qualifier

CELLS = NumberFormat(thousands=",", percent_sign=True, words={"": "SKIP", "?": "UNKNOWN", "N/A": "NOT_REPORTED"})


def exactly(number: str) -> CellValue:
    return CellValue(value=Decimal(number))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", exactly("0")),
        ("221,589", exactly("221589")),
        ("1,234,567", exactly("1234567")),
        ("1975", exactly("1975")),
        ("85%", exactly("85")),
        ("0.821", exactly("0.821")),
        ("1,000.5", exactly("1000.5")),
        ("< 10", CellValue(low=Decimal(0), high=Decimal(9), qualifier=Qualifier.LESS_THAN)),
        ("<10", CellValue(low=Decimal(0), high=Decimal(9), qualifier=Qualifier.LESS_THAN)),
        ("11,000 - 12,000", CellValue(low=Decimal(11000), high=Decimal(12000), qualifier=Qualifier.RANGE)),
        ("3 - 3", exactly("3")),
        ("?", CellValue(qualifier=Qualifier.UNKNOWN)),
        ("N/A", CellValue(qualifier=Qualifier.NOT_REPORTED)),
        ("", None),
    ],
)
def test_a_cell_has_the_value_of_its_text(text: str, value: CellValue | None) -> None:
    assert parse_cell(text, CELLS) == value


@pytest.mark.parametrize(
    "text", ["1,23", "12,34,567", ",123", "1 000", "-1", "1e3", "٣", "NaN", "n/a", "<", "< 0", "5 - 3"]
)
def test_a_text_that_is_no_count_is_refused(text: str) -> None:
    with pytest.raises(RowError):
        parse_cell(text, CELLS)


def test_a_comma_and_a_percent_sign_are_read_only_where_the_publisher_writes_them() -> None:
    for text in ("1,975", "85%", ""):
        with pytest.raises(RowError):
            parse_cell(text, NumberFormat())


def test_a_rounded_number_is_about() -> None:
    assert parse_cell("20,800,000", CELLS, Qualifier.ABOUT).qualifier is Qualifier.ABOUT  # type: ignore[union-attr] # A number.


def test_two_cells_bound_a_figure_or_state_it() -> None:
    assert parse_range("0", "249", CELLS) == CellValue(low=Decimal(0), high=Decimal(249), qualifier=Qualifier.RANGE)
    assert parse_range("7", "7", CELLS) == exactly("7")


@given(st.integers(min_value=0, max_value=10**15))
def test_thousands_may_be_separated(number: int) -> None:
    assert parse_cell(f"{number:,}", CELLS) == parse_cell(str(number), CELLS) == exactly(str(number))


@given(st.text(max_size=40))
def test_any_text_is_a_value_or_refused(text: str) -> None:
    try:
        value = parse_cell(text, CELLS)
    except RowError:
        return
    assert value is None or value.value is None or value.value >= 0
