"""Whether a catalogue is sound: what must hold of every version, reference, revision and scope, and what does not."""

from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection, and_, exists, func, or_, select

from gateway.catalogue.rows import values
from gateway.catalogue.tables import (
    RECORD_TABLES,
    RecordTable,
    coverage,
    interned_set,
    reference,
    retrieval,
    revision,
    scope,
)
from gateway.catalogue.writing import digest_of

PAGE = 5000
"""Versions that are read at a time."""


def faults(connection: Connection) -> Iterator[str]:
    """One line per kind of fault found; none where the catalogue is sound. Reads every version once."""
    yield from _revisions(connection)
    yield from _coverage(connection)
    for kind in RECORD_TABLES.values():
        yield from _versions(connection, kind)
        yield from _digests(connection, kind)
        yield from _references(connection, kind)


def _revisions(connection: Connection) -> Iterator[str]:
    numbers = connection.execute(select(func.count(), func.min(revision.c.number), func.max(revision.c.number))).one()
    if numbers[0] and (numbers[1] != 1 or numbers[2] != numbers[0]):
        yield "revisions are missing"
    earlier = revision.alias("earlier")
    fallen = exists().where(
        earlier.c.number == revision.c.number - 1, earlier.c.committed_at >= revision.c.committed_at
    )
    if count := connection.scalar(select(func.count()).select_from(revision).where(fallen)):
        yield f"{count} revisions were committed no later than the one before"


def _coverage(connection: Connection) -> Iterator[str]:
    c = coverage.c
    parts = c.added + c.unchanged + c.superseded + c.merged + c.out_of_scope + c.rejected
    if count := connection.scalar(select(func.count()).where(c.read != parts)):
        yield f"{count} scopes do not account for every row read"
    homeless = ~exists().where(scope.c.key == c.scope)
    if count := connection.scalar(select(func.count()).select_from(coverage).where(homeless)):
        yield f"{count} coverages belong to no scope"


def _versions(connection: Connection, kind: RecordTable) -> Iterator[str]:
    table, later = kind.table, kind.table.alias("later")
    overlap = and_(
        later.c.id == table.c.id,
        later.c.from_revision > table.c.from_revision,
        or_(table.c.to_revision.is_(None), later.c.from_revision < table.c.to_revision),
    )
    conditions = {
        "versions end before they begin": table.c.to_revision <= table.c.from_revision,
        "versions overlap a later one": exists().where(overlap),
        "versions belong to no revision": ~exists().where(revision.c.number == table.c.from_revision),
        "versions belong to no scope": ~exists().where(scope.c.key == table.c.scope),
        "versions belong to no retrieval": ~exists().where(retrieval.c.key == table.c.retrieval),
    }
    for fault, condition in conditions.items():
        if count := connection.scalar(select(func.count()).select_from(table).where(condition)):
            yield f"{kind.type.value}: {count} {fault}"


def _digests(connection: Connection, kind: RecordTable) -> Iterator[str]:
    members = {row.key: tuple(msgspec.json.decode(row.members)) for row in connection.execute(select(interned_set))}
    table, wrong = kind.table.c, 0
    after = ("", -1)
    while rows := connection.execute(
        select(kind.table)
        .where(or_(table.id > after[0], and_(table.id == after[0], table.from_revision > after[1])))
        .order_by(table.id, table.from_revision)
        .limit(PAGE)
    ).all():
        for row in rows:
            external_id = row.id.removeprefix(f"{row.source}:")
            stated = dict(values(kind.attributes.values(), row._mapping, members))
            wrong += digest_of(kind.record(source=row.source, external_id=external_id, **stated)) != row.digest
        after = (rows[-1].id, rows[-1].from_revision)
    if wrong:
        yield f"{kind.type.value}: {wrong} versions differ from what was recorded"


def _references(connection: Connection, kind: RecordTable) -> Iterator[str]:
    table = kind.table.c
    held = exists().where(
        table.id == reference.c.record,
        table.from_revision == reference.c.from_revision,
        table.to_revision.is_not_distinct_from(reference.c.to_revision),
    )
    astray = select(func.count()).select_from(reference).where(reference.c.record_type == kind.type.value, ~held)
    if count := connection.scalar(astray):
        yield f"{kind.type.value}: {count} references belong to no version"
