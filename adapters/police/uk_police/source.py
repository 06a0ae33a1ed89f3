"""The source that reads data.police.uk."""

from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Self

from adapters.client import Clock
from adapters.document import read_document
from adapters.errors import NotFound, Unreadable
from adapters.formats import files
from adapters.months import months_in
from adapters.police.uk_police import ABOUT
from adapters.police.uk_police.archive import archive_scope, read_file
from adapters.police.uk_police.live import ADDRESS, PoliceClient, live_scope, parse_scope_name, stops_scope
from adapters.police.uk_police.objects import read_answer
from adapters.settings import SourceSettings
from adapters.source import Batch, Demand, Scope, Skip, ignore
from adapters.vocabulary.enums import RecordType
from adapters.vocabulary.names import find_agency

MOST_YEARS = 10
"""Years of stops that a query may need; the publisher keeps the last three."""


class UKPolice:
    """The source. `timeout` is the seconds for one answer."""

    about = ABOUT

    def __init__(self, address: str = ADDRESS, *, timeout: float = 30.0, clock: Clock | None = None) -> None:
        self._client = PoliceClient(address, timeout, clock)

    @classmethod
    def from_settings(cls, settings: SourceSettings) -> Self:
        return cls(settings.address or ADDRESS)

    def scopes(self, demand: Demand) -> Iterable[Scope]:
        """A force's stops in each month of the demand; a query names no place that crimes could be read for."""
        if demand.record is not RecordType.ARREST or demand.start is None or demand.end is None:
            return
        months = list(islice(months_in(demand.start, demand.end), 12 * MOST_YEARS))
        for agency in filter(None, map(find_agency, demand.agencies)):
            if agency.jurisdiction in (ABOUT.jurisdictions or ()):
                for month in months:
                    yield stops_scope(agency.aliases[0], month)

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        newest_month = None
        if not all([parse_scope_name(name).month for name in names]):
            newest_month = await self._client.newest_month()
        return [live_scope(name, newest_month) for name in names]

    def files(self, paths: Sequence[Path], skip: Skip = ignore) -> Sequence[Scope]:
        """One scope per file: a force, a month and a kind."""
        scopes: dict[str, Scope] = {}
        for scope in files.select(paths, ".csv", archive_scope, skip):
            if scope.name in scopes:
                raise Unreadable(f"{scope.name}: there are two files of this force, month and kind")
            scopes[scope.name] = scope
        return list(scopes.values())

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        return self._read_live(scope, since) if scope.path is None else read_document(scope, since, read_file)

    async def close(self) -> None:
        await self._client.close()

    async def _read_live(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        response = await self._client.answer(scope.name)
        month = parse_scope_name(scope.name).month or ""
        if response.payload == [] and month > await self._client.newest_month():
            raise NotFound(f"{scope.name[:80]}: the month is not published yet")
        for batch in read_answer(scope.name, response.payload).batches(response.origin, since):
            yield batch


SOURCE = UKPolice
