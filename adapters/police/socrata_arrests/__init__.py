"""Arrests that police departments publish on Socrata portals, one by one.

Portals share one interface (https://dev.socrata.com/docs/queries/) and one CSV export; which column is what differs by
city, and `profiles.toml` says it. A scope is a month of a city: its datasets share one numbering, so a month that
stands in two of them, as the last one does around New Year, is still read once.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Self

from adapters.client import Clock, Secret
from adapters.document import read_document
from adapters.errors import Unreadable
from adapters.formats import files
from adapters.months import months_in, next_month
from adapters.police.socrata_arrests.arrests import NAME, read_answer, read_file
from adapters.police.socrata_arrests.asking import Portals
from adapters.police.socrata_arrests.profiles import SHIPPED, Profile
from adapters.settings import SourceSettings
from adapters.source import ARCHIVE, About, Batch, Demand, Scope
from adapters.vocabulary.enums import Audience, RecordType, SourceKind

LIVE = "live"
"""The channel of the interface: the whole month. What a file holds of one is whatever somebody chose to export."""

COUNTING_NOTES = (
    "One record is one arrest: a person arrested twice is two records, and several persons are several.",
    "An arrest is no charge and no conviction; its offence is the most serious one, as it stood at the arrest.",
)

RACE_NOTE = "Race is neither asked for nor kept."


def describe(profiles: Mapping[str, Profile]) -> About:
    """What the source of these cities is: a collection, each of whose records cites its own city."""
    cities = profiles.values()
    return About(
        name=NAME,
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
        # Arrests that are sealed or expunged disappear from the portals.
        withdraws=True,
        authoritative=LIVE,
        notes=(*COUNTING_NOTES, *(note for city in cities for note in city.notes), RACE_NOTE),
        publishers={city.name: city.cited for city in cities},
    )


MOST_YEARS = 10
"""Of which arrests a question may want."""

NAMED = re.compile(r"(?P<city>[a-z_]+)(?:/(?P<month>\d{4}-(?:0[1-9]|1[0-2])))?", re.ASCII)


class SocrataArrests:
    """The source. It asks; what answers and files mean is read in `arrests`.

    `address` is one below which every portal answers, under its name; without it they are asked themselves.
    """

    def __init__(
        self,
        *,
        address: str | None = None,
        key: Secret | None = None,
        profiles: Mapping[str, Profile] = SHIPPED,
        timeout: float = 30.0,
        clock: Clock | None = None,
    ) -> None:
        self.about = describe(profiles)
        self._portals = Portals(profiles, address, key, timeout, clock)
        self._profiles = profiles

    @classmethod
    def from_settings(cls, settings: SourceSettings) -> Self:
        return cls(address=settings.address, key=settings.key)

    def scopes(self, demand: Demand) -> Iterable[Scope]:
        """The months of the demand in the cities that it may mean."""
        if demand.record is not RecordType.ARREST or demand.start is None or demand.end is None:
            return
        months = list(islice(months_in(demand.start, demand.end), 12 * MOST_YEARS))
        for profile in self._profiles.values():
            here = not demand.jurisdictions or {profile.jurisdiction, "US"} & {*demand.jurisdictions}
            if here and (not demand.agencies or profile.agency in demand.agencies):
                for month in months:
                    yield _scope(profile, month)

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        scopes = []
        for name in names:
            profile, month = self._asked(name)
            scopes.append(_scope(profile, month or await self._portals.newest(profile)))
        return scopes

    def files(self, paths: Sequence[Path]) -> Iterable[Scope]:
        """One scope per file: whatever part of a city's arrests somebody exported."""
        named: dict[str, Path] = {}
        for path in files.find(paths, (".csv", ".json")):
            name = files.file_name(path)
            if name in named:
                raise Unreadable(f"{name}: there are two files of this name")
            named[name] = path
        return [
            Scope(source=NAME, channel=ARCHIVE, name=name, records=frozenset({RecordType.ARREST}), path=path)
            for name, path in named.items()
        ]

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        return (
            self._ask(scope, since)
            if scope.path is None
            else read_document(scope, since, partial(read_file, self._profiles))
        )

    async def close(self) -> None:
        await self._portals.close()

    async def _ask(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        profile, month = self._asked(scope.name)
        if month is None:
            raise Unreadable(f"{scope.name[:80]!r} names no month")
        rows, origin = await self._portals.rows(profile, month, next_month(month))
        reading = await asyncio.to_thread(read_answer, profile, scope.name, rows, f"{month:%Y-%m}")
        for batch in reading.batches(origin, since):
            yield batch

    def _asked(self, name: str) -> tuple[Profile, date | None]:
        """The city and the month that a scope's name means. Raises Unreadable."""
        match = NAMED.fullmatch(name)
        profile = self._profiles.get(match["city"]) if match else None
        if match is None or profile is None:
            known = ", ".join(self._profiles)
            raise Unreadable(f"{name[:80]!r} is not CITY/YYYY-MM; there are {known}; without YYYY-MM: the newest month")
        return profile, date.fromisoformat(f"{match['month']}-01") if match["month"] else None


def _scope(profile: Profile, month: date) -> Scope:
    return Scope(
        source=NAME,
        channel=LIVE,
        name=f"{profile.name}/{month:%Y-%m}",
        records=frozenset({RecordType.ARREST}),
        jurisdictions=(profile.jurisdiction,),
        start=month,
        end=next_month(month),
    )
