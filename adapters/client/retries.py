"""When a call that failed is made again."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from adapters.errors import Failed, NotReady, RateLimited, SourceError, Unreachable

ATTEMPTS = 3
"""The most times that one question is put, the first included."""

PASSING: tuple[type[SourceError], ...] = (NotReady, RateLimited, Failed, Unreachable)
"""Faults that may be gone in a moment. A source that is silent until the deadline is not among them."""

FIRST = 0.5
LONGEST = 8.0
"""Seconds: the upper bound of the first wait, and what doubling it never exceeds."""

DAY = timedelta(days=1).total_seconds()

_HTTP_DATE = re.compile(r"[A-Za-z]{3,9}, \d{2}[ -][A-Za-z]{3}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT", re.ASCII)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header (RFC 9110 §10.2.3: seconds, or a date in GMT), between 0 and a day.

    None where there is none or it means nothing. `now` is the time of day, in UTC.
    """
    text = (value or "").strip(" \t")
    if text.isascii() and text.isdecimal():
        # float, because int refuses thousands of digits
        return min(float(text), DAY)
    if not _HTTP_DATE.fullmatch(text):
        return None
    try:
        then = parsedate_to_datetime(text).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return min(max((then - now).total_seconds(), 0.0), DAY)


def backoff(attempt: int, uniform: Callable[[float, float], float]) -> float:
    """Seconds before the next attempt: exponential with full jitter. `attempt` counts those made, from 1."""
    return uniform(0.0, min(LONGEST, FIRST * 2 ** (attempt - 1)))
