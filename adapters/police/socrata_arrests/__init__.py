"""Arrests that police departments publish on Socrata portals, one by one.

Portals share one interface (https://dev.socrata.com/docs/queries/) and one CSV export. Their columns differ by city; a
profile says which column is what. A scope is a month of a city: its datasets share one numbering, so a month that is in
two of them, as the last one is around New Year, is still read once.
"""

from collections.abc import Mapping
from datetime import timedelta

from adapters.police.socrata_arrests.extents import MonthExtents
from adapters.police.socrata_arrests.profiles import CityProfile, shipped_profiles
from adapters.source import LIVE, About
from adapters.vocabulary.enums import Audience, RecordType, SourceKind

COUNTING_NOTES = (
    "One record is one arrest: a person arrested twice is two records, and several persons are several.",
    "An arrest is no charge and no conviction; its offence is the most serious one, as recorded at the arrest.",
)

TIME_ZONE_NOTE = "Days are local: each arrest's day has the time zone of its city."

RACE_NOTE = "Race is neither requested nor kept."


def describe(profiles: Mapping[str, CityProfile]) -> About:
    """The source of these cities: a collection, each of whose records cites its own city."""
    cities = profiles.values()
    return About(
        name="socrata_arrests",
        title=f"Arrests of police departments on Socrata portals: {', '.join(city.display_name for city in cities)}",
        kind=SourceKind.POLICE,
        publisher="; ".join(city.publisher for city in cities),
        url="https://data.cityofnewyork.us/browse?category=Public+Safety",
        licence="; ".join(dict.fromkeys(city.licence for city in cities)),
        licence_url="https://opendata.cityofnewyork.us/overview/#termsofuse",
        attribution="; ".join(city.attribution for city in cities),
        cadence=timedelta(days=31),
        audience=Audience.PUBLIC,
        records=frozenset({RecordType.ARREST}),
        jurisdictions=tuple(sorted({city.jurisdiction for city in cities})),
        timezone=None,
        version="2",
        # Arrests that are sealed or expunged disappear from the portals.
        withdraws=True,
        authoritative=LIVE,
        notes=(*COUNTING_NOTES, *(note for city in cities for note in city.notes), TIME_ZONE_NOTE, RACE_NOTE),
        extent=MonthExtents(profiles),
        publishers={city.name: city.terms for city in cities},
    )


ABOUT = describe(shipped_profiles())
