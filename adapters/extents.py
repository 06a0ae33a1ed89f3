"""Extents: what a complete scope vouches for beyond its own rows, and the agencies that a place divides into."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from msgspec import Struct, structs

from adapters.vocabulary.enums import RecordType
from adapters.vocabulary.jurisdictions import Jurisdiction

LAST_ZONE = timedelta(hours=12)
"""How long after midnight UTC a day is over everywhere."""


class Extent(Struct, frozen=True, kw_only=True):
    """What a complete scope vouches for: the records of these types whose own period has one of these days.

    The scope has every such record that the source publishes of these jurisdictions as a whole, and of these agencies
    and platforms; None stands for all. With `selective` the source publishes only some such records: the days are
    covered, and still a missing record says nothing. `delay` is the time from a day to the publication of its records.
    """

    records: frozenset[RecordType]
    start: date
    end: date
    jurisdictions: frozenset[Jurisdiction] | None = None
    agencies: frozenset[str] | None = None
    platforms: frozenset[str] | None = None
    selective: bool = False
    delay: timedelta = timedelta(0)

    def at(self, moment: datetime) -> "Extent | None":
        """The extent of a scope that was read at a moment: days that were not over or not yet published are outside."""
        end = (moment - LAST_ZONE - self.delay).date()
        if end >= self.end:
            return self
        return structs.replace(self, end=end) if self.start < end else None


ExtentRule = Callable[[str, str], Extent | None]
"""The extent of a scope by its channel and name; None where it vouches for nothing beyond its own rows. Pure."""


class Tenure(Struct, frozen=True):
    """An agency's time in a territory, from `since` up to but not including `until`; None is an open end."""

    agency: str
    since: date
    until: date | None = None


Territories = Mapping[Jurisdiction, tuple[Tenure, ...]]
"""Jurisdictions that divide into agencies without a rest: each record there is of one of them."""
