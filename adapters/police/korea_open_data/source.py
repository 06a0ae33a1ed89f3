"""The source that reads data.go.kr."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Self
from unicodedata import normalize

from adapters.client import Clock, Secret
from adapters.document import read_document
from adapters.errors import UnknownScope, Unreadable
from adapters.formats import files
from adapters.police.korea_open_data import describe
from adapters.police.korea_open_data.figures import KOREA, NAME, figures, read_file
from adapters.police.korea_open_data.live import KoreaPortalClient
from adapters.police.korea_open_data.profiles import DatasetProfile, load_profiles, shipped_profiles
from adapters.settings import SourceSettings
from adapters.source import ARCHIVE, Batch, Demand, Scope, Skip, ignore
from adapters.vocabulary.enums import RecordType


class KoreaOpenData:
    """The source. `timeout` is the seconds for one answer.

    `address` is one below which both of the portal's hosts answer, under their names; without it the client asks each
    directly. `profiles` are the datasets that it knows, by name; the shipped ones by default.
    """

    def __init__(
        self,
        *,
        address: str | None = None,
        key: Secret | None = None,
        profiles: Mapping[str, DatasetProfile] | None = None,
        timeout: float = 30.0,
        clock: Clock | None = None,
    ) -> None:
        self._profiles = shipped_profiles() if profiles is None else profiles
        self.about = describe(self._profiles)
        self._client = KoreaPortalClient(address, key, timeout, clock)

    @classmethod
    def from_settings(cls, settings: SourceSettings) -> Self:
        return cls(address=settings.address, key=settings.key, profiles=load_profiles(settings.profiles))

    def scopes(self, demand: Demand) -> Iterable[Scope]:
        """The newest version of each live dataset that the demand may mean."""
        if demand.record is not RecordType.STATISTIC or (demand.jurisdictions and KOREA not in demand.jurisdictions):
            return
        newest = {profile.id: profile for profile in self._profiles.values() if profile.live}
        for profile in newest.values():
            in_time = demand.start is None or demand.start <= profile.as_of
            if in_time and (not demand.agencies or profile.agency in demand.agencies):
                yield _dataset_scope(profile)

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        return [_dataset_scope(self._find_profile(name)) for name in names]

    def files(self, paths: Sequence[Path], skip: Skip = ignore) -> Iterable[Scope]:
        """One scope per file whose name a profile knows; other files of a folder are skipped.

        Raises Unreadable where no profile knows the name of a file in `paths`, or any file of a folder, or where there
        are two files of one dataset.
        """
        if not paths:
            return ()
        by_file_name = {name: profile for profile in self._profiles.values() for name in profile.files}

        def scope_of(path: Path) -> Scope:
            profile = by_file_name.get(normalize("NFC", path.stem))
            if profile is None:
                raise Unreadable(f"{files.file_name(path)}: no profile knows a file of this name")
            return _dataset_scope(profile, path)

        scopes: dict[str, Scope] = {}
        for scope in files.select(paths, ".csv", scope_of, skip):
            if scope.name in scopes:
                raise Unreadable(f"there are two files of {scope.name}")
            scopes[scope.name] = scope
        return tuple(scopes.values())

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        profile = self._profiles[scope.name]
        if scope.path is None:
            return self._read_live(profile, since)
        return read_document(scope, since, partial(read_file, profile))

    async def close(self) -> None:
        await self._client.close()

    async def _read_live(self, profile: DatasetProfile, since: str | None) -> AsyncIterator[Batch]:
        rows, origin = await self._client.rows(profile)
        result = await asyncio.to_thread(figures, profile, profile.name, rows)
        for batch in result.batches(origin, since):
            yield batch

    def _find_profile(self, name: str) -> DatasetProfile:
        """The profile of a dataset's version, of its newest where the name has none. Raises UnknownScope."""
        profiles = [profile for profile in self._profiles.values() if name in {profile.name, profile.id}]
        if not profiles:
            names = ", ".join(profile.name for profile in self._profiles.values() if profile.live)
            raise UnknownScope(f"no profile is of the dataset {name[:80]!r}; the live ones are {names}")
        live = [profile for profile in profiles if profile.live]
        if not live:
            raise UnknownScope(f"{profiles[-1].name} is read from files only: its address on the portal is not known")
        return live[-1]


def _dataset_scope(profile: DatasetProfile, path: Path | None = None) -> Scope:
    # The interface answers from the file that the portal offers: both are one scope.
    return Scope(
        source=NAME,
        channel=ARCHIVE,
        name=profile.name,
        records=frozenset({RecordType.STATISTIC}),
        jurisdictions=(KOREA,),
        path=path,
    )


SOURCE = KoreaOpenData
