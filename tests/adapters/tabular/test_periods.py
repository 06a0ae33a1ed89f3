"""Periods: the same half-year under every name, its end exclusive."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.document import RowError
from adapters.records import Period
from adapters.tabular.periods import parse_last_day, parse_period
from adapters.vocabulary.enums import Precision

SECOND_HALF = Period(start=date(2013, 7, 1), end=date(2014, 1, 1), precision=Precision.HALF_YEAR)


@pytest.mark.parametrize(
    "text", ["2013-H2", "2013_H2", "2013 H2", "2013H2", "2013s2", "H2 2013", "Jul-Dec 2013", "July - December 2013"]
)
def test_a_half_year_has_many_names(text: str) -> None:
    assert parse_period(text) == SECOND_HALF


def test_a_half_year_may_be_named_by_its_first_and_last_day() -> None:
    assert parse_period("July 1 - December 31, 2013") == SECOND_HALF


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("2020", date(2020, 1, 1), date(2021, 1, 1), Precision.YEAR),
        ("2021Q4", date(2021, 10, 1), date(2022, 1, 1), Precision.QUARTER),
        ("2021-q1", date(2021, 1, 1), date(2021, 4, 1), Precision.QUARTER),
        ("2024-12", date(2024, 12, 1), date(2025, 1, 1), Precision.MONTH),
        ("Jul-Sep 2022", date(2022, 7, 1), date(2022, 10, 1), Precision.QUARTER),
    ],
)
def test_a_name_means_its_days(text: str, start: date, end: date, precision: Precision) -> None:
    assert parse_period(text) == Period(start=start, end=end, precision=precision)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "13",
        "2013-H3",
        "2013-13",
        "2013-00",
        "Dec-Jan 2013",
        "Foo-Bar 2013",
        "0000",
        "2013 S",
        "July 1 - December 30, 2013",
    ],
)
def test_a_name_of_no_period_is_refused(text: str) -> None:
    with pytest.raises(RowError):
        parse_period(text)


def test_a_half_year_may_be_named_by_its_last_day() -> None:
    assert parse_last_day("2013-12-31", "%Y-%m-%d", 6) == parse_last_day("12/31/2013", "%m/%d/%Y", 6) == SECOND_HALF


@pytest.mark.parametrize("text", ["2013-12-30", "2013-13-31", "31.12.2013", "9999-12-31", "0001-01-31"])
def test_a_day_that_ends_no_month_is_refused(text: str) -> None:
    with pytest.raises(RowError):
        parse_last_day(text, "%Y-%m-%d", 6)


@given(st.text(max_size=20))
def test_any_text_is_a_period_or_refused(text: str) -> None:
    try:
        period = parse_period(text)
    except RowError:
        return
    assert period.start is not None
    assert period.end is not None
    assert period.start < period.end
