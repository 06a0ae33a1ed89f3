"""The source that reads Lumen."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Self

from adapters.client import Clock, Secret, SystemClock
from adapters.document import document_scopes, read_document
from adapters.months import months_in
from adapters.regulators.lumen import ABOUT
from adapters.regulators.lumen.live import ADDRESS, NoticeSearch, search_scope
from adapters.regulators.lumen.notices import RECORDS, read_file, read_notices
from adapters.settings import SourceSettings
from adapters.source import Batch, Demand, Scope, Skip, ignore

TERMS = ("deepfake", "non-consensual")
"""The search words for a demand for takedowns: the interface has no categories of harm."""

FIRST_DAY = date(2000, 1, 1)
"""A day before Lumen's first notice."""


class Lumen:
    """The source. `key` is the researcher's token, `timeout` the seconds for one answer."""

    about = ABOUT

    def __init__(
        self,
        address: str | None = None,
        *,
        key: Secret | None = None,
        timeout: float = 60.0,
        clock: Clock | None = None,
    ) -> None:
        self._clock = clock or SystemClock()
        self._search = NoticeSearch(address or ADDRESS, key, timeout, self._clock)

    @classmethod
    def from_settings(cls, settings: SourceSettings) -> Self:
        return cls(settings.address, key=settings.key)

    def scopes(self, demand: Demand) -> Iterable[Scope]:
        """The search words, in each month of the demand."""
        if demand.record not in RECORDS or demand.start is None or demand.end is None:
            return
        for month in months_in(max(demand.start, FIRST_DAY), demand.end):
            yield from (search_scope(f"{term}/{month:%Y-%m}") for term in TERMS)

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        return [search_scope(name, self._clock.now().date()) for name in names]

    def files(self, paths: Sequence[Path], skip: Skip = ignore) -> Iterable[Scope]:
        """One scope per recorded answer: a page of a search, or one notice."""
        return document_scopes(ABOUT, paths, ".json", skip)

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        return self._read_live(scope, since) if scope.path is None else read_document(scope, since, read_file)

    async def close(self) -> None:
        await self._search.close()

    async def _read_live(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        notices, origin = await self._search.notices(scope)
        for batch in read_notices(notices).batches(origin, since):
            yield batch


SOURCE = Lumen
