"""Korea's open data portal (data.go.kr): what its police agencies publish about offences and arrests, year by year.

Each agency uploads tables with columns of its own, and renames them as it likes; `profiles.toml` says which column of
which version is what. A table is read from the portal's interfaces or from the file that it offers, by one profile.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Self
from unicodedata import normalize

from msgspec.structs import replace

from adapters.client import Clock, Secret
from adapters.document import read_document
from adapters.errors import Unreadable
from adapters.formats import files
from adapters.police.korea_open_data.asking import Portal
from adapters.police.korea_open_data.figures import KOREA, NAME, figures, read_file
from adapters.police.korea_open_data.profiles import SHIPPED, Profile, known
from adapters.settings import SourceSettings
from adapters.source import ARCHIVE, About, Batch, Demand, Publisher, Scope
from adapters.vocabulary.enums import Audience, RecordType, SourceKind
from adapters.vocabulary.names import AGENCIES

LICENCE = "Open public data; each dataset's page states its terms, most often none (이용허락범위 제한 없음)"
LICENCE_URL = "https://www.data.go.kr/ugs/selectPortalPolicyView.do"

ABOUT = About(
    name=NAME,
    title="Korean statistics of offences and arrests (data.go.kr)",
    kind=SourceKind.POLICE,
    publisher="data.go.kr, the open data portal of the Republic of Korea",
    url="https://www.data.go.kr/",
    licence=LICENCE,
    licence_url=LICENCE_URL,
    attribution="data.go.kr and the agency that each figure names as its speaker",
    cadence=timedelta(days=30),
    audience=Audience.PUBLIC,
    records=frozenset({RecordType.STATISTIC}),
    jurisdictions=(KOREA,),
    # A version is followed by another, never emptied, and the portal says "no data" where it has lost its way.
    withdraws=False,
    notes=(
        "Cleared cases (검거건수) are not persons: one case may have several suspects, and one suspect several cases.",
        "Apprehended (검거) is not detained (구속): suspects may be booked and stay at liberty (불구속).",
        "Categories of offences change between versions; figures of one version alone make a series.",
        "In the year of the version itself, figures may end before the year does: their period then has no end.",
        "Where a table prints a dash, whether nothing happened or nobody counted is not known.",
        "Columns were written down from what is public about each dataset; one with other columns is not read at all.",
    ),
)


class KoreaOpenData:
    """The source. It asks; what answers and files mean is read in `portal` and `figures`.

    `address` is one below which both of the portal's hosts answer, each under its name; without it they are asked
    themselves. `profiles` are the datasets that it knows, by name.
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
        self.about = replace(
            ABOUT, publishers={profile.name: dataset_publisher(profile) for profile in profiles.values()}
        )
        self._portal = Portal(address, key, timeout, clock)
        self._profiles = profiles

    @classmethod
    def from_settings(cls, settings: SourceSettings) -> Self:
        return cls(address=settings.address, key=settings.key, profiles=known(settings.profiles))

    def scopes(self, demand: Demand) -> Iterable[Scope]:
        """The newest version of each dataset that the portal can be asked for, and that the demand may mean."""
        if demand.record is not RecordType.STATISTIC or (demand.jurisdictions and KOREA not in demand.jurisdictions):
            return
        newest = {profile.id: profile for profile in self._profiles.values() if profile.live}
        for profile in newest.values():
            begun = demand.start is None or demand.start <= profile.as_of
            if begun and (not demand.agencies or profile.agency in demand.agencies):
                yield _scope(profile)

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        return [_scope(self._asked(name)) for name in names]

    def files(self, paths: Sequence[Path]) -> Iterable[Scope]:
        """One scope per file that a profile knows by its name; in a folder, others are passed over.

        Raises Unreadable where a file that is given, or a whole folder, is known by none, or where one stands twice.
        """
        if not paths:
            return ()
        known = {name: profile for profile in self._profiles.values() for name in profile.files}
        found: dict[str, Scope] = {}
        for path in files.find(paths, ".csv"):
            profile = known.get(normalize("NFC", path.stem))
            if profile is None and path in set(paths):
                raise Unreadable(f"{files.file_name(path)}: no profile is of a file of this name")
            if profile is not None and profile.name in found:
                raise Unreadable(f"{files.file_name(path)}: there are two files of {profile.name}")
            if profile is not None:
                found[profile.name] = _scope(profile, path)
        if not found:
            raise Unreadable("no profile is of any file there")
        return tuple(found.values())

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        profile = self._profiles[scope.name]
        if scope.path is None:
            return self._ask(profile, since)
        return read_document(scope, since, partial(read_file, profile))

    async def close(self) -> None:
        await self._portal.close()

    async def _ask(self, profile: Profile, since: str | None) -> AsyncIterator[Batch]:
        rows, origin = await self._portal.rows(profile)
        reading = await asyncio.to_thread(figures, profile, profile.name, rows)
        for batch in reading.batches(origin, since):
            yield batch

    def _asked(self, name: str) -> Profile:
        """The profile of a dataset's version, of its newest where none is named. Raises Unreadable."""
        of_name = [profile for profile in self._profiles.values() if name in {profile.name, profile.id}]
        if not of_name:
            known = ", ".join(profile.name for profile in self._profiles.values() if profile.live)
            raise Unreadable(f"{name[:80]!r} is no dataset that has a profile; there are {known}")
        live = [profile for profile in of_name if profile.live]
        if not live:
            raise Unreadable(f"{of_name[-1].name} is read from files alone: where the portal has it is not known")
        return live[-1]


def dataset_publisher(profile: Profile) -> Publisher:
    """The agency that publishes a dataset's version on the portal."""
    agency = AGENCIES[profile.publisher].name
    return Publisher(
        title=profile.title,
        publisher=f"{agency} (data.go.kr)",
        url=ABOUT.url,
        licence=LICENCE,
        licence_url=LICENCE_URL,
        attribution=f"{agency}, data.go.kr",
    )


def _scope(profile: Profile, path: Path | None = None) -> Scope:
    # The interface answers from the file that the portal offers: one scope, whichever of them is read.
    return Scope(
        source=NAME,
        channel=ARCHIVE,
        name=profile.name,
        records=frozenset({RecordType.STATISTIC}),
        jurisdictions=(KOREA,),
        path=path,
    )
