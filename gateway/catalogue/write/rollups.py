"""Rollups: the number of current records per cell, maintained with every batch so that no summary reads records.

They count the present only. Versions hold the past, and any rollup can be recomputed from them.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from hashlib import blake2b
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from adapters.months import first_month_from, month_of
from adapters.vocabulary.enums import RecordType, TakedownStatus, TakedownTrigger
from gateway.catalogue.tables import ROLLUP_TABLES, RecordTable, RollupTable
from gateway.catalogue.write.bulk_insert import Row, read_back
from gateway.store.json_arrays import in_list

MINUTE, HOUR, DAY = 60, 3600, 86_400
LONGEST = 36_500 * DAY

OWN = frozenset({TakedownTrigger.OWN_INITIATIVE, TakedownTrigger.HASH_MATCH, TakedownTrigger.UNKNOWN})
"""Triggers without a known requester."""

VersionValues = tuple[Any, ...]
"""The values of `_source_columns` of one version, from which its cell follows."""

Cell = tuple[Any, ...]
"""The values of a rollup's columns, without the digest and the count."""

INSERTS: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


class Rollups:
    """The changes of one transaction to the rollups, written as one statement per record type at its end."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._changes = {kind: Counter[VersionValues]() for kind in ROLLUP_TABLES}

    def begin(self, kind: RecordTable, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
        """Counts new versions: rows of driver values in the order of `columns`."""
        if kind.type in ROLLUP_TABLES:
            names = _source_columns(ROLLUP_TABLES[kind.type])
            dialect = self._connection.dialect.name
            for values, count in Counter(map(itemgetter(*map(columns.index, names)), rows)).items():
                self._changes[kind.type][read_back(kind.table, names, values, dialect)] += count

    def count(self, kind: RecordTable, ids: Sequence[str], times: int) -> None:
        """Adds `times` for the current version of each record: -1 before it ends or is rewritten."""
        if kind.type in ROLLUP_TABLES and ids:
            columns = [kind.table.c[name] for name in _source_columns(ROLLUP_TABLES[kind.type])]
            current = select(*columns).where(kind.table.c.to_revision.is_(None), in_list(kind.table.c.id, ids))
            for row in self._connection.execute(current):
                self._changes[kind.type][tuple(row)] += times

    def write(self) -> None:
        """Writes the changes."""
        for kind, changes in self._changes.items():
            rollup = ROLLUP_TABLES[kind]
            cells = Counter[Cell]()
            for values, count in changes.items():
                cells[_cell(rollup, values)] += count
            _add(self._connection, rollup, {cell: count for cell, count in cells.items() if count})
            changes.clear()


def _add(connection: Connection, rollup: RollupTable, changes: dict[Cell, int]) -> None:
    if not changes:
        return
    table, columns = rollup.table, cell_columns(rollup)
    inserted = INSERTS[connection.dialect.name](table)
    more = inserted.on_conflict_do_update(
        index_elements=[table.c.cell], set_={"count": table.c.count + inserted.excluded.count}
    )
    connection.execute(
        more,
        [
            {"cell": digest_of(cell), "count": count} | dict(zip(columns, cell, strict=True))
            for cell, count in changes.items()
        ],
    )
    if fewer := [{"emptied": digest_of(cell)} for cell, count in changes.items() if count < 0]:
        connection.execute(delete(table).where(table.c.cell == bindparam("emptied"), table.c.count == 0), fewer)


def count_cells(connection: Connection, rollup: RollupTable) -> Counter[Cell]:
    """The cells that the rollup must have, counted from the records."""
    table = rollup.kind.table
    columns = [table.c[name] for name in _source_columns(rollup)]
    statement = select(*columns, func.count()).where(table.c.to_revision.is_(None)).group_by(*columns)
    cells = Counter[Cell]()
    for *values, count in connection.execute(statement):
        cells[_cell(rollup, tuple(values))] += count
    return cells


def cell_columns(rollup: RollupTable) -> tuple[str, ...]:
    """The columns of a cell, in the order of its values."""
    return tuple(column.name for column in rollup.table.c if column.name not in ("cell", "count"))


def digest_of(cell: Cell) -> bytes:
    """Sixteen bytes that identify a cell of one record type. The values cannot be the key: most cells have a NULL."""
    return blake2b(msgspec.json.encode(cell), digest_size=16).digest()


def _source_columns(rollup: RollupTable) -> tuple[str, ...]:
    """The columns of a version from which its cell follows."""
    extra = ("requested_precision", "duration") if rollup.kind.type is RecordType.TAKEDOWN else ()
    return ("source", *rollup.kind.dates, *rollup.attributes, *extra)


def _cell(rollup: RollupTable, values: VersionValues) -> Cell:
    count = len(rollup.kind.dates)
    source, dates, attribute_values = values[0], values[1 : count + 1], list(values[count + 1 :])
    if rollup.kind.type is RecordType.TAKEDOWN:
        *attribute_values, requested, duration = attribute_values
        _, by, trigger, status = attribute_values[:4]
        attribute_values += [
            is_requested(by, trigger, status, dated=requested is not None),
            None if duration is None else duration_step(duration),
        ]
    return (source, *_months(rollup, dates), *attribute_values)


def _months(rollup: RollupTable, dates: Sequence[date | None]) -> Iterator[int | None]:
    """The months of a record's own period, which is the first that has a day, and of each of the rollup's periods."""
    days = zip(dates[::2], dates[1::2], strict=True)
    periods = dict(zip(rollup.kind.record.period_attributes, days, strict=True))
    own = next((period for period in periods.values() if any(period)), (None, None))
    for start, end in (own, *(periods[name] for name in rollup.periods)):
        yield None if start is None else month_of(start)
        yield None if end is None else first_month_from(end)


def is_requested(by: str | None, trigger: TakedownTrigger, status: TakedownStatus, *, dated: bool) -> bool:
    """Whether a takedown has a known requester.

    A statement of reasons (EXECUTED) reports a measure. It counts only if it names a requester, because publishers of
    such statements publish no refusals.
    """
    return by is not None or (status is not TakedownStatus.EXECUTED and (dated or trigger not in OWN))


def duration_step(duration: int) -> int:
    """A duration in seconds rounded down to a step, so that few durations occur.

    The step is a minute below two hours, an hour below sixty days, and a day from there up to a hundred years.
    """
    length = abs(duration)
    step = MINUTE if length < 2 * HOUR else HOUR if length < 60 * DAY else DAY
    whole = min(length - length % step, LONGEST)
    return whole if duration > 0 else -whole
