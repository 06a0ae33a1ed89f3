"""Writing a batch: one transaction, one revision, every row accounted for.

Runs under the writer lock (`Database.write`), so that what it reads is still true when it commits.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec import structs
from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Text,
    Update,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from adapters.source import About, Batch, Scope
from adapters.vocabulary.jurisdictions import Jurisdiction, UnknownJurisdiction, enclosing
from gateway.catalogue.counts import RowCounts
from gateway.catalogue.tables import (
    RECORD_TABLES,
    VERSION_COLUMNS,
    RecordTable,
    coverage,
    interned_member,
    interned_set,
    redaction,
    reference,
    rejection,
    retrieval,
    revision,
    seen,
    unknown_code,
    withdrawal,
)
from gateway.catalogue.tables import scope as scope_table
from gateway.catalogue.write.bulk_insert import Row, insert_rows
from gateway.catalogue.write.packing import CONTENTS, MARKS, InvalidBatch, Packed, Rows
from gateway.catalogue.write.rollups import Rollups
from gateway.store.json_arrays import among, array_of, listed

REFERENCE = ("record_type", "record", "scheme", "value", "from_revision", "to_revision")

ID, DIGEST = map(VERSION_COLUMNS.index, ("id", "digest"))

CHUNK = 1000
"""Ids in one IN list."""

TWICE = "a record stands twice in one scope"


class ConcurrentReadError(Exception):
    """Somebody else reads the same scope at the same time and has come further. What was committed stays."""


def resume(connection: Connection, about: About, scope: Scope) -> str | None:
    """The checkpoint of a reading of `scope` that was cut short; None where it must begin afresh.

    That is also so where another version of the adapter began it: one reading would be of two mappings.
    """
    return connection.scalar(
        select(coverage.c.checkpoint)
        .join_from(scope_table, coverage, coverage.c.scope == scope_table.c.key)
        .join(retrieval, retrieval.c.key == coverage.c.retrieval)
        .where(scope_table.c.source == scope.source, scope_table.c.channel == scope.channel)
        .where(scope_table.c.name == scope.name, retrieval.c.adapter_version == about.version)
    )


def write_batch(connection: Connection, about: About, scope: Scope, packed: Packed) -> RowCounts:
    """Commits one batch with its coverage.

    Raises BrokenBatch where the source broke a promise, and Overtaken where the batch continues a reading that is no
    longer at that point; nothing of the batch is then kept.
    """
    batch, interned = packed.batch, Interned(connection)
    scope_key = _scope_key(connection, scope, batch, interned)
    retrieval_key, before = _begin(connection, about, scope_key, scope.name, batch)
    number = next_revision(connection)

    counts = RowCounts(
        read=batch.rows, merged=batch.merged, out_of_scope=batch.out_of_scope, rejected=len(batch.rejections)
    )
    version = Version(connection, number, scope_key, retrieval_key, interned)
    authoritative = scope.channel == about.authoritative
    silence_withdraws = about.withdraws and authoritative
    yields_to = None if authoritative else about.authoritative
    for kind in packed.kinds:
        counts += version.write(kind, take_over=silence_withdraws, yields_to=yields_to)

    _write_rejections(connection, scope_key, batch)
    if batch.checkpoint is None:
        if silence_withdraws and not before.rejected + counts.rejected:
            counts += RowCounts(withdrawn=sum(version.withdraw(RECORD_TABLES[kind]) for kind in sorted(scope.records)))
        connection.execute(delete(seen).where(seen.c.scope == scope_key))

    connection.execute(
        update(coverage)
        .where(coverage.c.scope == scope_key)
        .values(
            complete=batch.checkpoint is None,
            checkpoint=batch.checkpoint,
            last_read_at=batch.origin.retrieved_at,
            reason=None,
            **structs.asdict(before + counts),
        )
    )
    version.rollups.write()
    commit(connection)
    return counts


def next_revision(connection: Connection) -> int:
    """The number that this transaction's changes bear: the writer lock makes it nobody else's."""
    return (connection.scalar(select(func.max(revision.c.number))) or 0) + 1


def commit(connection: Connection) -> None:
    """Records the transaction's revision; the last thing a transaction does, so that its time is close to its end."""
    connection.execute(insert(revision).values(number=next_revision(connection), committed_at=_commit_time(connection)))


