"""What stands in a catalogue, to be compared: as it is to the last number, or without what differs from run to run."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, FromClause, select

from gateway.catalogue.tables import (
    RECORD_TABLES,
    ROLLUP_TABLES,
    coverage,
    interned_member,
    interned_set,
    metadata,
    missing_record,
    redaction,
    reference,
    rejection,
    retrieval,
    scope,
    unknown_code,
    visited,
    withdrawal,
)

Rows = list[tuple[Any, ...]]


def everything(connection: Connection) -> dict[str, Rows]:
    """Every row of every table, as it is."""
    return {
        table.name: sorted(map(tuple, connection.execute(select(table))), key=repr) for table in metadata.sorted_tables
    }


def standing(connection: Connection, *, told_once: bool = True) -> dict[str, Rows]:
    """Every row of every table, without revision numbers, times and the keys that rows are given as they come.

    A version is numbered among those of its record, its scope told by name, its sets by their members, its retrieval by
    what was read. Where the same bytes were read a second time, a row that the first reading added the second one found
    unchanged: with `told_once` False such rows count as one and the same, and what was read to be withdrawn is left to
    the tombstones.
    """
    names = {row.key: (row.source, row.channel, row.name) for row in _rows(connection, scope)}
    members = {row.key: row.members for row in _rows(connection, interned_set)}
    read = {
        row.key: (names[row.scope], row.location, row.sha256, row.adapter_version)
        for row in _rows(connection, retrieval)
    }
    stands: dict[str, Rows] = {}
    ordinals: dict[tuple[str, str, int], int] = {}
    for kind, record_table in RECORD_TABLES.items():
        table = record_table.table
        sets = [attribute.name for attribute in record_table.attributes.values() if attribute.interned is not None]
        versions: dict[str, int] = defaultdict(int)
        stands[kind] = []
        for row in connection.execute(select(table).order_by(table.c.id, table.c.from_revision)):
            versions[row.id] += 1
            ordinals[kind.value, row.id, row.from_revision] = versions[row.id]
            said = row._asdict()
            told = [names[row.scope], read[row.retrieval], *(members.get(said[name]) for name in sets)]
            rest = _but(said, "from_revision", "to_revision", "retrieval", "scope", *sets)
            stands[kind].append((versions[row.id], row.to_revision is None, *told, *rest))
    for rollup in ROLLUP_TABLES.values():
        sets = [name for name in rollup.attributes if rollup.kind.attributes[name].interned is not None]
        stands[rollup.table.name] = [
            (*(members.get(said[name]) for name in sets), *_but(said, "cell", *sets))
            for said in (row._asdict() for row in _rows(connection, rollup.table))
        ]
    stands["reference"] = [
        (ordinals[row.record_type, row.record, row.from_revision], row.to_revision is None, *row[:4])
        for row in _rows(connection, reference)
    ]
    stands["coverage"] = [
        (read[row.retrieval], *_told(row._asdict(), told_once=told_once)) for row in _rows(connection, coverage)
    ]
    stands["scope"] = [
        (members.get(row.jurisdictions), *_but(row._asdict(), "key", "jurisdictions"))
        for row in _rows(connection, scope)
    ]
    for table in (rejection, unknown_code, visited, missing_record):
        stands[table.name] = [(names[row.scope], *_but(row._asdict(), "scope")) for row in _rows(connection, table)]
    for table in (withdrawal, redaction):
        stands[table.name] = [(row.record_type, row.record) for row in _rows(connection, table)]
    stands["interned_set"] = [(each,) for each in members.values()]
    stands["interned_member"] = [(members[row.set_key], row.member) for row in _rows(connection, interned_member)]
    return {name: sorted(rows, key=repr) for name, rows in stands.items()}


def _told(counted: Mapping[str, Any], *, told_once: bool) -> Iterator[Any]:
    if told_once:
        yield from _but(counted, "scope", "retrieval", "last_read_at")
        return
    by_run = ("added", "unchanged", "superseded", "withdrawn", "records_before")
    yield from _but(counted, "scope", "retrieval", "last_read_at", *by_run)
    yield counted["added"] + counted["unchanged"] + counted["superseded"]


def _rows(connection: Connection, table: FromClause) -> Iterator[Any]:
    return iter(connection.execute(select(table)))


def _but(row: Mapping[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(value for name, value in row.items() if name not in names)
