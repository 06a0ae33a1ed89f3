"""The sources of an answer, and how old the catalogue's copy of each is."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import Row

from adapters.errors import MEANINGS
from adapters.source import About
from adapters.vocabulary.enums import RecordType
from adapters.vocabulary.spelling import find_nearest
from gateway.catalogue.read.session import ReadSession
from gateway.catalogue.read.sql.base import LATEST
from gateway.catalogue.read.sql.coverage import ScopeQuery
from schema.errors import unknown_name
from schema.queries.changes import ChangesQuery
from schema.queries.conditions import AnyOf, Contains, During
from schema.queries.records import LookupQuery, PageQuery
from schema.queries.sources import (
    AnswerSources,
    Freshness,
    SilenceReason,
    SilentSource,
    SourceFailure,
    SourcesQuery,
    SourceStatus,
)
from schema.queries.summaries import SummaryQuery

CandidateQuery = PageQuery | LookupQuery | SummaryQuery | ChangesQuery
"""A query that several sources can answer."""


class Sourced(Protocol):
    """A part of an answer that one source states: a record, or a change to one."""

    @property
    def source(self) -> str: ...


class SourceReader:
    """Reads the status of the sources once per request, and keeps which of them its answers rest on."""

    def __init__(self, session: ReadSession) -> None:
        self._session = session
        self._statuses: Sequence[SourceStatus] | None = None
        self._coverings: dict[ScopeQuery, frozenset[str]] = {}
        self._candidates: dict[str, SilentSource] = {}
        self._counts = Counter[str]()

    async def sources(self, query: SourcesQuery) -> Sequence[SourceStatus]:
        """The sources that the caller may see, in the order of their names."""
        self._check_names(query.names or ())
        return [each for each in await self._all() if query.names is None or each.about.name in query.names]

    async def candidates(self, query: CandidateQuery, contributing: Collection[str] = ()) -> Sequence[SilentSource]:
        """The sources that can answer a query, each with its reason in case it contributes nothing.

        Those named in `contributing` do contribute, whatever their reason says.
        """
        self._check_names(_source_names(query) or ())
        names = _candidate_names(query, self._session.descriptions)
        statuses = [each for each in await self._all() if each.about.name in names]
        needs_coverage = any(_is_readable(each) and each.about.name not in contributing for each in statuses)
        covering = await self._covering(query) if needs_coverage else frozenset()
        candidates = [SilentSource(each, _reason(each, covering)) for each in statuses]
        for each in candidates:
            name = each.source.about.name
            self._candidates[name] = max(each, self._candidates.get(name, each), key=_severity)
        return candidates

    def answer_sources(self, candidates: Sequence[SilentSource], parts: Iterable[Sourced]) -> AnswerSources:
        """The sources of an answer with these parts, which also become parts of the request's answer."""
        return self.sources_by_count(candidates, Counter(part.source for part in parts))

    def sources_by_count(self, candidates: Sequence[SilentSource], counts: Mapping[str, int]) -> AnswerSources:
        """The sources of an answer that has so many records of each; they become parts of the request's answer."""
        self._counts.update(counts)
        return AnswerSources(candidates, counts)

    @property
    def all_answers(self) -> AnswerSources:
        """The sources of all answers so far. A record that several of them hold counts in each."""
        return AnswerSources([each for _, each in sorted(self._candidates.items())], self._counts)

    def _check_names(self, names: Iterable[str]) -> None:
        """Raises RequestError for a name of no source that the caller may see."""
        visible = self._session.descriptions
        for name in names:
            if name not in visible:
                raise unknown_name("source", name, find_nearest(name, visible), "sources")

    async def _covering(self, query: CandidateQuery) -> frozenset[str]:
        """The sources of which a complete scope overlaps a query; read once for all like it."""
        covering = _scope_query(query)
        if covering not in self._coverings:
            rows = await self._session.snapshot.fetch(self._session.builder(LATEST).coverage.covering(covering))
            self._coverings[covering] = frozenset(row.source for row in rows)
        return self._coverings[covering]

    async def _all(self) -> Sequence[SourceStatus]:
        if self._statuses is None:
            rows = await self._session.snapshot.fetch(self._session.builder(LATEST).coverage.states())
            self._statuses = statuses(self._session.descriptions, rows, datetime.now(UTC))
        return self._statuses


