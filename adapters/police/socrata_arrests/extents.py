"""What a scope vouches for, by its name: a month of a city is the month of its police department, and of no state."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from msgspec import Struct

from adapters.extents import Extent
from adapters.months import next_month
from adapters.police.socrata_arrests.profiles import CityProfile
from adapters.source import LIVE
from adapters.vocabulary.enums import RecordType

SCOPE_NAME = re.compile(r"(?P<city>[a-z_]+)/(?P<month>(?:19|20)\d\d-(?:0[1-9]|1[0-2]))", re.ASCII)

PUBLICATION_DELAY = timedelta(days=31)
"""By then a portal has all arrests of a day of which it has any. A month that has none is not read at all."""


class MonthExtents(Struct, frozen=True):
    """The extents of the scopes of these cities. Rules of equal cities are equal."""

    profiles: Mapping[str, CityProfile]

    def __call__(self, channel: str, name: str) -> Extent | None:
        """The extent of a scope of the live channel. An export may be any part of a city's arrests: it has none."""
        match = SCOPE_NAME.fullmatch(name)
        profile = self.profiles.get(match["city"]) if match is not None and channel == LIVE else None
        if match is None or profile is None:
            return None
        month = date.fromisoformat(f"{match['month']}-01")
        return Extent(
            records=frozenset({RecordType.ARREST}),
            start=month,
            end=next_month(month),
            agencies=frozenset({profile.agency}),
            selective=not profile.every_arrest,
            delay=PUBLICATION_DELAY,
        )
