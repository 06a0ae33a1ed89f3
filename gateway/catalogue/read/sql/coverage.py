"""Statements for coverage: the scopes that were read, and the sources that report anything."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, cast, false, func, literal, null, or_, select, tuple_, union_all

from adapters.months import first_month_from, month_of
from adapters.vocabulary.enums import RecordType
from adapters.vocabulary.jurisdictions import Jurisdiction, enclosing
from gateway.access.row_rules import holds_any
from gateway.catalogue.read.sql.base import Statement, VisibleRecords
from gateway.catalogue.read.sql.conditions import period_sql, sets_with, where
from gateway.catalogue.tables import (
    RECORD_TABLES,
    ROLLUP_TABLES,
    RecordTable,
    coverage,
    failure,
    interned_set,
    redaction,
    rejection,
    scope,
)
from gateway.store.columns import Instant
from gateway.store.json_arrays import in_list
from schema.queries.conditions import Condition, PeriodMatch
from schema.queries.coverage import AGENCY_ATTRIBUTES, CoverageQuery


class ScopeQuery(NamedTuple):
    """Scopes that can hold records of these types, places and days; None means all."""

    record_types: tuple[RecordType, ...]
    jurisdictions: tuple[str, ...] | None = None
    start: date | None = None
    end: date | None = None


RejectionPlace = tuple[str, str, str, int]
"""Where a rejected row stands: its source, scope, channel and position."""


class CoverageStatements:
    """Statements on scopes, and on which sources have records."""

    def __init__(self, records: VisibleRecords) -> None:
        self._records = records

    def states(self) -> Statement:
        """Per source that was read: the last time, why its last run failed, and how many scopes are complete.

        Of a source under a grant those scopes count that can hold records of the grant: unknown places may be any.
        Further rows, with `failed_at`, are the failures of live readings; `is_list` are those of a list of scopes. Who
        may see a part of a source sees these alone: the scopes that fail say which records there are.
        """
        rules = self._records.rules
        read = (
            select(
                scope.c.source,
                func.max(coverage.c.last_read_at).label("last_read_at"),
                func.max(coverage.c.reason).label("reason"),
                func.count().label("scopes"),
                func.count().filter(coverage.c.complete).label("complete_scopes"),
                cast(null(), Instant).label("failed_at"),
                false().label("is_list"),
            )
            .join_from(scope, coverage, coverage.c.scope == scope.c.key)
            .where(rules.visible_scope(scope.c, or_unknown_places=True))
            .group_by(scope.c.source)
        )
        is_list = failure.c.name == ""
        failed = select(
            failure.c.source,
            cast(null(), Instant),
            failure.c.code,
            literal(0),
            literal(0),
            failure.c.failed_at,
            is_list,
        ).where(or_(and_(is_list, rules.visible_source(failure.c)), rules.whole_source(failure.c)))
        return select(union_all(read, failed).subquery())

    def rejections(self, names: Collection[str], after: RejectionPlace | None, limit: int) -> Statement:
        """The rejected rows of these sources from a place on, in the order of source, scope, channel and position."""
        place = (scope.c.source, scope.c.name, scope.c.channel, rejection.c.position)
        rows = (
            select(*place, rejection.c.reason, rejection.c.column, coverage.c.last_read_at)
            .join_from(scope, rejection, rejection.c.scope == scope.c.key)
            .join(coverage, coverage.c.scope == scope.c.key)
            .where(self._records.rules.visible_scope(scope.c), scope.c.source.in_(sorted(names)))
            .order_by(*place)
            .limit(limit)
        )
        return rows if after is None else rows.where(tuple_(*place) > tuple_(*after))

    def with_unread_rows(self, ids: Sequence[str]) -> Statement:
        """The sources of these figures where a row of a figure's scope is rejected or unread, or a record redacted."""
        kind = RECORD_TABLES[RecordType.STATISTIC]
        figure = kind.table.c
        prefix = scope.c.source.concat(":")
        is_redacted = func.substr(redaction.c.record, 1, func.length(prefix)) == prefix
        return (
            select(scope.c.source)
            .distinct()
            .join_from(scope, coverage, coverage.c.scope == scope.c.key)
            .where(
                scope.c.key.in_(select(figure.scope).where(in_list(figure.id, ids), self._records.are_visible(kind))),
                self._records.rules.visible_scope(scope.c),
                or_(
                    ~coverage.c.complete,
                    coverage.c.rejected > 0,
                    select(redaction.c.record).where(is_redacted).correlate(scope).exists(),
                ),
            )
        )

    def scopes(self, query: CoverageQuery, limit: int) -> Statement:
        """The scopes that were read and overlap the query, the latest first, at most `limit` of each source."""
        order = (coverage.c.last_read_at.desc(), scope.c.source, scope.c.channel, scope.c.name)
        place = func.row_number().over(partition_by=scope.c.source, order_by=order)
        latest = (
            select(scope.c.key, place.label("place"))
            .join_from(scope, coverage, coverage.c.scope == scope.c.key)
            .where(self._records.rules.visible_scope(scope.c), *_has_records(query), *_overlaps(query))
            .subquery()
        )
        return (
            select(scope, coverage)
            .join_from(latest, scope, scope.c.key == latest.c.key)
            .join(coverage, coverage.c.scope == scope.c.key)
            .where(latest.c.place <= limit, self._records.rules.visible_scope(scope.c))
            .order_by(*order)
        )

    def vouching_scopes(self, query: CoverageQuery, names: Collection[str]) -> Statement:
        """The scopes of these sources that overlap the query and can vouch for their extents."""
        return (
            select(scope.c.source, scope.c.channel, scope.c.name, coverage.c.last_read_at)
            .join_from(scope, coverage, coverage.c.scope == scope.c.key)
            .where(
                self._records.rules.visible_scope(scope.c),
                scope.c.source.in_(sorted(names)),
                _vouches(),
                *_has_records(query),
                *_overlaps(query),
            )
        )

    def covering(self, query: ScopeQuery) -> Statement:
        """The sources of which a scope that overlaps the query was read completely."""
        return (
            select(scope.c.source)
            .join_from(scope, coverage, coverage.c.scope == scope.c.key)
            .where(coverage.c.complete, self._records.rules.visible_scope(scope.c))
            .where(holds_any(scope.c, query.record_types), *_overlaps(query))
            .distinct()
        )

    def reporting(self, kind: RecordTable, conditions: Sequence[Condition]) -> Statement:
        """The sources that have at least one such record."""
        return (
            select(kind.table.c.source)
            .where(self._records.are_current(kind), *where(self._records, kind, conditions))
            .distinct()
        )

    def doubtful(self, kind: RecordTable, query: CoverageQuery, names: Collection[str]) -> Statement:
        """Those of these sources with a record that may be of the query, although it does not say so.

        Such a record has no period, or no or a wider place, or no agency or platform, where the query names one. Reads
        the rollup of the type where there is one.
        """
        rollup = ROLLUP_TABLES.get(kind.type)
        columns = (kind if rollup is None else rollup).table.c
        visible = self._records.are_current(kind) if rollup is None else self._records.are_visible(kind, columns)
        pairs = list(self._possibilities(kind, columns, query, by_month=rollup is not None))
        return (
            select(columns.source)
            .where(visible, columns.source.in_(sorted(names)))
            .where(*(or_(is_of_query, is_open) for is_of_query, is_open in pairs))
            .where(or_(*(is_open for _, is_open in pairs)))
            .distinct()
        )

    def _possibilities(
        self, kind: RecordTable, columns: Any, query: CoverageQuery, *, by_month: bool
    ) -> Iterator[tuple[ColumnElement[bool], ColumnElement[bool]]]:
        """For each thing that the query names: that a record is of it, and that the record leaves it open."""
        if query.start is not None and query.end is not None:
            yield _period(kind, columns, query.start, query.end, by_month=by_month)
        if query.jurisdictions is not None:
            yield (
                columns.jurisdictions.in_(sets_with(query.jurisdictions)),
                or_(columns.jurisdictions.is_(None), columns.jurisdictions.in_(_sets_of_wider(query.jurisdictions))),
            )
        for attributes, values in ((AGENCY_ATTRIBUTES[kind.type], query.agencies), (("platform",), query.platforms)):
            if values is not None and attributes[0] in columns:
                yield (
                    or_(*(columns[name].in_(values) for name in attributes)),
                    or_(*(columns[name].is_(None) for name in attributes)),
                )


