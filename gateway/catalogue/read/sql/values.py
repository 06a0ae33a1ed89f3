"""Statements on the values that records have where no closed list names them all."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, literal, select, true

from gateway.catalogue.read.sql.base import Statement, VisibleRecords
from gateway.catalogue.read.sql.conditions import condition_sql
from gateway.catalogue.tables import RecordTable, reference
from gateway.store.json_arrays import JSONRows
from schema.queries.conditions import Condition

MOST_ROWS, MOST_VALUES = 100_000, 1_000
"""Rows in which a statement looks for values, and values that it lists."""


class ValueStatements:
    """Statements on the values of one attribute of current records.

    Those that list values read open sources only: messages repeat them, and such reads are not logged.
    """

    def __init__(self, records: VisibleRecords) -> None:
        self._records = records

    def any_record(self, kind: RecordTable, condition: Condition) -> Statement:
        """A row if a record meets the condition."""
        return self._values(kind, literal(1), condition_sql(self._records, kind, condition)).limit(1)

    def any_with_scheme(self, kind: RecordTable, schemes: Sequence[str]) -> Statement:
        """A row if a record has a reference of one of these schemes."""
        return self._schemes(kind, literal(1)).where(reference.c.scheme.in_(schemes)).limit(1)

    def texts(self, kind: RecordTable, attribute: str) -> Statement:
        """The values (`value`) of an attribute, or of a part of one (`offence.code`)."""
        column = kind.table.c[attribute.replace(".", "_")]
        return self._distinct(kind, self._values(kind, column, column.is_not(None)))

    def dimensions(self, kind: RecordTable) -> Statement:
        """The dimensions (`value`), each as a JSON array of its axis and its value on it."""
        elements = JSONRows(kind.table.c.dimensions).table_valued("value", name="dimension")
        has_any = kind.table.c.dimensions.is_not(None)
        values = self._values(kind, cast(elements.c.value, Text), has_any).join(elements, true())
        return self._distinct(kind, values)

    def schemes(self, kind: RecordTable) -> Statement:
        """The schemes (`value`) of references."""
        return self._distinct(kind, self._schemes(kind, reference.c.scheme))

    def _values(self, kind: RecordTable, value: ColumnElement[Any], *conditions: ColumnElement[bool]) -> Statement:
        return select(value.label("value")).select_from(kind.table).where(self._records.are_current(kind), *conditions)

    def _schemes(self, kind: RecordTable, value: ColumnElement[Any]) -> Statement:
        return (
            self._values(kind, value, self._records.view.contains(reference.c))
            .join(reference, reference.c.record == kind.table.c.id)
            .where(reference.c.record_type == kind.type.value)
        )

    def _distinct(self, kind: RecordTable, values: Statement) -> Statement:
        """The distinct values of records of open sources, as far as the first rows show them."""
        is_open = self._records.rules.in_open_source(kind.table.c)
        rows = values.where(is_open).limit(MOST_ROWS).subquery()
        return select(rows.c.value).distinct().order_by(rows.c.value).limit(MOST_VALUES)
