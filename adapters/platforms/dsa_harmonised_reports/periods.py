"""The reporting period of a line, and of a file whose table has no column for it."""

import re
from datetime import date, timedelta

from adapters.document import RowError
from adapters.figures import period_precision
from adapters.records import Period

PLACEHOLDERS = frozenset({"yyyy-mm-dd/yyyy-mm-dd", "jjjj-mm-tt/jjjj-mm-tt", "aaaa-mm-jj/aaaa-mm-jj"})
"""The period in the empty templates, in lower case."""

FILE_DAYS = re.compile(r"\d{4}-\d\d-\d\d[/_]\d{4}-\d\d-\d\d", re.ASCII)
DAYS = re.compile(r"(?P<first>\d{4}-\d\d-\d\d) ?(?:[/_–—-]|to) ?(?P<last>\d{4}-\d\d-\d\d)", re.ASCII)


def file_period(name: str) -> str | None:
    """The period in a file's name; None without one."""
    match = FILE_DAYS.search(name)
    return match[0] if match else None


def parse_days(text: str) -> Period:
    """The days of `2025-07-01/2025-12-31`, both included. Raises RowError."""
    match = DAYS.fullmatch(text)
    if match is None:
        raise RowError("is not a period as YYYY-MM-DD/YYYY-MM-DD", "reporting period")
    try:
        start, end = date.fromisoformat(match["first"]), date.fromisoformat(match["last"]) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise RowError("is not a period as YYYY-MM-DD/YYYY-MM-DD", "reporting period") from None
    if end <= start:
        raise RowError("ends before it begins", "reporting period")
    return Period(start=start, end=end, precision=period_precision(start, end))
