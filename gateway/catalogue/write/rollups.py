"""Rollups: how many current records each cell holds, kept with every batch so that no summary reads records.

They tell of the present alone. What held earlier stands in the versions, from which any count can be made again.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, Table, bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from adapters.months import first_month_from, month_of
from adapters.vocabulary.enums import RecordType, TakedownStatus, TakedownTrigger
from gateway.catalogue.tables import ROLLUP_TABLES, RecordTable, RollupTable
from gateway.catalogue.write.bulk_insert import Row, read_back
from gateway.store.json_arrays import listed

MINUTE, HOUR, DAY = 60, 3600, 86_400
LONGEST = 36_500 * DAY

OWN = frozenset({TakedownTrigger.OWN_INITIATIVE, TakedownTrigger.HASH_MATCH, TakedownTrigger.UNKNOWN})
"""Triggers by which nobody is known to have asked for a takedown."""

Stated = tuple[Any, ...]
"""What a version says of all that its cell follows from: the values of `_stated`."""

Cell = tuple[Any, ...]
"""The values of a rollup's columns, but for the digest that stands for them and the count."""

INSERTS: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


class Rollups:
    """What one transaction changes in the rollups: written as one statement per record type, at its end."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._changes = {kind: Counter[Stated]() for kind in ROLLUP_TABLES}

    def begin(self, kind: RecordTable, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
        """Counts versions that begin: rows of values in the order of `columns`, as they are written out."""
        if kind.type in ROLLUP_TABLES:
            names = _stated(ROLLUP_TABLES[kind.type])
            dialect = self._connection.dialect.name
            for stated, count in Counter(map(itemgetter(*map(columns.index, names)), rows)).items():
                self._changes[kind.type][read_back(kind.table, names, stated, dialect)] += count

    def count(self, kind: RecordTable, ids: Sequence[str], times: int) -> None:
        """Counts the versions of these records that hold now so many times: -1 before they end or are rewritten."""
        if kind.type in ROLLUP_TABLES and ids:
            columns = [kind.table.c[name] for name in _stated(ROLLUP_TABLES[kind.type])]
            current = select(*columns).where(kind.table.c.to_revision.is_(None), listed(kind.table.c.id, ids))
            for row in self._connection.execute(current):
                self._changes[kind.type][tuple(row)] += times

    def write(self) -> None:
        """Adds the changes to what the rollups hold."""
        for kind, changes in self._changes.items():
            rollup = ROLLUP_TABLES[kind]
            cells = Counter[Cell]()
            for stated, count in changes.items():
                cells[_cell(kind, stated)] += count
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


def scanned(connection: Connection, rollup: RollupTable) -> Counter[Cell]:
    """What the rollup must hold, counted from the records themselves."""
    table = rollup.kind.table
    columns = [table.c[name] for name in _stated(rollup)]
    counted = select(*columns, func.count()).where(table.c.to_revision.is_(None)).group_by(*columns)
    cells = Counter[Cell]()
    for *stated, count in connection.execute(counted):
        cells[_cell(rollup.kind.type, tuple(stated))] += count
    return cells


def cells() -> Iterator[Select[int]]:
    """For each rollup, how many cells it has."""
    return (select(func.count()).select_from(rollup.table) for rollup in ROLLUP_TABLES.values())


def cell_columns(rollup: RollupTable) -> tuple[str, ...]:
    """The columns that make a cell, in the order of its values."""
    return tuple(column.name for column in rollup.table.c if column.name not in ("cell", "count"))


def digest_of(cell: Cell) -> bytes:
    """Sixteen bytes that are equal for equal cells of one record type: NULL is no key, and most cells hold some."""
    return blake2b(msgspec.json.encode(cell), digest_size=16).digest()


def _stated(rollup: RollupTable) -> tuple[str, ...]:
    """The columns of a version that its cell follows from."""
    answered = ("requested_precision", "duration") if rollup.kind.type is RecordType.TAKEDOWN else ()
    return ("source", rollup.kind.start, rollup.kind.end, *rollup.attributes, *answered)


def _cell(kind: RecordType, stated: Stated) -> Cell:
    source, start, end, *said = stated
    if kind is RecordType.TAKEDOWN:
        *said, requested, duration = said
        _, by, trigger, status = said[:4]
        said += [
            asked_for(by, trigger, status, dated=requested is not None),
            None if duration is None else kept(duration),
        ]
    first = None if start is None else month_of(start)
    return (source, first, None if end is None else first_month_from(end), *said)


def asked_for(by: str | None, trigger: TakedownTrigger, status: TakedownStatus, *, dated: bool) -> bool:
    """Whether somebody is known to have asked for a takedown.

    A statement of reasons (EXECUTED) tells of a measure and answers nobody who is not named: among such statements
    no request was ever refused.
    """
    return by is not None or (status is not TakedownStatus.EXECUTED and (dated or trigger not in OWN))


def kept(duration: int) -> int:
    """The length in seconds that is kept of a duration, so that a cell has few: whole minutes, hours or days of it.

    Minutes below two hours, hours below sixty days, days from there up to a hundred years; the rest is cut off.
    """
    length = abs(duration)
    step = MINUTE if length < 2 * HOUR else HOUR if length < 60 * DAY else DAY
    whole = min(length - length % step, LONGEST)
    return whole if duration > 0 else -whole
