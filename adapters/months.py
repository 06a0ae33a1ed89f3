"""Calendar months as numbers, counted from January of the year 0: one month is the next one plus or minus one.

January 2024 is 24288. A period of months has an exclusive end, as every period here.
"""

from collections.abc import Iterator
from datetime import date


def month_number(year: int, month: int) -> int:
    """The number of the month; `month` is 1 to 12."""
    return year * 12 + month - 1


def year_and_month(number: int) -> tuple[int, int]:
    """The year, and the month from 1 to 12, of a month's number."""
    year, month = divmod(number, 12)
    return year, month + 1


def month_of(day: date) -> int:
    """The number of the month in which the day lies."""
    return month_number(day.year, day.month)


def first_month_from(day: date) -> int:
    """The number of the first month that begins on the day or later."""
    return month_of(day) + (day.day > 1)


def first_day(number: int) -> date:
    """The first day of the month of this number. Raises ValueError outside the years 1 to 9999."""
    return date(*year_and_month(number), 1)


def next_month(day: date) -> date:
    """The first day of the month after the one in which the day lies. Raises ValueError in December 9999."""
    return first_day(month_of(day) + 1)


def months_in(start: date, end: date) -> Iterator[date]:
    """The first day of each month of which a day lies from `start` up to but not including `end`, in order."""
    return map(first_day, range(month_of(start), first_month_from(end)))