def _candidate_names(query: CandidateQuery, descriptions: Mapping[str, About]) -> set[str]:
    """The names of the sources that have such records, and that the query does not exclude."""
    types = set(_record_types(query))
    names = {name for name, about in descriptions.items() if not types.isdisjoint(about.records)}
    if isinstance(query, LookupQuery):
        return names & {identity.partition(":")[0] for identity in query.ids}
    allowed = _source_names(query)
    return names if allowed is None else names.intersection(allowed)


def _source_names(query: CandidateQuery) -> Sequence[str] | None:
    """The sources that a query names; None where it names none."""
    if isinstance(query, ChangesQuery):
        return query.sources
    for condition in query.conditions if isinstance(query, PageQuery | SummaryQuery) else ():
        if isinstance(condition, AnyOf) and condition.attributes == ("source",):
            return condition.values
    return None


def _record_types(query: CandidateQuery) -> Sequence[RecordType]:
    if isinstance(query, ChangesQuery):
        return query.record_types if query.record_types is not None else tuple(RecordType)
    return (query.record_type,)


def _scope_query(query: CandidateQuery) -> ScopeQuery:
    """The scopes that can hold what a query selects."""
    places: tuple[str, ...] | None = None
    period: During | None = None
    for condition in query.conditions if isinstance(query, PageQuery | SummaryQuery) else ():
        match condition:
            case Contains("jurisdictions", values):
                places = values
            case During(attribute=None):
                period = condition
    types = tuple(sorted(_record_types(query)))
    return ScopeQuery(types, places) if period is None else ScopeQuery(types, places, period.start, period.end)


def _is_readable(status: SourceStatus) -> bool:
    """Whether the source was read, the last time without a failure."""
    return status.last_read_at is not None and status.reason is None


def _reason(status: SourceStatus, covering: Collection[str]) -> SilenceReason:
    if status.reason is not None:
        return SilenceReason.FAILED
    return SilenceReason.NO_RECORDS if status.about.name in covering else SilenceReason.NOT_COVERED


def _severity(silent: SilentSource) -> int:
    return list(SilenceReason).index(silent.reason)


def statuses(descriptions: Mapping[str, About], rows: Sequence[Row[Any]], now: datetime) -> list[SourceStatus]:
    """The status of every source, in the order of their names; `rows` are those of `CoverageStatements.states`."""
    by_name = {row.source: row for row in rows if row.failed_at is None}
    failures: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        if row.failed_at is not None:
            failures[row.source].append(row)
    return [_status(about, by_name.get(name), failures[name], now) for name, about in sorted(descriptions.items())]


def _status(about: About, row: Row[Any] | None, failures: Sequence[Row[Any]], now: datetime) -> SourceStatus:
    latest_first = sorted(failures, key=lambda failure: (failure.failed_at, failure.reason), reverse=True)
    last_failure = _failure(latest_first[0]) if latest_first else None
    # A scope that was read has its reason in its coverage; others speak for the source where nothing of it was read.
    reason = next((failure.reason for failure in latest_first if failure.is_list or row is None), None)
    if row is None:
        return SourceStatus(
            about=about,
            state=Freshness.NEVER_READ,
            last_read_at=None,
            age_seconds=None,
            reason=reason,
            scopes=0,
            complete_scopes=0,
            last_failure=last_failure,
        )
    age = max(0, int((now - row.last_read_at).total_seconds()))
    return SourceStatus(
        about=about,
        state=Freshness.FRESH if age <= about.cadence.total_seconds() else Freshness.STALE,
        last_read_at=row.last_read_at,
        age_seconds=age,
        reason=row.reason or reason,
        scopes=row.scopes,
        complete_scopes=row.complete_scopes,
        last_failure=last_failure,
    )


def _failure(row: Row[Any]) -> SourceFailure:
    return SourceFailure(
        code=row.reason, message=MEANINGS.get(row.reason, "The source could not be read."), at=row.failed_at
    )
