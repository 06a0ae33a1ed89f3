"""Writing a batch: one transaction, one revision, every row accounted for.

Runs under the writer lock (`Database.write`), so that what it reads is still true when it commits.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec import Struct, structs
from sqlalchemy import Connection, and_, delete, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from adapters.records import Record
from adapters.source import About, Batch, Scope
from adapters.vocabulary.enums import RecordType
from adapters.vocabulary.jurisdictions import Jurisdiction, enclosing
from gateway.catalogue.tables import (
    RECORD_TABLES,
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

CHUNK = 1000
"""Ids in one IN list."""


class BrokenBatch(Exception):
    """A source broke its promise: rows unaccounted for, an id twice in a batch, or a batch that continues another read."""


class Counts(Struct, frozen=True):
    """What became of the rows read: `read = added + unchanged + superseded + merged + out_of_scope + rejected`."""

    read: int = 0
    added: int = 0
    unchanged: int = 0
    superseded: int = 0
    merged: int = 0
    out_of_scope: int = 0
    rejected: int = 0
    withdrawn: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(a + b for a, b in zip(structs.astuple(self), structs.astuple(other), strict=True)))


def resume(connection: Connection, scope: Scope) -> str | None:
    """The checkpoint of a reading of `scope` that was cut short; None where it must begin afresh."""
    return connection.scalar(
        select(coverage.c.checkpoint)
        .join_from(scope_table, coverage, coverage.c.scope == scope_table.c.key)
        .where(scope_table.c.source == scope.source, scope_table.c.channel == scope.channel)
        .where(scope_table.c.name == scope.name)
    )


def write_batch(connection: Connection, about: About, scope: Scope, batch: Batch) -> Counts:
    """Commits one batch with its coverage. Raises BrokenBatch where the source broke a promise."""
    _check(scope, batch)
    interned = Interned(connection)
    scope_key = _scope_key(connection, scope, batch, interned)
    retrieval_key, before = _begin(connection, about, scope_key, batch)
    number = next_revision(connection)

    by_type: dict[RecordType, list[Record]] = defaultdict(list)
    for record in batch.records:
        by_type[record.type].append(record)
    counts = Counts(
        read=batch.rows, merged=batch.merged, out_of_scope=batch.out_of_scope, rejected=len(batch.rejections)
    )
    version = Version(connection, number, scope_key, retrieval_key, interned)
    for kind, records in sorted(by_type.items()):
        counts += version.write(RECORD_TABLES[kind], records)

    _write_rejections(connection, scope_key, batch)
    if about.withdraws and scope.channel == about.authoritative:
        _remember(connection, scope_key, batch)
        if batch.checkpoint is None:
            if not before.rejected + counts.rejected:
                counts += Counts(withdrawn=sum(version.withdraw(RECORD_TABLES[kind]) for kind in sorted(scope.records)))
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
        self._keys: dict[str, int] = {}

    def key(self, members: Sequence[str], member: Any) -> int | None:
        """The key of a set of `member`s (a vocabulary, or Jurisdiction); None for the empty set.

        Raises BrokenBatch where the members are not sorted, each once: equal records must be equal to the letter.
        """
        if not members:
            return None
        ordered = sorted({str(value) for value in members})
        if ordered != list(members):
            raise BrokenBatch("a set of a record is not sorted, or names a member twice")
        digest = msgspec.json.encode(ordered).decode()
        if digest not in self._keys:
            self._keys[digest] = self._stored(digest) or self._add(digest, ordered, member)
        return self._keys[digest]

    def _stored(self, digest: str) -> int | None:
        return self._connection.scalar(select(interned_set.c.key).where(interned_set.c.members == digest))

    def _add(self, digest: str, members: Sequence[str], member: Any) -> int:
        key: int = (self._connection.scalar(select(func.max(interned_set.c.key))) or 0) + 1
        self._connection.execute(insert(interned_set).values(key=key, members=digest))
        searched = {wider for code in members for wider in enclosing(code)} if member is Jurisdiction else set(members)
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

    def write(self, kind: RecordTable, records: Sequence[Record]) -> Counts:
        """Adds a version for what is new or changed, and none for what is as it was."""
        held, erased = self._held(kind, [record.id for record in records])
        rows: list[dict[str, Any]] = []
        changed: list[str] = []
        references: list[dict[str, Any]] = []
        for record in records:
            digest = digest_of(record)
            if record.id in erased or held.get(record.id) == digest:
                continue
            if record.id in held:
                changed.append(record.id)
            rows.append(self._row(kind, record, digest))
            references += self._references(record)
        self._close(kind, changed)
        if rows:
            self._connection.execute(insert(kind.table), rows)
        if references:
            self._connection.execute(insert(reference), references)
        return Counts(added=len(rows) - len(changed), superseded=len(changed), unchanged=len(records) - len(rows))

    def withdraw(self, kind: RecordTable) -> int:
        """Closes what the scope held and this reading of it did not meet; returns how many."""
        met = and_(seen.c.scope == self._scope, seen.c.record_type == kind.type.value, seen.c.record == kind.table.c.id)
        unseen = list(
            self._connection.scalars(
                select(kind.table.c.id)
                .where(kind.table.c.scope == self._scope, kind.table.c.to_revision.is_(None))
                .where(~exists().where(met))
                .order_by(kind.table.c.id)
            )
        )
        self._close(kind, unseen)
        if unseen:
            stone = {"record_type": kind.type.value, "revision": self._number, "retrieval": self._retrieval}
            self._connection.execute(insert(withdrawal), [stone | {"record": record} for record in unseen])
        return len(unseen)

    def _held(self, kind: RecordTable, ids: Sequence[str]) -> tuple[dict[str, bytes], set[str]]:
        """The digests of the versions that hold now, and the ids that were redacted."""
        held: dict[str, bytes] = {}
        erased: set[str] = set()
        table = kind.table.c
        for chunk in _chunks(ids):
            current = select(table.id, table.digest).where(table.to_revision.is_(None), table.id.in_(chunk))
            held.update((row.id, row.digest) for row in self._connection.execute(current))
            erased.update(
                self._connection.scalars(
                    select(redaction.c.record).where(
                        redaction.c.record_type == kind.type.value, redaction.c.record.in_(chunk)
                    )
                )
            )
        return held, erased

    def _close(self, kind: RecordTable, ids: Sequence[str]) -> None:
        for chunk in _chunks(ids):
            self._connection.execute(
                update(kind.table)
                .where(kind.table.c.to_revision.is_(None), kind.table.c.id.in_(chunk))
                .values(to_revision=self._number)
            )
            self._connection.execute(
                update(reference)
                .where(reference.c.record_type == kind.type.value, reference.c.record.in_(chunk))
                .where(reference.c.to_revision.is_(None))
                .values(to_revision=self._number)
            )

    def _row(self, kind: RecordTable, record: Record, digest: bytes) -> dict[str, Any]:
        return {
            "id": record.id,
            "source": record.source,
            "from_revision": self._number,
            "to_revision": None,
            "scope": self._scope,
            "retrieval": self._retrieval,
            "digest": digest,
            "redacted": False,
        } | dict(stored(kind, record, self._interned))

    def _references(self, record: Record) -> Iterator[dict[str, Any]]:
        for shared in sorted(set(record.references)):
            yield {
                "record_type": record.type.value,
                "record": record.id,
                "scheme": shared.scheme,
                "value": shared.value,
                "from_revision": self._number,
                "to_revision": None,
            }


def digest_of(record: Record) -> bytes:
    """Sixteen bytes that are equal for equal records of one kind."""
    return blake2b(msgspec.json.encode(record), digest_size=16).digest()


def stored(kind: RecordTable, record: Record, interned: Interned) -> Iterator[tuple[str, Any]]:
    """A record's attributes as column names and values."""
    for attribute in kind.attributes.values():
        value = getattr(record, attribute.name)
        if attribute.struct is not None:
            parts = [None] * len(attribute.columns) if value is None else structs.astuple(value)
            yield from zip(attribute.columns, parts, strict=True)
        elif attribute.interned is not None:
            yield attribute.name, interned.key(value, attribute.interned)
        else:
            yield attribute.name, value


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def _check(scope: Scope, batch: Batch) -> None:
    accounted = len(batch.records) + batch.merged + batch.out_of_scope + len(batch.rejections)
    if batch.rows != accounted:
        raise BrokenBatch(f"the source read {batch.rows} rows and accounts for {accounted}")
    if len({(record.type, record.id) for record in batch.records}) != len(batch.records):
        raise BrokenBatch("a record stands twice in one batch")
    if not {record.type for record in batch.records} <= scope.records:
        raise BrokenBatch("a record is of a type that its scope does not hold")


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


