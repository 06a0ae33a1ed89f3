"""Coverage: what a source reports, what its silence means, and what was not read."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import structs
from sqlalchemy import Row

from adapters.extents import Extent
from adapters.source import About
from adapters.vocabulary.enums import RecordType
from adapters.vocabulary.jurisdictions import Jurisdiction, enclosing
from adapters.vocabulary.names import AGENCIES
from gateway.catalogue.counts import RowCounts
from gateway.catalogue.read.completeness import Completeness, measure_completeness
from gateway.catalogue.read.session import ReadSession
from gateway.catalogue.read.sources import SourceReader
from gateway.catalogue.read.sql.base import LATEST
from gateway.catalogue.tables import RECORD_TABLES, RecordTable
from schema.queries.conditions import AnyOf, Condition, Contains, During, PeriodMatch
from schema.queries.coverage import AGENCY_ATTRIBUTES, CoverageQuery, CoverageState, ScopeStatus, SourceCoverage
from schema.queries.sources import SourcesQuery

MOST_SCOPES = 100
"""Scopes that an answer lists per source."""

DOMESTIC = frozenset({RecordType.CASE, RecordType.STATUS_EVENT, RecordType.ARREST})
"""Records of what an agency does in its own jurisdiction."""

Extents = Mapping[str, Sequence[Extent]]
"""By source, the extents of its complete scopes."""


class CoverageReader:
    """Reads how far sources cover places, agencies, platforms and days."""

    def __init__(self, session: ReadSession, sources: SourceReader) -> None:
        self._session = session
        self._sources = sources
        self._statements = session.builder(LATEST).coverage

    async def coverage(self, query: CoverageQuery) -> Sequence[SourceCoverage]:
        """The coverage of each source that the query names; of all sources without names."""
        if () in (query.jurisdictions, query.agencies, query.platforms):
            return []
        scopes: dict[str, list[ScopeStatus]] = defaultdict(list)
        for row in await self._session.snapshot.fetch(self._statements.scopes(query, MOST_SCOPES)):
            scopes[row.source].append(_scope_status(row))
        statuses = await self._sources.sources(SourcesQuery(names=query.sources))
        extents = await self._extents(query, [each.about.name for each in statuses])
        record_types = frozenset(RecordType) if query.record_type is None else {query.record_type}
        reporting = await self._reporting(query, record_types)
        results = {
            each.about.name: self._measure(each.about.name, query, extents.get(each.about.name, ()))
            for each in statuses
        }
        silent = {name for name, result in results.items() if result.is_whole} - reporting
        doubtful = await self._doubtful(query, silent)
        return [
            SourceCoverage(
                source=each,
                state=_state(results[name], is_reporting=name in reporting, is_doubtful=name in doubtful),
                gaps=results[name].gaps,
                scopes=scopes[name],
            )
            for each in statuses
            for name in [each.about.name]
        ]

    async def completeness(self, query: CoverageQuery) -> Mapping[str, Completeness]:
        """How complete each source is that may have such records; for one type of record."""
        names = [name for name, about in self._session.descriptions.items() if _may_have(about, query)]
        # Without a period no silence is an answer, and no month is missing.
        extents = await self._extents(query, names) if query.start is not None else {}
        return {name: self._measure(name, query, extents.get(name, ())) for name in sorted(names)}

    async def is_zero(self, query: CoverageQuery, results: Mapping[str, Completeness]) -> bool:
        """Whether no record is an answer: all sources that may have one are complete, and no record is doubtful."""
        is_whole = bool(results) and all(result.is_whole for result in results.values())
        return is_whole and not await self._doubtful(query, results)

    async def with_unread_rows(self, ids: Sequence[str]) -> set[str]:
        """The sources of these figures where a row of a figure's scope is rejected or unread, or a record redacted."""
        if not ids:
            return set()
        return {row.source for row in await self._session.snapshot.fetch(self._statements.with_unread_rows(ids))}

    def _measure(self, name: str, query: CoverageQuery, extents: Sequence[Extent]) -> Completeness:
        return measure_completeness(self._session.descriptions[name], query, extents)

    async def _extents(self, query: CoverageQuery, names: Iterable[str]) -> Extents:
        """The extents of complete scopes. Only who sees a source as a whole learns what its silence means."""
        rules = {
            name: rule
            for name in names
            if (rule := self._session.descriptions[name].extent) is not None and self._session.caller.sees_whole(name)
        }
        extents: dict[str, list[Extent]] = defaultdict(list)
        if rules:
            for row in await self._session.snapshot.fetch(self._statements.vouching_scopes(query, rules)):
                extent = rules[row.source](row.channel, row.name)
                if extent is not None and (extent := extent.at(row.last_read_at)) is not None:
                    extents[row.source].append(extent)
        return extents

    async def _reporting(self, query: CoverageQuery, record_types: Collection[RecordType]) -> set[str]:
        """The sources that have at least one such record."""
        names: set[str] = set()
        for kind in self._tables(record_types, query):
            statement = self._statements.reporting(kind, _conditions(kind, query))
            names.update(row.source for row in await self._session.snapshot.fetch(statement))
        return names

    async def _doubtful(self, query: CoverageQuery, names: Collection[str]) -> set[str]:
        """Those of the sources with records that may be of the query."""
        doubtful: set[str] = set()
        has_condition = query.start is not None or query.jurisdictions or query.agencies or query.platforms
        if not names or not has_condition:
            return doubtful
        types = {each for name in names for each in self._session.descriptions[name].records}
        for kind in self._tables(types if query.record_type is None else {query.record_type}, query):
            statement = self._statements.doubtful(kind, query, names)
            doubtful.update(row.source for row in await self._session.snapshot.fetch(statement))
        return doubtful

    def _tables(self, record_types: Collection[RecordType], query: CoverageQuery) -> Iterator[RecordTable]:
        """The tables of these types that a visible source has and that have what the query names."""
        all_types = {each for about in self._session.descriptions.values() for each in about.records}
        for record_type in sorted(all_types.intersection(record_types)):
            kind = RECORD_TABLES[record_type]
            if query.platforms is None or "platform" in kind.attributes:
                yield kind


