"""Statements for coverage: the scopes that were read, and the sources that report anything."""

from collections.abc import Sequence

from sqlalchemy import and_, func, or_, select

from adapters.vocabulary.jurisdictions import enclosing
from gateway.catalogue.read.sql.base import Statement, VisibleRecords
from gateway.catalogue.read.sql.conditions import period_sql, sets_with, where
from gateway.catalogue.tables import RecordTable, coverage, scope
from schema.queries.conditions import Condition, PeriodMatch
from schema.queries.coverage import CoverageQuery


class CoverageStatements:
    """Statements on scopes, and on which sources have records."""

    def __init__(self, records: VisibleRecords) -> None:
        self._records = records

    def states(self) -> Statement:
        """Per source that was read: the last time, why its last run failed, and how many scopes are complete.

        Of a source under a grant those scopes count that can hold records of the grant: unknown places may be any.
        """
        return (
            select(
                scope.c.source,
                func.max(coverage.c.last_read_at).label("last_read_at"),
                func.max(coverage.c.reason).label("reason"),
                func.count().label("scopes"),
                func.count().filter(coverage.c.complete).label("complete_scopes"),
            )
            .join_from(scope, coverage, coverage.c.scope == scope.c.key)
            .where(self._records.rules.visible_scope(scope.c, or_unknown_places=True))
            .group_by(scope.c.source)
        )

    def scopes(self, query: CoverageQuery) -> Statement:
        """The scopes that were read and overlap the query."""
        statement = (
            select(scope, coverage)
            .join_from(scope, coverage, coverage.c.scope == scope.c.key)
            .where(self._records.rules.visible_scope(scope.c))
        )
        if query.jurisdictions:
            places = {place for jurisdiction in query.jurisdictions for place in enclosing(jurisdiction)}
            matches = scope.c.jurisdictions.in_(sets_with(sorted(places)))
            statement = statement.where(or_(scope.c.jurisdictions.is_(None), matches))
        if query.start is not None and query.end is not None:
            has_no_dates = and_(scope.c.start.is_(None), scope.c.end.is_(None))
            overlaps = period_sql(scope.c.start, scope.c.end, query.start, query.end, PeriodMatch.OVERLAPS)
            statement = statement.where(or_(has_no_dates, overlaps))
        return statement.order_by(coverage.c.last_read_at.desc(), scope.c.source, scope.c.channel, scope.c.name)

    def reporting(self, kind: RecordTable, conditions: Sequence[Condition]) -> Statement:
        """The sources that have at least one such record."""
        return (
            select(kind.table.c.source)
            .where(self._records.are_current(kind), *where(self._records, kind, conditions))
            .distinct()
        )
