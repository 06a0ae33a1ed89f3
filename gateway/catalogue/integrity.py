"""Whether a catalogue is sound: what must hold of every version, reference, revision and scope, and what does not."""

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
    interned_member,
    interned_set,
    pushed,
    redaction,
    reference,
    rejection,
    retrieval,
    revision,
    scope,
    seen,
    withdrawal,
)
from gateway.catalogue.write.packing import InvalidBatch, digest_of
from gateway.catalogue.write.rollups import cell_columns, scanned
from gateway.catalogue.write.rollups import digest_of as digest_of_cell
from gateway.store.json_arrays import listed

PAGE = 5000
"""Versions that are read at a time."""


def faults(connection: Connection) -> Iterator[str]:
    """One line per kind of fault found; none where the catalogue is sound. Reads every version once."""
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
        yield from _named(rollup.kind, _rollups(connection, rollup))


def _counted(connection: Connection, table: FromClause, faulty: Mapping[str, ColumnElement[bool]]) -> Iterator[str]:
    for fault, condition in faulty.items():
        if count := connection.scalar(select(func.count()).select_from(table).where(condition)):
            yield f"{count} {fault}"


def _revisions(connection: Connection) -> Iterator[str]:
    numbers = connection.execute(select(func.count(), func.min(revision.c.number), func.max(revision.c.number))).one()
    if numbers[0] and (numbers[1] != 1 or numbers[2] != numbers[0]):
        yield "revisions are missing"
    earlier = revision.alias("earlier")
    fallen = exists().where(
        earlier.c.number == revision.c.number - 1, earlier.c.committed_at >= revision.c.committed_at
    )
    yield from _counted(connection, revision, {"revisions were committed no later than the one before": fallen})


def _coverage(connection: Connection) -> Iterator[str]:
    c = coverage.c
    parts = c.added + c.unchanged + c.superseded + c.merged + c.out_of_scope + c.rejected
    own = exists().where(retrieval.c.key == c.retrieval, retrieval.c.scope == c.scope)
    kept = select(func.count()).select_from(rejection).where(rejection.c.scope == c.scope).scalar_subquery()
    faulty = {
        "scopes do not account for every row read": c.read != parts,
        "scopes count other rejections than are kept": c.rejected != kept,
        "scopes are complete and yet to be continued, or neither": c.complete != c.checkpoint.is_(None),
        "coverages belong to no scope": ~exists().where(scope.c.key == c.scope),
        "coverages belong to no retrieval of their scope": ~own,
    }
    yield from _counted(connection, coverage, faulty)
    covered = exists().where(c.scope == scope.c.key)
    yield from _counted(connection, scope, {"scopes have no coverage": ~covered})
    running = exists().where(c.scope == seen.c.scope, c.checkpoint.is_not(None))
    yield from _counted(connection, seen, {"records are kept as met by a reading that has ended": ~running})


def _disclosed(connection: Connection) -> Iterator[str]:
    """What was published is a count of a month that was, and none that would have been suppressed or not rounded."""
    c, month = disclosed_count.c, disclosed_month.c
    released = exists().where(month.record_type == c.record_type, month.month == c.month)
    faulty = {
        "published counts belong to no month that was published": ~released,
        "published counts are not rounded, or small": or_(c["count"] % BASE != 0, c["count"] < THRESHOLD),
    }
    yield from _counted(connection, disclosed_count, faulty)


def _sets(connection: Connection) -> Iterator[str]:
    """Filters look up members, so they must be those of the set and what encloses them, no more and no less."""
    found: dict[int, set[str]] = defaultdict(set)
    for row in connection.execute(select(interned_member)):
        found[row.set_key].add(row.member)
    wrong = 0
    for row in connection.execute(select(interned_set)):
        members = _members(row)
        wrong += (
            found.pop(row.key, set()) != {wider for member in members for wider in _enclosing(member)} or not members
        )
    if wrong or found:
        yield f"{wrong + len(found)} sets cannot be searched by their members"


def _members(row: Row[Any]) -> tuple[str, ...]:
    """The members of a set; none where they cannot be read, as no set is empty."""
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
    ended = or_(table.c.to_revision.is_(None), exists().where(revision.c.number == table.c.to_revision))
    sets = [table.c[attribute.name] for attribute in kind.attributes.values() if attribute.interned is not None]
    lost = or_(*(and_(key.is_not(None), ~exists().where(interned_set.c.key == key)) for key in sets))
    faulty = {
        "versions end before they begin": table.c.to_revision <= table.c.from_revision,
        "versions overlap a later one": exists().where(overlap),
        "versions begin at no revision": ~exists().where(revision.c.number == table.c.from_revision),
        "versions end at no revision": ~ended,
        "versions belong to no scope": ~exists().where(scope.c.key == table.c.scope),
        "versions belong to no retrieval": ~exists().where(retrieval.c.key == table.c.retrieval),
        "versions name a set that is not there": lost,
    }
    yield from _named(kind, _counted(connection, table, faulty))