def note_failure(connection: Connection, scope: Scope, reason: str) -> None:
    """Keeps the closed reason why the last reading of `scope` ended early; what it had read stays."""
    key = select(scope_table.c.key).where(
        scope_table.c.source == scope.source, scope_table.c.channel == scope.channel, scope_table.c.name == scope.name
    )
    connection.execute(update(coverage).where(coverage.c.scope == key.scalar_subquery()).values(reason=reason))


class Interned:
    """The keys of interned sets, looked up once per batch and added where they are new."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._keys: dict[tuple[str, ...], int] = {}

    def key(self, members: Sequence[str], member: Any) -> int | None:
        """The key of a set of `member`s (a vocabulary, or Jurisdiction); None for the empty set.

        Raises BrokenBatch where the members are not sorted, each once: equal records must be equal to the letter.
        """
        if not members:
            return None
        known = tuple(members)
        if known not in self._keys:
            ordered = sorted({str(value) for value in members})
            if ordered != list(members):
                raise InvalidBatch("a set of a record is not sorted, or names a member twice")
            digest = msgspec.json.encode(ordered).decode()
            self._keys[known] = self._stored(digest) or self._add(digest, ordered, member)
        return self._keys[known]

    def _stored(self, digest: str) -> int | None:
        return self._connection.scalar(select(interned_set.c.key).where(interned_set.c.members == digest))

    def _add(self, digest: str, members: Sequence[str], member: Any) -> int:
        key: int = (self._connection.scalar(select(func.max(interned_set.c.key))) or 0) + 1
        self._connection.execute(insert(interned_set).values(key=key, members=digest))
        try:
            searched = {wider for code in members for wider in (enclosing(code) if member is Jurisdiction else (code,))}
        except UnknownJurisdiction:
            raise InvalidBatch("a record names a jurisdiction by something that is not a code") from None
        self._connection.execute(
            insert(interned_member), [{"set_key": key, "member": member} for member in sorted(searched)]
        )
        return key


class Version:
    """One revision's changes to the record tables."""

    def __init__(self, connection: Connection, number: int, scope: int, retrieval_key: int, interned: Interned) -> None:
        self._connection = connection
        self._number = number
        self._scope = scope
        self._retrieval = retrieval_key
        self._interned = interned
        self.rollups = Rollups(connection)

    def write(self, packed: Rows, *, take_over: bool, yields_to: str | None) -> RowCounts:
        """Adds a version for what is new or changed, and none for what is as it was.

        With `take_over`, what another scope held belongs to this one from now on: the silence of that other scope then
        withdraws nothing that is still stated here. What a scope of the channel `yields_to` holds stays as it is there.
        Raises BrokenBatch where this reading of the scope has met one of the records before.
        """
        kind, content = RECORD_TABLES[packed.type], CONTENTS[packed.type]
        held, elsewhere, erased = self._held(kind, [row[ID] for row in packed.rows])
        settled = self._held_by(kind, elsewhere, yields_to) if yields_to else frozenset[str]()
        marks = (self._number, None, self._scope, self._retrieval)
        sets = [self._interned.key(members, member) for members, member in packed.sets]
        rows: list[Row] = []
        changed: list[str] = []
        references: list[Row] = []
        kept: list[Row] = []
        for row, shared in zip(packed.rows, packed.references, strict=True):
            identity = row[ID]
            if identity in erased or identity in settled or held.get(identity) == row[DIGEST]:
                kept.append([self._scope, kind.type.value, identity])
                continue
            if identity in held:
                changed.append(identity)
            row[MARKS] = marks
            for place in content.sets:
                if row[place] is not None:
                    row[place] = sets[row[place]]
            rows.append(row)
            for scheme, value in shared:
                references.append([kind.type.value, identity, scheme, value, self._number, None])
        self._remember(kind, kept, changed)
        self._close(kind, changed)
        if take_over:
            for chunk in _chunks(elsewhere):
                self._connection.execute(
                    update(kind.table)
                    .where(kind.table.c.to_revision.is_(None), kind.table.c.id.in_(chunk))
                    .values(scope=self._scope)
                )
        self.rollups.begin(kind, content.row, rows)
        insert_rows(self._connection, kind.table, content.row, rows)
        insert_rows(self._connection, reference, REFERENCE, references)
        return RowCounts(
            added=len(rows) - len(changed), superseded=len(changed), unchanged=len(packed.rows) - len(rows)
        )

    def withdraw(self, kind: RecordTable) -> int:
        """Closes what the scope held and this reading of it did not meet; returns how many."""
        # A difference of two sets: PostgreSQL, which has no statistics of rows that it has just got, would look up each
        # record among all that were seen, one by one.
        table = kind.table.c
        holds = select(table.id).where(
            table.scope == self._scope, table.to_revision.is_(None), table.retrieval != self._retrieval
        )
        met = select(seen.c.record).where(seen.c.scope == self._scope, seen.c.record_type == kind.type.value)
        unseen = sorted(self._connection.scalars(holds.except_(met)))
        self._close(kind, unseen)
        if unseen:
            stone = {"record_type": kind.type.value, "revision": self._number, "retrieval": self._retrieval}
            self._connection.execute(insert(withdrawal), [stone | {"record": record} for record in unseen])
        return len(unseen)

    def _held(self, kind: RecordTable, ids: Sequence[str]) -> tuple[dict[str, bytes], list[str], set[str]]:
        """The digests of what holds now, which of that another scope holds, and the ids that were redacted."""
        held: dict[str, bytes] = {}
        elsewhere: list[str] = []
        table, of_type = kind.table.c, redaction.c.record_type == kind.type.value
        # A statement is part of a cycle, so it lives on until cycles are looked for: it must not hold the ids.
        given, these = {"ids": array_of(ids)}, bindparam("ids", type_=Text)
        current = select(table.id, table.digest, table.scope, table.retrieval).where(
            table.to_revision.is_(None), among(table.id, these)
        )
        for row in self._connection.execute(current, given):
            if row.retrieval == self._retrieval:
                raise InvalidBatch(TWICE)
            held[row.id] = row.digest
            if row.scope != self._scope:
                elsewhere.append(row.id)
        redacted = select(redaction.c.record).where(of_type, among(redaction.c.record, these))
        return held, elsewhere, set(self._connection.scalars(redacted, given))

    def _held_by(self, kind: RecordTable, ids: Sequence[str], channel: str) -> frozenset[str]:
        """Those of the ids whose current version belongs to a scope of the channel."""
        table = kind.table.c
        found: set[str] = set()
        for chunk in _chunks(ids):
            found.update(
                self._connection.scalars(
                    select(table.id)
                    .join(scope_table, scope_table.c.key == table.scope)
                    .where(table.to_revision.is_(None), table.id.in_(chunk), scope_table.c.channel == channel)
                )
            )
        return frozenset(found)

    def _remember(self, kind: RecordTable, kept: Sequence[Row], changed: Sequence[str]) -> None:
        """Keeps which records the reading has met and does not write, until the scope is complete."""
        here = and_(seen.c.scope == self._scope, seen.c.record_type == kind.type.value)
        before = select(seen.c.record).where(here, listed(seen.c.record, changed)).limit(1)
        if changed and self._connection.scalar(before) is not None:
            raise InvalidBatch(TWICE)
        try:
            insert_rows(self._connection, seen, ("scope", "record_type", "record"), kept)
        except IntegrityError:
            raise InvalidBatch(TWICE) from None

    def _close(self, kind: RecordTable, ids: Sequence[str]) -> None:
        self.rollups.count(kind, ids, -1)
        for chunk in _chunks(ids):
            ending = and_(kind.table.c.to_revision.is_(None), kind.table.c.id.in_(chunk))
            on_references(
                self._connection,
                update(reference).where(reference.c.to_revision.is_(None)).values(to_revision=self._number),
                kind,
                ending,
            )
            self._connection.execute(update(kind.table).where(ending).values(to_revision=self._number))


