"""The names that publishers give to periods, read as days with an exclusive end."""

import re
from datetime import date, datetime, timedelta

from adapters.document import RowError
from adapters.figures import period_precision
from adapters.months import first_day, month_number, month_of
from adapters.records import Period

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

YEAR = re.compile("(?P<year>[0-9]{4})")
MONTH = re.compile("(?P<year>[0-9]{4})-(?P<month>[0-9]{2})")
# 2012-H1, 2013S1 (semester), 2021Q2, 2021-q2; the part may stand first.
PART = re.compile("(?P<year>[0-9]{4})[ _-]?(?P<part>[hsq][1-4])|(?P<part_>[hsq][1-4])[ _-]?(?P<year_>[0-9]{4})")
# Jan-Jun 2014, Jul-Sep 2022
SPAN = re.compile("(?P<first>[a-z]{3})[a-z]* ?[-–] ?(?P<last>[a-z]{3})[a-z]* (?P<year>[0-9]{4})")


def named(text: str) -> Period:
    """The period of a name: a year, a half-year, a quarter, a month, or months of one year.

    `2020`, `2012-H1`, `2013S1`, `2021Q2`, `Q2 2021`, `2024-09`, `Jan-Jun 2014`. Raises Refused where it is none.
    """
    name = text.lower()
    if found := YEAR.fullmatch(name):
        return _months(int(found["year"]), 1, 12)
    if found := MONTH.fullmatch(name):
        return _months(int(found["year"]), int(found["month"]), 1)
    if found := PART.fullmatch(name):
        kind, number = (part := found["part"] or found["part_"])[0], int(part[1])
        length = 3 if kind == "q" else 6
        return _months(int(found["year"] or found["year_"]), (number - 1) * length + 1, length)
    found = SPAN.fullmatch(name)
    if found and found["first"] in MONTHS and found["last"] in MONTHS:
        first, last = MONTHS.index(found["first"]) + 1, MONTHS.index(found["last"]) + 1
        return _months(int(found["year"]), first, last - first + 1)
    raise RowError("names no period that is known")


def ending(text: str, written: str, months: int) -> Period:
    """The period of so many months whose last day is `text`, written as strptime reads `written`. Raises Refused."""
    try:
        # Only the day is read: no time of day and no zone is stated.
        last = datetime.strptime(text, written).date()  # noqa: DTZ007
        end = last + timedelta(days=1)
    except (ValueError, OverflowError):
        raise RowError("is no day as this publisher writes them") from None
    if not 1900 <= last.year <= 2999:
        raise RowError("names no period of the calendar")
    if end.day != 1:
        raise RowError("is not the last day of a month")
    return _period(first_day(month_of(end) - months), end)


def _months(year: int, first: int, length: int) -> Period:
    if not (1 <= first <= 12 and 1 <= length <= 13 - first and 1900 <= year <= 2999):
        raise RowError("names no period of the calendar")
    number = month_number(year, first)
    return _period(first_day(number), first_day(number + length))


def _period(start: date, end: date) -> Period:
    return Period(start=start, end=end, precision=period_precision(start, end))