def _markers(connection: Connection, kind: RecordTable) -> Iterator[str]:
    """Tombstones end a version, and what is marked as erased is erased."""
    table = kind.table.c
    ended = exists().where(table.id == withdrawal.c.record, table.to_revision == withdrawal.c.revision)
    left = and_(withdrawal.c.record_type == kind.type.value, ~ended)
    yield from _named(kind, _counted(connection, withdrawal, {"withdrawals end no version": left}))

    # Each marker is looked for among versions, and each version among markers.
    whole = exists().where(table.id == redaction.c.record, table.redacted.is_(False))
    spared = and_(redaction.c.record_type == kind.type.value, whole)
    yield from _named(kind, _counted(connection, redaction, {"erased records still have their content": spared}))
    told = exists().where(revision.c.number == redaction.c.revision)
    untold = and_(redaction.c.record_type == kind.type.value, ~told)
    yield from _named(kind, _counted(connection, redaction, {"erasures belong to no revision": untold}))
    marked = exists().where(redaction.c.record_type == kind.type.value, redaction.c.record == table.id)
    unmarked = and_(table.redacted.is_(True), ~marked)
    yield from _named(kind, _counted(connection, kind.table, {"erased versions could come back": unmarked}))


def _references(connection: Connection, kind: RecordTable) -> Iterator[str]:
    table = kind.table.c
    held = exists().where(
        table.id == reference.c.record,
        table.from_revision == reference.c.from_revision,
        table.to_revision.is_not_distinct_from(reference.c.to_revision),
    )
    astray = and_(reference.c.record_type == kind.type.value, ~held)
    yield from _named(kind, _counted(connection, reference, {"references belong to no version": astray}))


def _pushed(connection: Connection, kind: RecordTable) -> Iterator[str]:
    """What is noted of the newest message is of a record that there is."""
    kept = exists().where(kind.table.c.id == pushed.c.record)
    lost = and_(pushed.c.record_type == kind.type.value, ~kept)
    yield from _named(kind, _counted(connection, pushed, {"messages told of no record that is kept": lost}))


def _contents(connection: Connection, kind: RecordTable) -> Iterator[str]:
    """Reads every version back: it must be what was recorded, and be found by what it refers to."""
    members = {row.key: _members(row) for row in connection.execute(select(interned_set))}
    table = kind.table.c
    changed = unfound = 0
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
        shared = _shared(connection, kind, rows)
        for row in rows:
            try:
                record = _record(kind, row, members)
                changed += digest_of(record) != row.digest
            except (LookupError, ValueError, InvalidBatch):
                changed += 1
                continue
            named = {(each.scheme, each.value) for each in record.references}
            unfound += not named <= shared[row.id, row.from_revision]
        after = (rows[-1].id, rows[-1].from_revision)
    if changed:
        yield f"{kind.type.value}: {changed} versions differ from what was recorded"
    if unfound:
        yield f"{kind.type.value}: {unfound} versions are not found by what they refer to"


def _rollups(connection: Connection, rollup: RollupTable) -> Iterator[str]:
    """Every cell must hold as many records as there are, under its own digest."""
    table = rollup.table.c
    stored = select(table.cell, *(table[name] for name in cell_columns(rollup)), table.count)
    try:
        counted: dict[tuple[Any, ...], int] = {
            (digest_of_cell(cell), *cell): count for cell, count in scanned(connection, rollup).items()
        }
        kept: dict[tuple[Any, ...], int] = {tuple(cell): count for *cell, count in connection.execute(stored)}
    except (ValueError, ArithmeticError):
        yield "counts cannot be read back"
        return
    if wrong := sum(counted.get(cell) != kept.get(cell) for cell in counted.keys() | kept.keys()):
        yield f"{wrong} counts differ from what the records give"


def _record(kind: RecordTable, row: Row[Any], members: Mapping[int, tuple[str, ...]]) -> Any:
    stated = dict(values(kind.attributes.values(), row._asdict(), members))
    return kind.record(source=row.source, external_id=row.id.removeprefix(f"{row.source}:"), **stated)


def _shared(
    connection: Connection, kind: RecordTable, rows: Sequence[Row[Any]]
) -> defaultdict[tuple[str, int], set[tuple[str, str]]]:
    """By record and revision, what the versions in `rows` are found by."""
    found: defaultdict[tuple[str, int], set[tuple[str, str]]] = defaultdict(set)
    named = {each for row in rows for each in row.references}
    statement = select(reference).where(
        reference.c.scheme.in_({each.scheme for each in named}),
        listed(reference.c.value, sorted({each.value for each in named})),
        reference.c.record_type == kind.type.value,
        reference.c.record >= rows[0].id,
        reference.c.record <= rows[-1].id,
    )
    for row in connection.execute(statement):
        found[row.record, row.from_revision].add((row.scheme, row.value))
    return found


def _named(kind: RecordTable, found: Iterator[str]) -> Iterator[str]:
    return (f"{kind.type.value}: {fault}" for fault in found)