def _vouches() -> ColumnElement[bool]:
    """The scope was read completely, and its last reading did not fail."""
    return and_(coverage.c.complete, coverage.c.reason.is_(None))


def _has_records(query: CoverageQuery) -> Iterator[ColumnElement[bool]]:
    """The scope has records of the type."""
    if query.record_type is not None:
        yield holds_any(scope.c, [query.record_type])


def _overlaps(query: CoverageQuery | ScopeQuery) -> Iterator[ColumnElement[bool]]:
    """The scope may be of a place and a day of the query."""
    if query.jurisdictions:
        places = {place for jurisdiction in query.jurisdictions for place in enclosing(Jurisdiction(jurisdiction))}
        yield or_(scope.c.jurisdictions.is_(None), scope.c.jurisdictions.in_(sets_with(sorted(places))))
    if query.start is not None and query.end is not None:
        has_no_dates = and_(scope.c.start.is_(None), scope.c.end.is_(None))
        yield or_(has_no_dates, period_sql(scope.c.start, scope.c.end, query.start, query.end, PeriodMatch.OVERLAPS))


def _period(
    kind: RecordTable, columns: Any, start: date, end: date, *, by_month: bool
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The record's own period overlaps the days; it has no period. Months of a rollup are numbers."""
    if by_month:
        first, last = columns.start_month, columns.end_month
        days: tuple[Any, Any] = (month_of(start), first_month_from(end))
    else:
        first, last, days = columns[kind.start], columns[kind.end], (start, end)
    overlaps = period_sql(first, last, days[0], days[1], PeriodMatch.OVERLAPS)
    return overlaps, and_(first.is_(None), last.is_(None))


def _sets_of_wider(jurisdictions: Sequence[str]) -> Any:
    """The keys of the interned sets that have a jurisdiction which contains one of these.

    Members stand in them in quotes, so that `GB` is not found in `GB-ENG`.
    """
    wider = sorted({place for each in jurisdictions for place in enclosing(each)[1:]})
    return select(interned_set.c.key).where(
        or_(false(), *(interned_set.c.members.contains(f'"{place}"') for place in wider))
    )
