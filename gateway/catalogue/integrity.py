"""Checks the integrity of a catalogue: versions, references, revisions, scopes and rollups."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, FromClause, Row, and_, exists, func, or_, select

from adapters.vocabulary.jurisdictions import UnknownJurisdiction, enclosing
from gateway.catalogue.disclosure.suppression import BASE, THRESHOLD
from gateway.catalogue.read.rows import values
from gateway.catalogue.tables import (
    RECORD_TABLES,
    ROLLUP_TABLES,
    RecordTable,
    RollupTable,
    coverage,
    disclosed_count,
    disclosed_month,
    hold,
    interned_member,
    interned_set,
    missing_record,
    pushed,
    redaction,
    reference,
    rejection,
    retrieval,
    revision,
    scope,
    visited,
    withdrawal,
)
from gateway.catalogue.write.packing import InvalidBatch, digest_of
from gateway.catalogue.write.rollups import cell_columns, count_cells
from gateway.catalogue.write.rollups import digest_of as digest_of_cell
from gateway.store.json_arrays import in_list

PAGE = 5000
"""Versions read at a time."""


def faults(connection: Connection) -> Iterator[str]:
    """Yields one line per kind of fault; nothing if the catalogue is sound. Reads every version once."""
    yield from _revisions(connection)
    yield from _coverage(connection)
    yield from _sets(connection)
    yield from _disclosed(connection)
    for kind in RECORD_TABLES.values():
        yield from _versions(connection, kind)
        yield from _markers(connection, kind)
        yield from _references(connection, kind)
        yield from _contents(connection, kind)
        yield from _pushed(connection, kind)
    for rollup in ROLLUP_TABLES.values():
        yield from _with_type(rollup.kind, _rollups(connection, rollup))


def _count_faults(
    connection: Connection, table: FromClause, conditions: Mapping[str, ColumnElement[bool]]
) -> Iterator[str]:
    for fault, condition in conditions.items():
        if count := connection.scalar(select(func.count()).select_from(table).where(condition)):
            yield f"{count} {fault}"


def _revisions(connection: Connection) -> Iterator[str]:
    numbers = connection.execute(select(func.count(), func.min(revision.c.number), func.max(revision.c.number))).one()
    if numbers[0] and (numbers[1] != 1 or numbers[2] != numbers[0]):
        yield "revisions are missing"
    earlier = revision.alias("earlier")
    unordered = exists().where(
        earlier.c.number == revision.c.number - 1, earlier.c.committed_at >= revision.c.committed_at
    )
    yield from _count_faults(connection, revision, {"revisions were committed no later than the one before": unordered})


def _coverage(connection: Connection) -> Iterator[str]:
    c = coverage.c
    parts = c.added + c.unchanged + c.superseded + c.merged + c.out_of_scope + c.rejected
    own = exists().where(retrieval.c.key == c.retrieval, retrieval.c.scope == c.scope)
    rejections = select(func.count()).select_from(rejection).where(rejection.c.scope == c.scope).scalar_subquery()
    is_on_hold = exists().where(hold.c.scope == c.scope)
    faulty = {
        "scopes do not account for every row read": c.read != parts,
        "scopes count other rejections than are stored": c.rejected != rejections,
        "scopes are complete and have a checkpoint, or neither": c.complete
        != and_(c.checkpoint.is_(None), ~is_on_hold),
        "coverage rows belong to no scope": ~exists().where(scope.c.key == c.scope),
        "coverage rows belong to no retrieval of their scope": ~own,
    }
    yield from _count_faults(connection, coverage, faulty)
    has_coverage = exists().where(c.scope == scope.c.key)
    yield from _count_faults(connection, scope, {"scopes have no coverage": ~has_coverage})
    running = exists().where(c.scope == visited.c.scope, c.checkpoint.is_not(None))
    has_hold = exists().where(hold.c.scope == missing_record.c.scope)
    yield from _count_faults(connection, missing_record, {"records on hold belong to no hold": ~has_hold})
    yield from _count_faults(connection, visited, {"records are marked as seen by a read that has ended": ~running})


def _disclosed(connection: Connection) -> Iterator[str]:
    """Published counts belong to a published month, and are rounded and not small."""
    c, month = disclosed_count.c, disclosed_month.c
    released = exists().where(month.record_type == c.record_type, month.month == c.month)
    faulty = {
        "published counts belong to no published month": ~released,
        "published counts are not rounded, or small": or_(c["count"] % BASE != 0, c["count"] < THRESHOLD),
    }
    yield from _count_faults(connection, disclosed_count, faulty)


def _sets(connection: Connection) -> Iterator[str]:
    """Each set is stored with exactly its members and what encloses them, because filters look up members."""
    sets_by_key: dict[int, set[str]] = defaultdict(set)
    for row in connection.execute(select(interned_member)):
        sets_by_key[row.set_key].add(row.member)
    faulty = 0
    for row in connection.execute(select(interned_set)):
        members = _members(row)
        expected = {wider for member in members for wider in _enclosing(member)}
        faulty += sets_by_key.pop(row.key, set()) != expected or not members
    if faulty or sets_by_key:
        yield f"{faulty + len(sets_by_key)} sets cannot be searched by their members"


def _members(row: Row[Any]) -> tuple[str, ...]:
    """The members of a set; an empty tuple if they cannot be decoded, as no set is empty."""
    try:
        return msgspec.json.decode(row.members, type=tuple[str, ...])
    except msgspec.DecodeError:
        return ()


def _enclosing(member: str) -> Sequence[str]:
    try:
        return enclosing(member)
    except UnknownJurisdiction:
        return (member,)


def _versions(connection: Connection, kind: RecordTable) -> Iterator[str]:
    table, later = kind.table, kind.table.alias("later")
    overlap = and_(
        later.c.id == table.c.id,
        later.c.from_revision > table.c.from_revision,
        or_(table.c.to_revision.is_(None), later.c.from_revision < table.c.to_revision),
    )
    ends = or_(table.c.to_revision.is_(None), exists().where(revision.c.number == table.c.to_revision))
    sets = [table.c[attribute.name] for attribute in kind.attributes.values() if attribute.interned is not None]
    missing_sets = or_(*(and_(key.is_not(None), ~exists().where(interned_set.c.key == key)) for key in sets))
    faulty = {
        "versions end before they begin": table.c.to_revision <= table.c.from_revision,
        "versions overlap a later one": exists().where(overlap),
        "versions begin at no revision": ~exists().where(revision.c.number == table.c.from_revision),
        "versions end at no revision": ~ends,
        "versions belong to no scope": ~exists().where(scope.c.key == table.c.scope),
        "versions belong to no retrieval": ~exists().where(retrieval.c.key == table.c.retrieval),
        "versions refer to a missing set": missing_sets,
    }
    yield from _with_type(kind, _count_faults(connection, table, faulty))


def _markers(connection: Connection, kind: RecordTable) -> Iterator[str]:
    """Tombstones end a version, and redacted records have no content."""
    table = kind.table.c
    ends = exists().where(table.id == withdrawal.c.record, table.to_revision == withdrawal.c.revision)
    left = and_(withdrawal.c.record_type == kind.type.value, ~ends)
    yield from _with_type(kind, _count_faults(connection, withdrawal, {"withdrawals end no version": left}))

    whole = exists().where(table.id == redaction.c.record, table.redacted.is_(False))
    spared = and_(redaction.c.record_type == kind.type.value, whole)
    yield from _with_type(kind, _count_faults(connection, redaction, {"redacted records still have content": spared}))
    has_revision = exists().where(revision.c.number == redaction.c.revision)
    untold = and_(redaction.c.record_type == kind.type.value, ~has_revision)
    yield from _with_type(kind, _count_faults(connection, redaction, {"redactions belong to no revision": untold}))
    marked = exists().where(redaction.c.record_type == kind.type.value, redaction.c.record == table.id)
    unmarked = and_(table.redacted.is_(True), ~marked)
    yield from _with_type(kind, _count_faults(connection, kind.table, {"redacted versions have no marker": unmarked}))


def _references(connection: Connection, kind: RecordTable) -> Iterator[str]:
    table = kind.table.c
    has_version = exists().where(
        table.id == reference.c.record,
        table.from_revision == reference.c.from_revision,
        table.to_revision.is_not_distinct_from(reference.c.to_revision),
    )
    astray = and_(reference.c.record_type == kind.type.value, ~has_version)
    yield from _with_type(kind, _count_faults(connection, reference, {"references belong to no version": astray}))


def _pushed(connection: Connection, kind: RecordTable) -> Iterator[str]:
    """The newest message of a record belongs to an existing record."""
    has_record = exists().where(kind.table.c.id == pushed.c.record)
    orphans = and_(pushed.c.record_type == kind.type.value, ~has_record)
    yield from _with_type(kind, _count_faults(connection, pushed, {"messages belong to no record": orphans}))


def _contents(connection: Connection, kind: RecordTable) -> Iterator[str]:
    """Every version decodes to the record that was written, and has an index row for each reference."""
    members = {row.key: _members(row) for row in connection.execute(select(interned_set))}
    table = kind.table.c
    changed = unindexed = 0
    after = ("", -1)
    while True:
        page = (
            select(kind.table)
            .where(or_(table.id > after[0], and_(table.id == after[0], table.from_revision > after[1])))
            .order_by(table.id, table.from_revision)
            .limit(PAGE)
        )
        try:
            rows = connection.execute(page).all()
        except (ValueError, ArithmeticError):
            yield f"{kind.type.value}: versions cannot be read back"
            return
        if not rows:
            break
        indexed = _reference_rows(connection, kind, rows)
        for row in rows:
            try:
                record = _record(kind, row, members)
                changed += digest_of(record) != row.digest
            except (LookupError, ValueError, InvalidBatch):
                changed += 1
                continue
            pairs = {(each.scheme, each.value) for each in record.references}
            unindexed += not pairs <= indexed[row.id, row.from_revision]
        after = (rows[-1].id, rows[-1].from_revision)
    if changed:
        yield f"{kind.type.value}: {changed} versions differ from what was recorded"
    if unindexed:
        yield f"{kind.type.value}: {unindexed} versions lack an index row for a reference"


def _rollups(connection: Connection, rollup: RollupTable) -> Iterator[str]:
    """Every rollup cell holds the count of its records, under the digest of its values."""
    table = rollup.table.c
    stored = select(table.cell, *(table[name] for name in cell_columns(rollup)), table.count)
    try:
        expected: dict[tuple[Any, ...], int] = {
            (digest_of_cell(cell), *cell): count for cell, count in count_cells(connection, rollup).items()
        }
        actual: dict[tuple[Any, ...], int] = {tuple(cell): count for *cell, count in connection.execute(stored)}
    except (ValueError, ArithmeticError):
        yield "counts cannot be read back"
        return
    if wrong := sum(expected.get(cell) != actual.get(cell) for cell in expected.keys() | actual.keys()):
        yield f"{wrong} counts differ from what the records give"


def _record(kind: RecordTable, row: Row[Any], members: Mapping[int, tuple[str, ...]]) -> Any:
    attributes = dict(values(kind.attributes.values(), row._asdict(), members))
    return kind.record(source=row.source, external_id=row.id.removeprefix(f"{row.source}:"), **attributes)


def _reference_rows(
    connection: Connection, kind: RecordTable, rows: Sequence[Row[Any]]
) -> defaultdict[tuple[str, int], set[tuple[str, str]]]:
    """The index rows of these versions, by record and revision: pairs of scheme and value."""
    references: defaultdict[tuple[str, int], set[tuple[str, str]]] = defaultdict(set)
    pairs = {each for row in rows for each in row.references}
    statement = select(reference).where(
        reference.c.scheme.in_({each.scheme for each in pairs}),
        in_list(reference.c.value, sorted({each.value for each in pairs})),
        reference.c.record_type == kind.type.value,
        reference.c.record >= rows[0].id,
        reference.c.record <= rows[-1].id,
    )
    for row in connection.execute(statement):
        references[row.record, row.from_revision].add((row.scheme, row.value))
    return references


def _with_type(kind: RecordTable, faults: Iterator[str]) -> Iterator[str]:
    return (f"{kind.type.value}: {fault}" for fault in faults)
