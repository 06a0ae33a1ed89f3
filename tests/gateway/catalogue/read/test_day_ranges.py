"""Ranges of days say what sets of days say."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from adapters.months import month_of
from gateway.catalogue.read.day_ranges import DayRange, Days, intersect, months_of, subtract, unite

some_days = st.dates(date(2023, 11, 20), date(2024, 3, 10))
ranges = st.lists(st.tuples(some_days, st.integers(-2, 40)).map(lambda it: (it[0], it[0] + timedelta(days=it[1]))))


def listed(days: Days | list[DayRange]) -> set[date]:
    return {start + timedelta(days=number) for start, end in days for number in range((end - start).days)}


@given(ranges, ranges)
def test_ranges_behave_as_sets(first: list[DayRange], second: list[DayRange]) -> None:
    one, other = unite(first), unite(second)
    assert listed(one) == listed(first)
    assert listed(intersect(one, other)) == listed(first) & listed(second)
    assert listed(subtract(one, other)) == listed(first) - listed(second)
    for days in (one, intersect(one, other), subtract(one, other)):
        assert all(end < start for (_, end), (start, _) in zip(days, days[1:], strict=False))


@given(ranges, st.integers(0, 6))
def test_months_are_those_of_the_days(days: list[DayRange], limit: int) -> None:
    months, count = months_of(unite(days), limit)
    numbers = sorted({month_of(day) for day in listed(days)})
    assert count == len(numbers)
    assert [month_of(month.start) for month in months if month.start] == numbers[:limit]
    for month in months:
        assert month.start is not None
        assert month.end is not None
        inside = [day for day in listed(days) if month_of(day) == month_of(month.start)]
        assert (month.start, month.end) == (min(inside), max(inside) + timedelta(days=1))


def test_the_calendar_ends_in_december_9999() -> None:
    months, count = months_of(((date(9999, 11, 30), date.max),), 5)
    assert count == 2
    assert [(month.start, month.end) for month in months] == [
        (date(9999, 11, 30), date(9999, 12, 1)),
        (date(9999, 12, 1), date.max),
    ]
