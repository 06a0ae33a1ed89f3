"""The source that reads Socrata portals."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Self

from adapters.client import Clock, Secret
from adapters.document import read_document
from adapters.errors import UnknownScope, Unreadable
from adapters.formats import files
from adapters.months import months_in, next_month
from adapters.police.socrata_arrests import describe
from adapters.police.socrata_arrests.arrests import NAME, read_answer, read_file
from adapters.police.socrata_arrests.live import SocrataClient
from adapters.police.socrata_arrests.profiles import CityProfile, load_profiles, shipped_profiles
from adapters.settings import SourceSettings
from adapters.source import ARCHIVE, LIVE, Batch, Demand, Scope, Skip, ignore
from adapters.vocabulary.enums import RecordType

MOST_YEARS = 10
"""Years of arrests that a query may need."""

SCOPE_NAME = re.compile(r"(?P<city>[a-z_]+)(?:/(?P<month>\d{4}-(?:0[1-9]|1[0-2])))?", re.ASCII)


class SocrataArrests:
    """The source. `timeout` is the seconds for one answer.

    `address` is one below which every portal answers, under its name; without it the client asks each directly.
    `profiles` are the cities that it knows, by name; the shipped ones by default.
    """

    def __init__(
        self,
        *,
        address: str | None = None,
        key: Secret | None = None,
        profiles: Mapping[str, CityProfile] | None = None,
        timeout: float = 30.0,
        clock: Clock | None = None,
    ) -> None:
        self._profiles = shipped_profiles() if profiles is None else profiles
        self.about = describe(self._profiles)
        self._client = SocrataClient(self._profiles, address, key, timeout, clock)

    @classmethod
    def from_settings(cls, settings: SourceSettings) -> Self:
        return cls(address=settings.address, key=settings.key, profiles=load_profiles(settings.profiles))

    def scopes(self, demand: Demand) -> Iterable[Scope]:
        """The months of the demand in the cities that it may mean."""
        if demand.record is not RecordType.ARREST or demand.start is None or demand.end is None:
            return
        months = list(islice(months_in(demand.start, demand.end), 12 * MOST_YEARS))
        for profile in self._profiles.values():
            in_place = not demand.jurisdictions or {profile.jurisdiction, "US"} & {*demand.jurisdictions}
            if in_place and (not demand.agencies or profile.agency in demand.agencies):
                for month in months:
                    yield _month_scope(profile, month)

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        scopes = []
        for name in names:
            profile, month = self._parse_scope_name(name)
            scopes.append(_month_scope(profile, month or await self._client.newest_month(profile)))
        return scopes

    def files(self, paths: Sequence[Path], skip: Skip = ignore) -> Iterable[Scope]:
        """One scope per file: whatever part of a city's arrests somebody exported."""
        by_name: dict[str, Path] = {}
        for path in files.find(paths, (".csv", ".json"), skip):
            name = files.file_name(path)
            if name in by_name:
                raise Unreadable(f"{name}: there are two files of this name")
            by_name[name] = path
        return [
            Scope(source=NAME, channel=ARCHIVE, name=name, records=frozenset({RecordType.ARREST}), path=path)
            for name, path in by_name.items()
        ]

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        if scope.path is None:
            return self._read_live(scope, since)
        return read_document(scope, since, partial(read_file, self._profiles))

    async def close(self) -> None:
        await self._client.close()

    async def _read_live(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        profile, month = self._parse_scope_name(scope.name)
        if month is None:
            raise UnknownScope(f"{scope.name[:80]!r} names no month")
        rows, origin = await self._client.rows(profile, month)
        result = await asyncio.to_thread(read_answer, profile, scope.name, rows, f"{month:%Y-%m}")
        result.total = len(rows)
        for batch in result.batches(origin, since):
            yield batch

    def _parse_scope_name(self, name: str) -> tuple[CityProfile, date | None]:
        """The city and the month that a scope's name means; None is the newest month. Raises UnknownScope."""
        match = SCOPE_NAME.fullmatch(name)
        profile = self._profiles.get(match["city"]) if match else None
        if match is None or profile is None:
            raise UnknownScope(
                f"{name[:80]!r} is not CITY/YYYY-MM; the cities are {', '.join(self._profiles)}; "
                "without YYYY-MM it is the newest month"
            )
        return profile, date.fromisoformat(f"{match['month']}-01") if match["month"] else None


def _month_scope(profile: CityProfile, month: date) -> Scope:
    return Scope(
        source=NAME,
        channel=LIVE,
        name=f"{profile.name}/{month:%Y-%m}",
        records=frozenset({RecordType.ARREST}),
        jurisdictions=(profile.jurisdiction,),
        start=month,
        end=next_month(month),
    )


SOURCE = SocrataArrests
