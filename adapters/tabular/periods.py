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
# 2012-H1, 2013S1 (semester), 2021Q2, 2021-q2; the part may come first.
PART = re.compile("(?P<year>[0-9]{4})[ _-]?(?P<part>[hsq][1-4])|(?P<part_>[hsq][1-4])[ _-]?(?P<year_>[0-9]{4})")
# Jan-Jun 2014, Jul-Sep 2022
SPAN = re.compile("(?P<first>[a-z]{3})[a-z]* ?[-–] ?(?P<last>[a-z]{3})[a-z]* (?P<year>[0-9]{4})")
# January 1 - June 30, 2031
DAYS = re.compile(
    "(?P<first>[a-z]{3})[a-z]* 1 ?[-–] ?(?P<last>[a-z]{3})[a-z]* (?P<day>[0-9]{1,2}),? (?P<year>[0-9]{4})"
)


def parse_period(text: str) -> Period:
    """The period of a name: a year, a half-year, a quarter, a month, or months of one year.

    `2020`, `2012-H1`, `2013S1`, `2021Q2`, `Q2 2021`, `2024-09`, `Jan-Jun 2014`, `January 1 - June 30, 2014`. Raises
    RowError for any other text.
    """
    name = text.lower()
    if match := YEAR.fullmatch(name):
        return _months(int(match["year"]), 1, 12)
    if match := MONTH.fullmatch(name):
        return _months(int(match["year"]), int(match["month"]), 1)
    if match := PART.fullmatch(name):
        kind, number = (part := match["part"] or match["part_"])[0], int(part[1])
        length = 3 if kind == "q" else 6
        return _months(int(match["year"] or match["year_"]), (number - 1) * length + 1, length)
    match = SPAN.fullmatch(name) or DAYS.fullmatch(name)
    if match and match["first"] in MONTHS and match["last"] in MONTHS:
        first, last = MONTHS.index(match["first"]) + 1, MONTHS.index(match["last"]) + 1
        period = _months(int(match["year"]), first, last - first + 1)
        if "day" not in match.re.groupindex or _is_last_day(period, int(match["day"])):
            return period
    raise RowError("is not the name of a period")


def _is_last_day(period: Period, day: int) -> bool:
    return period.end is not None and (period.end - timedelta(days=1)).day == day


def parse_last_day(text: str, day_format: str, months: int) -> Period:
    """The period of so many months whose last day is `text`, in the format of strptime. Raises RowError."""
    try:
        # Only the day is read; the text has no time of day and no time zone.
        last = datetime.strptime(text, day_format).date()  # noqa: DTZ007
        end = last + timedelta(days=1)
    except (ValueError, OverflowError):
        raise RowError("is not a day in this publisher's format") from None
    if not 1900 <= last.year <= 2999:
        raise RowError("is not a period of the calendar")
    if end.day != 1:
        raise RowError("is not the last day of a month")
    return _period(first_day(month_of(end) - months), end)


def _months(year: int, first: int, length: int) -> Period:
    if not (1 <= first <= 12 and 1 <= length <= 13 - first and 1900 <= year <= 2999):
        raise RowError("is not a period of the calendar")
    number = month_number(year, first)
    return _period(first_day(number), first_day(number + length))


def _period(start: date, end: date) -> Period:
    return Period(start=start, end=end, precision=period_precision(start, end))
