"""The days of moments, where the publisher's clocks are."""

from datetime import date, datetime
from zoneinfo import ZoneInfo


def local_day(moment: datetime, timezone: str) -> date:
    """The day of the moment in a time zone of the IANA database, such as `Europe/London`."""
    return moment.astimezone(ZoneInfo(timezone)).date()