def on_references(
    connection: Connection, statement: Update | Delete, kind: RecordTable, versions: ColumnElement[bool]
) -> None:
    """Runs a statement on the rows by which the records of some versions are found."""
    table = kind.table.c
    named = {
        (row.id, *shared)
        for row in connection.execute(select(table.id, table.references).where(versions))
        for shared in map(structs.astuple, row.references)
    }
    if named:
        keys = [reference.c.record, reference.c.scheme, reference.c.value]
        connection.execute(
            statement.where(
                reference.c.record_type == kind.type.value, *(key == bindparam(f"its_{key.name}") for key in keys)
            ),
            [dict(zip(("its_record", "its_scheme", "its_value"), each, strict=True)) for each in sorted(named)],
        )


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def _scope_key(connection: Connection, scope: Scope, batch: Batch, interned: Interned) -> int:
    table = scope_table.c
    said = {
        "records": tuple(sorted(scope.records)),
        "jurisdictions": interned.key(scope.jurisdictions or (), Jurisdiction),
        "start": scope.start or batch.start,
        "end": scope.end or batch.end,
    }
    key = connection.scalar(
        select(table.key).where(table.source == scope.source, table.channel == scope.channel, table.name == scope.name)
    )
    if key is not None:
        connection.execute(update(scope_table).where(table.key == key).values(**said))
        return int(key)
    number: int = (connection.scalar(select(func.max(table.key))) or 0) + 1
    connection.execute(
        insert(scope_table).values(key=number, source=scope.source, channel=scope.channel, name=scope.name, **said)
    )
    return number


