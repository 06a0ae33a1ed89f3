"""What stands in a catalogue, to be compared: as it is to the last number, or without what differs from run to run."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, FromClause, select

from gateway.catalogue.tables import (
    RECORD_TABLES,
    coverage,
    interned_member,
    interned_set,
    metadata,
    redaction,
    reference,
    rejection,
    retrieval,
    scope,
    seen,
    unknown_code,
    withdrawal,
)

Rows = list[tuple[Any, ...]]


def everything(connection: Connection) -> dict[str, Rows]:
    """Every row of every table, as it is."""
    return {
        table.name: sorted(map(tuple, connection.execute(select(table))), key=repr) for table in metadata.sorted_tables
    }


def standing(connection: Connection, *, told_once: bool = True) -> dict[str, Rows]:
    """Every row of every table, without revision numbers, times and retrieval keys.

    A version is numbered among those of its record instead, and its retrieval told by what was read. Where the same
    bytes were read a second time, a row that the first reading added the second one found unchanged: with `told_once`
    False such rows count as one and the same, and what was read to be withdrawn is left to the tombstones.
    """
    read = {row.key: (row.scope, row.location, row.sha256, row.adapter_version) for row in _rows(connection, retrieval)}
    stands: dict[str, Rows] = {}
    ordinals: dict[tuple[str, str, int], int] = {}
    for kind, record_table in RECORD_TABLES.items():
        versions: dict[str, int] = defaultdict(int)
        stands[kind] = []
        for row in connection.execute(select(record_table.table).order_by("id", "from_revision")):
            versions[row.id] += 1
            ordinals[kind.value, row.id, row.from_revision] = versions[row.id]
            said = _but(row._asdict(), "from_revision", "to_revision", "retrieval")
            stands[kind].append((versions[row.id], row.to_revision is None, read[row.retrieval], *said))
    stands["reference"] = [
        (ordinals[row.record_type, row.record, row.from_revision], row.to_revision is None, *row[:4])
        for row in _rows(connection, reference)
    ]
    stands["coverage"] = [
        (read[row.retrieval], *_told(row._asdict(), told_once=told_once)) for row in _rows(connection, coverage)
    ]
    for table in (scope, rejection, unknown_code, seen, interned_set, interned_member):
        stands[table.name] = [tuple(row) for row in _rows(connection, table)]
    for table in (withdrawal, redaction):
        stands[table.name] = [(row.record_type, row.record) for row in _rows(connection, table)]
    return {name: sorted(rows, key=repr) for name, rows in stands.items()}


def _told(counted: Mapping[str, Any], *, told_once: bool) -> Iterator[Any]:
    if told_once:
        yield from _but(counted, "retrieval", "last_read_at")
        return
    yield from _but(counted, "retrieval", "last_read_at", "added", "unchanged", "superseded", "withdrawn")
    yield counted["added"] + counted["unchanged"] + counted["superseded"]


def _rows(connection: Connection, table: FromClause) -> Iterator[Any]:
    return iter(connection.execute(select(table)))


def _but(row: Mapping[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(value for name, value in row.items() if name not in names)