def _begin(connection: Connection, about: About, scope_key: int, batch: Batch) -> tuple[int, Counts]:
    """The retrieval that the batch belongs to, and what the reading had counted before it."""
    held = connection.execute(select(coverage).where(coverage.c.scope == scope_key)).one_or_none()
    if batch.since is not None:
        if held is None or held.checkpoint != batch.since:
            raise BrokenBatch("a batch continues a reading that the catalogue does not know")
        return held.retrieval, Counts(*(getattr(held, name) for name in Counts.__struct_fields__))

    for table in (rejection, unknown_code, seen):
        connection.execute(delete(table).where(table.c.scope == scope_key))
    number: int = (connection.scalar(select(func.max(retrieval.c.key))) or 0) + 1
    origin = batch.origin
    connection.execute(
        insert(retrieval).values(key=number, scope=scope_key, adapter_version=about.version, **structs.asdict(origin))
    )
    fresh = {"retrieval": number, "complete": False, "last_read_at": origin.retrieved_at} | structs.asdict(Counts())
    if held is None:
        connection.execute(insert(coverage).values(scope=scope_key, **fresh))
    else:
        connection.execute(update(coverage).where(coverage.c.scope == scope_key).values(**fresh))
    return number, Counts()


def _write_rejections(connection: Connection, scope_key: int, batch: Batch) -> None:
    if batch.rejections:
        connection.execute(
            insert(rejection), [structs.asdict(rejected) | {"scope": scope_key} for rejected in batch.rejections]
        )
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


def _remember(connection: Connection, scope_key: int, batch: Batch) -> None:
    met = [{"scope": scope_key, "record_type": record.type.value, "record": record.id} for record in batch.records]
    if not met:
        return
    try:
        connection.execute(insert(seen), met)
    except IntegrityError:
        raise BrokenBatch("a record stands twice in one scope") from None


def _commit_time(connection: Connection) -> datetime:
    """Now by the database's own clock, and later than every commit before: one clock for all writers."""
    now = datetime.now(UTC)
    if connection.dialect.name == "postgresql":
        now = connection.scalar(select(func.clock_timestamp()))
    last = connection.scalar(select(func.max(revision.c.committed_at)))
    return now if last is None else max(now, last + timedelta(microseconds=1))
