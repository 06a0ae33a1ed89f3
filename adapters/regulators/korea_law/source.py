"""The source that reads the National Law Information service."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Self

from adapters.client import Clock, Secret, SystemClock
from adapters.document import document_scopes, read_document
from adapters.local_days import local_day
from adapters.regulators.korea_law import ABOUT, TIME_ZONE
from adapters.regulators.korea_law.judgments import KOREA, PRECEDENTS, RECORDS, read_cases, read_file
from adapters.regulators.korea_law.live import ADDRESS, CaseSearch, LawScopeName, parse_scope_name
from adapters.settings import SourceSettings
from adapters.source import Batch, Demand, Scope, Skip, ignore

QUERIES = ("허위영상물", "카메라등이용촬영", "촬영물등이용", "통신매체이용음란", "성착취물")
"""The search words for a demand for cases, as they are in the names of cases.

They are those of Articles 14-2, 14, 14-3 and 13 of 성폭력처벌법 and of Article 11 of 청소년성보호법.
"""

FIRST_YEAR = 1990


class KoreaLaw:
    """The source. `key` is the user name that the service calls OC, `timeout` the seconds for one answer."""

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
        self._search = CaseSearch(address or ADDRESS, key, timeout, self._clock)

    @classmethod
    def from_settings(cls, settings: SourceSettings) -> Self:
        return cls(settings.address, key=settings.key)

    def scopes(self, demand: Demand) -> Iterable[Scope]:
        """Judgments about sexual images in each year of the demand."""
        if demand.record not in RECORDS or demand.start is None or demand.end is None:
            return
        if demand.jurisdictions and KOREA not in demand.jurisdictions:
            return
        last_year = min((demand.end - timedelta(days=1)).year, self._this_year())
        for year in range(max(demand.start.year, FIRST_YEAR), last_year + 1):
            yield from (LawScopeName(PRECEDENTS, query, year).scope() for query in QUERIES)

    async def current(self, names: Sequence[str]) -> Sequence[Scope]:
        return [parse_scope_name(name, self._this_year()).scope() for name in names]

    def files(self, paths: Sequence[Path], skip: Skip = ignore) -> Iterable[Scope]:
        """One scope per recorded answer, JSON or XML: a page of a list, or one judgment."""
        return document_scopes(ABOUT, paths, (".json", ".xml"), skip)

    def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        return self._read_live(scope, since) if scope.path is None else read_document(scope, since, read_file)

    async def close(self) -> None:
        await self._search.close()

    def _this_year(self) -> int:
        return local_day(self._clock.now(), TIME_ZONE).year

    async def _read_live(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        name = parse_scope_name(scope.name)
        cases, origin = await self._search.cases(name)
        for batch in read_cases(name.target, cases).batches(origin, since):
            yield batch


SOURCE = KoreaLaw