def _conditions(kind: RecordTable, query: CoverageQuery) -> list[Condition]:
    conditions: list[Condition] = []
    if query.jurisdictions is not None:
        conditions.append(Contains("jurisdictions", query.jurisdictions))
    if query.agencies is not None:
        conditions.append(AnyOf(AGENCY_ATTRIBUTES[kind.type], query.agencies))
    if query.platforms is not None:
        conditions.append(AnyOf(("platform",), query.platforms))
    if query.start is not None and query.end is not None:
        conditions.append(During(query.start, query.end, PeriodMatch.OVERLAPS))
    return conditions


def coverage_query(record_type: RecordType, conditions: Iterable[Condition]) -> CoverageQuery:
    """The query of the coverage that an answer with these conditions rests on. Other conditions only narrow it."""
    values: dict[str, Any] = {}
    for condition in conditions:
        match condition:
            case Contains("jurisdictions", members):
                values["jurisdictions"] = tuple(map(Jurisdiction, members))
            case AnyOf(("source",), names):
                values["sources"] = names
            case AnyOf(("platform",), names):
                values["platforms"] = names
            case AnyOf(attributes, names) if attributes == AGENCY_ATTRIBUTES[record_type]:
                values["agencies"] = names
            case During(start, end, _, None):
                values |= {"start": start, "end": end}
            case _:
                pass
    return CoverageQuery(record_type=record_type, **values)


def _may_have(about: About, query: CoverageQuery) -> bool:
    """Whether the source may have records of the query: of its type, and in or around the places that it covers."""
    if query.record_type not in about.records or (query.sources is not None and about.name not in query.sources):
        return False
    places = query.jurisdictions
    if places is None and query.agencies is not None and query.record_type in DOMESTIC:
        places = tuple(AGENCIES[agency].jurisdiction for agency in query.agencies if agency in AGENCIES)
    return (
        about.jurisdictions is None
        or places is None
        or any(own in enclosing(place) or place in enclosing(own) for own in about.jurisdictions for place in places)
    )


def _scope_status(row: Row[Any]) -> ScopeStatus:
    """A scope from a row of `CoverageStatements.scopes`."""
    stored = row._mapping
    return ScopeStatus(
        channel=row.channel,
        name=row.name,
        start=row.start,
        end=row.end,
        last_read_at=row.last_read_at,
        complete=row.complete,
        reason=row.reason,
        counts={count.name: stored[count.name] for count in structs.fields(RowCounts)},
    )


def _state(result: Completeness, *, is_reporting: bool, is_doubtful: bool) -> CoverageState:
    if is_reporting:
        return CoverageState.REPORTED
    if result.is_whole and not is_doubtful:
        return CoverageState.NOT_REPORTED
    return CoverageState.PARTLY_COVERED if result.has_part else CoverageState.NOT_COVERED
