"""Statements for pages of records, their counts, and records by id."""

from collections.abc import Sequence

from sqlalchemy import func, select, tuple_

from gateway.catalogue.read.sql.base import SortKey, Statement, VisibleRecords, order_column
from gateway.catalogue.read.sql.conditions import first_days, where
from gateway.catalogue.tables import RecordTable
from schema.queries.conditions import Condition
from schema.queries.records import Order


class PageStatements:
    """Statements on records of one type."""

    def __init__(self, records: VisibleRecords) -> None:
        self._records = records

    def page(
        self,
        kind: RecordTable,
        attributes: frozenset[str],
        conditions: Sequence[Condition],
        order: Order,
        *,
        after: SortKey | None,
        with_value: bool,
        limit: int,
    ) -> Statement:
        """One run of an ordered page: the records that have a value to order by, or those that have none.

        Nulls come last in either direction because the run `with_value` is read first. `after` is the last record
        before the page.
        """
        column = order_column(kind, order)
        identity, first_revision = kind.table.c.id, kind.table.c.from_revision
        statement = self._records.select_current(
            kind, attributes, column.label("k_order"), first_revision.label("k_recorded")
        ).where(*where(self._records, kind, conditions), column.is_not(None) if with_value else column.is_(None))
        keys = [first_revision, identity]
        if with_value and column is not first_revision:
            keys.insert(0, column)
            statement = statement.where(*first_days(kind, conditions))
        if after is not None:
            here, last = tuple_(*keys), after[-len(keys) :]
            statement = statement.where(here < last if order.descending else here > last)
        return statement.order_by(*(key.desc() if order.descending else key.asc() for key in keys)).limit(limit)

    def count(self, kind: RecordTable, conditions: Sequence[Condition], limit: int) -> Statement:
        """How many records there are, up to `limit`."""
        ids = select(kind.table.c.id).where(self._records.are_current(kind), *where(self._records, kind, conditions))
        return select(func.count()).select_from(ids.limit(limit).subquery())

    def by_id(self, kind: RecordTable, attributes: frozenset[str], ids: Sequence[str]) -> Statement:
        """The records with these ids."""
        return self._records.select_current(kind, attributes).where(kind.table.c.id.in_(ids))
