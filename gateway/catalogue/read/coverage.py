"""Coverage: what a source reports, and what its silence means."""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct, structs
from sqlalchemy import Row

from adapters.vocabulary.enums import RecordType
from adapters.vocabulary.jurisdictions import Jurisdiction, enclosing
from gateway.catalogue.counts import RowCounts
from gateway.catalogue.read.rows import Members
from gateway.catalogue.read.session import ReadSession
from gateway.catalogue.read.sources import SourceReader
from gateway.catalogue.read.sql.base import LATEST
from gateway.catalogue.read.sql.coverage import CoverageStatements
from gateway.catalogue.tables import RECORD_TABLES
from schema.queries.conditions import Condition, Contains, During, PeriodMatch
from schema.queries.coverage import CoverageQuery, CoverageState, ScopeStatus, SourceCoverage
from schema.queries.sources import SourceDescription, SourcesQuery, SourceStatus

MOST_SCOPES = 100
"""Scopes that an answer lists per source."""


class CoverageReader:
    """Reads how far sources cover places and days."""

    def __init__(self, session: ReadSession, sources: SourceReader) -> None:
        self._session = session
        self._sources = sources

    async def coverage(self, query: CoverageQuery) -> Sequence[SourceCoverage]:
        """The coverage of each source that the query names; of all sources without names."""
        if query.jurisdictions == ():
            return []
        statements = self._session.builder(LATEST).coverage
        rows = await self._session.snapshot.fetch(statements.scopes(query))
        members = await self._session.members({row.jurisdictions for row in rows} - {None})
        scopes: dict[str, list[ReadScope]] = {}
        for row in rows:
            scopes.setdefault(row.source, []).append(read_scope(row, members))
        statuses = await self._sources.sources(SourcesQuery(names=query.sources))
        kinds = {kind for status in statuses for kind in status.about.records if query.record_type in (None, kind)}
        reporting = await self._reporting(statements, kinds, _conditions(query))
        return [
            assess(status, scopes.get(status.about.name, []), query, reported=status.about.name in reporting)
            for status in statuses
        ]

    async def _reporting(
        self, statements: CoverageStatements, kinds: Iterable[RecordType], conditions: Sequence[Condition]
    ) -> set[str]:
        """The sources that have at least one such record."""
        names: set[str] = set()
        for kind in sorted(kinds):
            statement = statements.reporting(RECORD_TABLES[kind], conditions)
            names.update(row.source for row in await self._session.snapshot.fetch(statement))
        return names


def _conditions(query: CoverageQuery) -> list[Condition]:
    conditions: list[Condition] = []
    if query.jurisdictions is not None:
        conditions.append(Contains("jurisdictions", query.jurisdictions))
    if query.start is not None and query.end is not None:
        conditions.append(During(query.start, query.end, PeriodMatch.OVERLAPS))
    return conditions


class ReadScope(Struct, frozen=True):
    """A scope that was read: its status, and what it covers. `jurisdictions` is None if they are unknown."""

    status: ScopeStatus
    records: frozenset[RecordType]
    jurisdictions: tuple[str, ...] | None


def read_scope(row: Row[Any], members: Members) -> ReadScope:
    """A scope from a row of `CoverageStatements.scopes`."""
    stored = row._mapping
    status = ScopeStatus(
        channel=row.channel,
        name=row.name,
        start=row.start,
        end=row.end,
        last_read_at=row.last_read_at,
        complete=row.complete,
        reason=row.reason,
        counts={count.name: stored[count.name] for count in structs.fields(RowCounts)},
    )
    return ReadScope(status, frozenset(row.records), None if row.jurisdictions is None else members[row.jurisdictions])


def assess(
    source: SourceStatus, scopes: Sequence[ReadScope], query: CoverageQuery, *, reported: bool
) -> SourceCoverage:
    """The coverage of one source. `scopes` are those that overlap the query, the latest first.

    Silence means something only if all of the query was read completely: each record type, each place, each day.
    """
    kinds = source.about.records if query.record_type is None else {query.record_type}
    relevant = [each for each in scopes if each.records & kinds]
    places = query.jurisdictions or source.about.jurisdictions or (None,)
    if reported:
        state = CoverageState.REPORTED
    elif kinds <= source.about.records and all(
        _is_complete([each for each in relevant if kind in each.records], source.about, place, query)
        for kind in kinds
        for place in places
    ):
        state = CoverageState.NOT_REPORTED
    else:
        state = CoverageState.NOT_COVERED
    return SourceCoverage(source=source, state=state, scopes=[each.status for each in relevant[:MOST_SCOPES]])


def _is_complete(
    scopes: Sequence[ReadScope], about: SourceDescription, place: Jurisdiction | None, query: CoverageQuery
) -> bool:
    """Whether the complete scopes cover the place (None: any) on every day of the query."""
    complete = [
        each.status
        for each in scopes
        if each.status.complete and (place is None or _covers(each.jurisdictions or about.jurisdictions, place))
    ]
    if query.start is None or query.end is None:
        return bool(complete)
    day = query.start
    for start, end in sorted((each.start, each.end) for each in complete if each.start and each.end):
        if start > day:
            break
        day = max(day, end)
    return day >= query.end


def _covers(places: Sequence[str] | None, place: Jurisdiction) -> bool:
    """Whether `places` (None: the whole world) contain `place` as a whole."""
    return places is None or not set(enclosing(place)).isdisjoint(places)
