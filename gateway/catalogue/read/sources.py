"""The sources of an answer, and how old the catalogue's copy of each is."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from adapters.source import About
from gateway.catalogue.read.session import ReadSession
from gateway.catalogue.read.sql.base import LATEST
from schema.queries.conditions import AnyOf
from schema.queries.records import LookupQuery, PageQuery
from schema.queries.sources import Freshness, SourcesQuery, SourceStatus
from schema.queries.summaries import SummaryQuery


class SourceReader:
    """Reads the status of the sources once per request. `contributors` are those of the answers so far, by name."""

    def __init__(self, session: ReadSession) -> None:
        self._session = session
        self._statuses: Sequence[SourceStatus] | None = None
        self.contributors: dict[str, SourceStatus] = {}

    async def sources(self, query: SourcesQuery) -> Sequence[SourceStatus]:
        """The sources that the caller may see, in the order of their names."""
        return [each for each in await self._all() if query.names is None or each.about.name in query.names]

    async def of_query(self, query: PageQuery | LookupQuery | SummaryQuery) -> Sequence[SourceStatus]:
        """The sources that can answer a query; they become contributors."""
        names = {name for name, about in self._session.descriptions.items() if query.record_type in about.records}
        if isinstance(query, LookupQuery):
            names &= {identity.partition(":")[0] for identity in query.ids}
        for condition in () if isinstance(query, LookupQuery) else query.conditions:
            if isinstance(condition, AnyOf) and condition.attributes == ("source",):
                names &= set(condition.values)
        return await self.of_names(names)

    async def of_names(self, names: Collection[str]) -> Sequence[SourceStatus]:
        """The sources of these names; they become contributors."""
        statuses = [each for each in await self._all() if each.about.name in names]
        self.contributors.update((each.about.name, each) for each in statuses)
        return statuses

    async def _all(self) -> Sequence[SourceStatus]:
        if self._statuses is None:
            rows = await self._session.snapshot.fetch(self._session.builder(LATEST).coverage.states())
            self._statuses = statuses(self._session.descriptions, rows, datetime.now(UTC))
        return self._statuses


def statuses(descriptions: Mapping[str, About], rows: Sequence[Row[Any]], now: datetime) -> list[SourceStatus]:
    """The status of every source, in the order of their names; `rows` are those of `CoverageStatements.states`."""
    by_name = {row.source: row for row in rows}
    return [_status(about, by_name.get(name), now) for name, about in sorted(descriptions.items())]


def _status(about: About, row: Row[Any] | None, now: datetime) -> SourceStatus:
    if row is None:
        return SourceStatus(
            about=about,
            state=Freshness.NEVER_READ,
            last_read_at=None,
            age_seconds=None,
            reason=None,
            scopes=0,
            complete_scopes=0,
        )
    age = max(0, int((now - row.last_read_at).total_seconds()))
    return SourceStatus(
        about=about,
        state=Freshness.FRESH if age <= about.cadence.total_seconds() else Freshness.STALE,
        last_read_at=row.last_read_at,
        age_seconds=age,
        reason=row.reason,
        scopes=row.scopes,
        complete_scopes=row.complete_scopes,
    )
