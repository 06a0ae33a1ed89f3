"""Sets of days as ranges with an exclusive end, in order and apart from each other."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from adapters.months import first_day, first_month_from, month_of
from adapters.records import Period
from adapters.vocabulary.enums import Precision

DayRange = tuple[date, date]
Days = tuple[DayRange, ...]

LAST_MONTH = month_of(date.max)
"""The last month that has a first day."""


def unite(ranges: Iterable[DayRange]) -> Days:
    """The days of any of the ranges, which may be in any order and overlap."""
    united: list[DayRange] = []
    for start, end in sorted(ranges):
        if united and start <= united[-1][1]:
            united[-1] = united[-1][0], max(united[-1][1], end)
        elif start < end:
            united.append((start, end))
    return tuple(united)


def intersect(days: Days, others: Days) -> Days:
    """The days of both."""
    return unite(
        (max(start, other_start), min(end, other_end))
        for start, end in days
        for other_start, other_end in others
        if start < other_end and other_start < end
    )


def subtract(days: Days, others: Days) -> Days:
    """The days that are not among the others."""
    rest = list[DayRange]()
    for start, end in days:
        for other_start, other_end in others:
            if other_end <= start or other_start >= end:
                continue
            rest.append((start, other_start))
            start = other_end
        rest.append((start, end))
    return unite(each for each in rest if each[0] < each[1])


@lru_cache(maxsize=256)
def months_of(days: Days, limit: int) -> tuple[tuple[Period, ...], int]:
    """The first months that have any of the days, and how many such months there are.

    A month of which some days are missing is the part from the first of its days to the last one.
    """
    spans = _month_spans(days)
    count = sum(end - start for start, end in spans)
    months: list[Period] = []
    for number in _first_numbers(spans, limit):
        first, following = first_day(number), first_day(number + 1) if number < LAST_MONTH else date.max
        inside = intersect(days, ((first, following),)) or ((first, following),)
        start, end = inside[0][0], inside[-1][1]
        precision = Precision.MONTH if (start, end) == (first, following) else Precision.INTERVAL
        months.append(Period(start=start, end=end, precision=precision))
    return tuple(months), count


def _month_spans(days: Days) -> list[tuple[int, int]]:
    """The numbers of the months as ranges, each month in one of them."""
    spans: list[tuple[int, int]] = []
    for start, end in days:
        first, following = month_of(start), first_month_from(end)
        if spans and first < spans[-1][1]:
            first = spans[-1][1]
        if first < following:
            spans.append((first, following))
    return spans


def _first_numbers(spans: Iterable[tuple[int, int]], limit: int) -> Iterator[int]:
    count = 0
    for start, end in spans:
        for number in range(start, min(end, start + limit - count)):
            yield number
            count += 1