def _begin(
    connection: Connection, about: About, scope_key: int, scope_name: str, batch: Batch
) -> tuple[int, RowCounts]:
    """The retrieval that the batch belongs to, and what the reading had counted before it."""
    held = connection.execute(select(coverage).where(coverage.c.scope == scope_key)).one_or_none()
    if batch.since is not None:
        if held is None or held.checkpoint != batch.since:
            raise ConcurrentReadError(f"another import reads {scope_name} too; when it has ended, run this again")
        return held.retrieval, RowCounts(*(getattr(held, name) for name in RowCounts.__struct_fields__))

    for table in (rejection, unknown_code, seen):
        connection.execute(delete(table).where(table.c.scope == scope_key))
    number: int = (connection.scalar(select(func.max(retrieval.c.key))) or 0) + 1
    origin = batch.origin
    connection.execute(
        insert(retrieval).values(key=number, scope=scope_key, adapter_version=about.version, **structs.asdict(origin))
    )
    fresh = {"retrieval": number, "complete": False, "last_read_at": origin.retrieved_at} | structs.asdict(RowCounts())
    if held is None:
        connection.execute(insert(coverage).values(scope=scope_key, **fresh))
    else:
        connection.execute(update(coverage).where(coverage.c.scope == scope_key).values(**fresh))
    return number, RowCounts()


def _write_rejections(connection: Connection, scope_key: int, batch: Batch) -> None:
    if batch.rejections:
        try:
            connection.execute(
                insert(rejection), [structs.asdict(rejected) | {"scope": scope_key} for rejected in batch.rejections]
            )
        except IntegrityError:
            raise InvalidBatch("a row is rejected twice") from None
    for unknown in batch.unknown_codes:
        place = and_(
            unknown_code.c.scope == scope_key,
            unknown_code.c.field == unknown.field,
            unknown_code.c.code == unknown.code,
        )
        counted = connection.execute(
            update(unknown_code).where(place).values(count=unknown_code.c.count + unknown.count)
        )
        if not counted.rowcount:
            connection.execute(insert(unknown_code).values(scope=scope_key, **structs.asdict(unknown)))


def _commit_time(connection: Connection) -> datetime:
    """Now by the database's own clock, and later than every commit before: one clock for all writers."""
    server = connection.dialect.name == "postgresql"
    now: datetime = connection.execute(select(func.clock_timestamp())).scalar_one() if server else datetime.now(UTC)
    last = connection.scalar(select(func.max(revision.c.committed_at)))
    return now if last is None else max(now, last + timedelta(microseconds=1))
