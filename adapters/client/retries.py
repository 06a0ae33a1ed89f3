"""When a failed call is repeated."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from adapters.errors import NotReady, RateLimitError, ServerError, SourceError, Unreachable

MAX_ATTEMPTS = 3
"""How often one request is sent at most, the first time included."""

TRANSIENT_ERRORS: tuple[type[SourceError], ...] = (NotReady, RateLimitError, ServerError, Unreachable)
"""Errors that may be gone in a moment. A timeout is not among them."""

FIRST_WAIT = 0.5
MAX_WAIT = 8.0
"""Seconds: the upper bound of the first wait, and of every later one, which doubles it."""

DAY = timedelta(days=1).total_seconds()

_HTTP_DATE = re.compile(r"[A-Za-z]{3,9}, \d{2}[ -][A-Za-z]{3}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT", re.ASCII)


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header (RFC 9110 §10.2.3: seconds, or a date in GMT), between 0 and a day.

    None where there is no header or it is malformed. `now` is the time of day, in UTC.
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
    """Seconds before the next attempt: exponential with full jitter. `attempt` counts from 1."""
    return uniform(0.0, min(MAX_WAIT, FIRST_WAIT * 2 ** (attempt - 1)))
