"""One calendar of months: numbers, first days and periods agree with each other and with the calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.months import (
    first_day,
    first_month_from,
    month_number,
    month_of,
    months_in,
    next_month,
    year_and_month,
)

DAYS = st.dates(max_value=date(9999, 11, 30))


def test_january_of_the_year_0_is_month_0() -> None:
    assert month_number(0, 1) == 0
    assert month_number(2024, 1) == 24288
    assert month_of(date(2024, 12, 31)) == 24299


@given(st.integers(-10, 20_000), st.integers(1, 12))
def test_a_number_is_one_year_and_month(year: int, month: int) -> None:
    assert year_and_month(month_number(year, month)) == (year, month)


@given(DAYS)
def test_a_month_begins_on_its_first_day(day: date) -> None:
    assert first_day(month_of(day)) == day.replace(day=1)


@given(DAYS)
def test_a_month_is_over_on_the_first_day_of_the_next(day: date) -> None:
    assert first_month_from(day) == month_of(day) + (day.day > 1)
    assert month_of(next_month(day)) == month_of(day) + 1
    assert month_of(next_month(day) - timedelta(days=1)) == month_of(day)


@given(DAYS, st.integers(1, 2_000))
def test_the_months_of_a_period_are_those_of_its_days(start: date, length: int) -> None:
    days = [start + timedelta(days=n) for n in range(min(length, (date.max - start).days))]
    end = start + timedelta(days=len(days))
    assert list(months_in(start, end)) == sorted({day.replace(day=1) for day in days})


def test_there_is_no_month_after_the_last() -> None:
    with pytest.raises(ValueError, match="year"):
        next_month(date.max)
