"""Writes a batch: one transaction, one revision, every row accounted for.

Runs under the writer lock (`Database.write`), so that what it reads is still true when it commits.
"""

from collections.abc import Iterable, Iterator, Sequence
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
    true,
    update,
)
from sqlalchemy.exc import IntegrityError

from adapters.source import About, Batch, Scope
from adapters.vocabulary.enums import RecordType
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
    unknown_code,
    visited,
    withdrawal,
)
from gateway.catalogue.tables import scope as scope_table
from gateway.catalogue.write import holds
from gateway.catalogue.write.bulk_insert import Row, insert_rows
from gateway.catalogue.write.groups import RecordGroups
from gateway.catalogue.write.holds import WITHDRAWAL_LIMIT
from gateway.catalogue.write.packing import CONTENTS, MARKS, InvalidBatch, Packed, Rows
from gateway.catalogue.write.rollups import Rollups
from gateway.errors import OperatorError
from gateway.store.json_arrays import in_array, in_list, to_json_array

REFERENCE = ("record_type", "record", "scheme", "value", "from_revision", "to_revision")

ID, DIGEST = map(VERSION_COLUMNS.index, ("id", "digest"))

CHUNK = 1000
"""Ids in one IN list."""

DUPLICATE = "a record occurs twice in one scope"


class ConcurrentReadError(OperatorError):
    """Another process reads the same scope and is further. Committed batches stay."""

    code = "CONCURRENT_READ"


def resume(connection: Connection, about: About, scope: Scope) -> str | None:
    """The checkpoint of an interrupted read of `scope`; None if the read must start over.

    It also starts over if another version of the adapter began it: one read would mix two mappings.
    """
    return connection.scalar(
        select(coverage.c.checkpoint)
        .join_from(scope_table, coverage, coverage.c.scope == scope_table.c.key)
        .join(retrieval, retrieval.c.key == coverage.c.retrieval)
        .where(scope_table.c.source == scope.source, scope_table.c.channel == scope.channel)
        .where(scope_table.c.name == scope.name, retrieval.c.adapter_version == about.version)
    )


def write_batch(
    connection: Connection, about: About, scope: Scope, packed: Packed, *, withdrawal_limit: float = WITHDRAWAL_LIMIT
) -> RowCounts:
    """Commits one batch with its coverage.

    Records that a complete reading lacks are withdrawn, or put on hold if they are more than the share
    `withdrawal_limit` of those that the scope held.

    Raises InvalidBatch if the source broke its contract, and ConcurrentReadError if the batch continues a read that is
    no longer at that checkpoint. Nothing of the batch is then written.
    """
    batch, interned = packed.batch, Interned(connection)
    scope_key = _scope_key(connection, scope, batch, interned)
    authoritative = scope.channel == about.authoritative
    silence_withdraws = about.withdraws and authoritative
    retrieval_key, before = _begin(connection, about, scope_key, scope.name, batch)
    if silence_withdraws and batch.since is None:
        _count_records(connection, scope_key, scope.records)
    number = next_revision(connection)

    counts = RowCounts(
        read=batch.rows, merged=batch.merged, out_of_scope=batch.out_of_scope, rejected=len(batch.rejections)
    )
    version = Version(connection, number, scope_key, retrieval_key, interned, about)
    yields_to = None if authoritative else about.authoritative
    is_on_hold = silence_withdraws and holds.find(connection, scope_key) is not None
    for kind in packed.kinds:
        counts += version.write(kind, take_over=silence_withdraws, yields_to=yields_to)
        if is_on_hold:
            holds.bring_back(connection, scope_key, kind.type, [row[ID] for row in kind.rows])

    _write_rejections(connection, scope_key, batch)
    if silence_withdraws:
        counts += version.withdraw_revoked(scope.records, about.name, batch.revocations)
        counts += version.withdraw_revoked(scope.records, about.name, batch.former_ids, anywhere=True)
    if batch.checkpoint is None:
        if silence_withdraws and not before.rejected + counts.rejected:
            counts += version.withdraw_missing(about, scope.records, batch, before.read + counts.read, withdrawal_limit)
        connection.execute(delete(visited).where(visited.c.scope == scope_key))
    _write_coverage(connection, about, scope_key, batch, before + counts)
    version.rollups.write()
    commit(connection)
    return counts


def _write_coverage(connection: Connection, about: About, scope_key: int, batch: Batch, counts: RowCounts) -> None:
    """Stores how far the scope is read. A scope on hold is not complete: it vouches for nothing."""
    is_last, is_on_hold = batch.checkpoint is None, holds.find(connection, scope_key) is not None
    connection.execute(
        update(coverage)
        .where(coverage.c.scope == scope_key)
        .values(
            complete=is_last and not is_on_hold,
            checkpoint=batch.checkpoint,
            last_read_at=batch.origin.retrieved_at,
            reason=holds.REASON if is_on_hold else None,
            **({"adapter_version": about.version} if is_last else {}),
            **structs.asdict(counts),
        )
    )


def next_revision(connection: Connection) -> int:
    """The revision of this transaction. The writer lock makes it unique."""
    return (connection.scalar(select(func.max(revision.c.number))) or 0) + 1


def commit(connection: Connection) -> None:
    """Writes the transaction's revision. Call it last, so that its time is close to the commit."""
    connection.execute(insert(revision).values(number=next_revision(connection), committed_at=_commit_time(connection)))


def note_failure(connection: Connection, scope: Scope, reason: str) -> None:
    """Stores the reason code with which the last read of `scope` failed. Committed rows stay."""
    key = select(scope_table.c.key).where(
        scope_table.c.source == scope.source, scope_table.c.channel == scope.channel, scope_table.c.name == scope.name
    )
    connection.execute(update(coverage).where(coverage.c.scope == key.scalar_subquery()).values(reason=reason))


class Interned:
    """Keys of interned sets: looked up once per batch, and added if they are new."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._keys: dict[tuple[str, ...], int] = {}

    def key(self, members: Sequence[str], member: Any) -> int | None:
        """The key of a set of `member`s (a vocabulary, or Jurisdiction); None for the empty set.

        Raises InvalidBatch unless the members are sorted and unique: equal records must have equal bytes.
        """
        if not members:
            return None
        ordered_members = tuple(members)
        if ordered_members not in self._keys:
            ordered = sorted({str(value) for value in members})
            if ordered != list(members):
                raise InvalidBatch("a set of a record is not sorted or has a duplicate")
            digest = msgspec.json.encode(ordered).decode()
            self._keys[ordered_members] = self._stored(digest) or self._add(digest, ordered, member)
        return self._keys[ordered_members]

    def _stored(self, digest: str) -> int | None:
        return self._connection.scalar(select(interned_set.c.key).where(interned_set.c.members == digest))

    def _add(self, digest: str, members: Sequence[str], member: Any) -> int:
        key: int = (self._connection.scalar(select(func.max(interned_set.c.key))) or 0) + 1
        self._connection.execute(insert(interned_set).values(key=key, members=digest))
        try:
            searched = {wider for code in members for wider in (enclosing(code) if member is Jurisdiction else (code,))}
        except UnknownJurisdiction:
            raise InvalidBatch("a record has an invalid jurisdiction code") from None
        self._connection.execute(
            insert(interned_member), [{"set_key": key, "member": member} for member in sorted(searched)]
        )
        return key


class Version:
    """The changes of one revision to the record tables."""

    def __init__(
        self, connection: Connection, number: int, scope: int, retrieval_key: int, interned: Interned, about: About
    ) -> None:
        self._connection = connection
        self._number = number
        self._scope = scope
        self._retrieval = retrieval_key
        self._interned = interned
        self._groups = RecordGroups(connection, about)
        self.rollups = Rollups(connection)

    def write(self, packed: Rows, *, take_over: bool, yields_to: str | None) -> RowCounts:
        """Adds a version for each new or changed record, and none for an unchanged one.

        With `take_over`, records of another scope move to this one, so that a later read of the other scope does not
        withdraw them, and records of other channels in the same groups are withdrawn. Records of the channel
        `yields_to` are left unchanged, and so are those of groups that it states. Raises InvalidBatch if this read of
        the scope has already seen one of the records.
        """
        kind, content = RECORD_TABLES[packed.type], CONTENTS[packed.type]
        ids = [row[ID] for row in packed.rows]
        digests, elsewhere, redacted = self._current_versions(kind, ids)
        authoritative_ids = self._ids_in_channel(kind, elsewhere, yields_to) if yields_to else frozenset[str]()
        if yields_to:
            authoritative_ids |= self._groups.replaced_ids(kind, ids)
        marks = (self._number, None, self._scope, self._retrieval)
        sets = [self._interned.key(members, member) for members, member in packed.sets]
        rows: list[Row] = []
        changed: list[str] = []
        references: list[Row] = []
        unchanged: list[Row] = []
        for row, shared in zip(packed.rows, packed.references, strict=True):
            identity = row[ID]
            if identity in redacted or identity in authoritative_ids or digests.get(identity) == row[DIGEST]:
                unchanged.append([self._scope, kind.type.value, identity])
                continue
            if identity in digests:
                changed.append(identity)
            row[MARKS] = marks
            for place in content.sets:
                if row[place] is not None:
                    row[place] = sets[row[place]]
            rows.append(row)
            for scheme, value in shared:
                references.append([kind.type.value, identity, scheme, value, self._number, None])
        self._mark_visited(kind, unchanged, changed)
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
        replaced = self._groups.other_channels_ids(kind, ids) if take_over else []
        self.withdraw(kind.type, replaced)
        return RowCounts(
            added=len(rows) - len(changed),
            superseded=len(changed),
            unchanged=len(packed.rows) - len(rows),
            withdrawn=len(replaced),
        )

    def withdraw_revoked(
        self, kinds: Iterable[RecordType], source: str, external_ids: Sequence[str], *, anywhere: bool = False
    ) -> RowCounts:
        """Withdraws the scope's records with these ids, and with `anywhere` those of all scopes."""
        counts = RowCounts()
        if not external_ids:
            return counts
        ids = sorted(f"{source}:{external_id}" for external_id in external_ids)
        own = 0
        for kind in sorted(kinds):
            table = RECORD_TABLES[kind].table.c
            places = true() if anywhere else table.scope == self._scope
            current = select(table.id, table.scope).where(places, table.to_revision.is_(None), in_list(table.id, ids))
            rows = self._connection.execute(current).all()
            own += sum(row.scope == self._scope for row in rows)
            counts += self.withdraw(kind, sorted(row.id for row in rows))
        rest = coverage.c.records_before - own
        self._connection.execute(update(coverage).where(coverage.c.scope == self._scope).values(records_before=rest))
        return counts

    def withdraw_missing(
        self, about: About, kinds: Iterable[RecordType], batch: Batch, rows: int, limit: float
    ) -> RowCounts:
        """Withdraws the scope's records that this reading lacks, or puts them on hold; it is complete, with `rows`."""
        missing = {kind: self._missing(RECORD_TABLES[kind]) for kind in sorted(kinds)}
        reading = holds.CompleteReading(
            scope=self._scope,
            retrieval=self._retrieval,
            moment=batch.origin.retrieved_at,
            missing=frozenset((kind, record) for kind, records in missing.items() for record in records),
            is_confirmed=batch.total == rows,
        )
        if not holds.settle(self._connection, about, reading, limit):
            return RowCounts()
        return sum((self.withdraw(kind, records) for kind, records in missing.items()), RowCounts())

    def withdraw(self, kind: RecordType, ids: Sequence[str]) -> RowCounts:
        """Ends the current versions of these records with a tombstone, which names the reading that lacks them."""
        self._close(RECORD_TABLES[kind], ids)
        if ids:
            stone = {"record_type": kind.value, "revision": self._number, "retrieval": self._retrieval}
            self._connection.execute(insert(withdrawal), [stone | {"record": record} for record in ids])
        return RowCounts(withdrawn=len(ids))

    def _missing(self, kind: RecordTable) -> list[str]:
        """The scope's records that this read has not seen."""
        # A set difference: PostgreSQL has no statistics yet for rows just written, and would otherwise look up each
        # record among all seen ones, one by one.
        table = kind.table.c
        current = select(table.id).where(
            table.scope == self._scope, table.to_revision.is_(None), table.retrieval != self._retrieval
        )
        encountered = select(visited.c.record).where(
            visited.c.scope == self._scope, visited.c.record_type == kind.type.value
        )
        return sorted(self._connection.scalars(current.except_(encountered)))

    def _current_versions(self, kind: RecordTable, ids: Sequence[str]) -> tuple[dict[str, bytes], list[str], set[str]]:
        """Digests of the current versions by id, the ids that belong to another scope, and the redacted ids."""
        digests: dict[str, bytes] = {}
        elsewhere: list[str] = []
        table, of_type = kind.table.c, redaction.c.record_type == kind.type.value
        # A statement is part of a reference cycle and lives until the next collection: it must not hold the ids.
        parameters, these = {"ids": to_json_array(ids)}, bindparam("ids", type_=Text)
        current = select(table.id, table.digest, table.scope, table.retrieval).where(
            table.to_revision.is_(None), in_array(table.id, these)
        )
        for row in self._connection.execute(current, parameters):
            if row.retrieval == self._retrieval:
                raise InvalidBatch(DUPLICATE)
            digests[row.id] = row.digest
            if row.scope != self._scope:
                elsewhere.append(row.id)
        redacted = select(redaction.c.record).where(of_type, in_array(redaction.c.record, these))
        return digests, elsewhere, set(self._connection.scalars(redacted, parameters))

    def _ids_in_channel(self, kind: RecordTable, ids: Sequence[str], channel: str) -> frozenset[str]:
        """The ids whose current version belongs to a scope of the channel."""
        table = kind.table.c
        ids_in_channel: set[str] = set()
        for chunk in _chunks(ids):
            ids_in_channel.update(
                self._connection.scalars(
                    select(table.id)
                    .join(scope_table, scope_table.c.key == table.scope)
                    .where(table.to_revision.is_(None), table.id.in_(chunk), scope_table.c.channel == channel)
                )
            )
        return frozenset(ids_in_channel)

    def _mark_visited(self, kind: RecordTable, unchanged: Sequence[Row], changed: Sequence[str]) -> None:
        """Marks records as seen by this read until the scope is complete."""
        here = and_(visited.c.scope == self._scope, visited.c.record_type == kind.type.value)
        before = select(visited.c.record).where(here, in_list(visited.c.record, changed)).limit(1)
        if changed and self._connection.scalar(before) is not None:
            raise InvalidBatch(DUPLICATE)
        try:
            insert_rows(self._connection, visited, ("scope", "record_type", "record"), unchanged)
        except IntegrityError:
            raise InvalidBatch(DUPLICATE) from None

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
    """Runs a statement on the index rows of the references of these versions."""
    table = kind.table.c
    rows = {
        (row.id, *shared)
        for row in connection.execute(select(table.id, table.references).where(versions))
        for shared in map(structs.astuple, row.references)
    }
    if rows:
        keys = [reference.c.record, reference.c.scheme, reference.c.value]
        connection.execute(
            statement.where(
                reference.c.record_type == kind.type.value, *(key == bindparam(f"its_{key.name}") for key in keys)
            ),
            [dict(zip(("its_record", "its_scheme", "its_value"), each, strict=True)) for each in sorted(rows)],
        )


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def _scope_key(connection: Connection, scope: Scope, batch: Batch, interned: Interned) -> int:
    table = scope_table.c
    values = {
        "records": tuple(sorted(scope.records)),
        "jurisdictions": interned.key(scope.jurisdictions or (), Jurisdiction),
        "start": scope.start or batch.start,
        "end": scope.end or batch.end,
    }
    key = connection.scalar(
        select(table.key).where(table.source == scope.source, table.channel == scope.channel, table.name == scope.name)
    )
    if key is not None:
        connection.execute(update(scope_table).where(table.key == key).values(**values))
        return int(key)
    number: int = (connection.scalar(select(func.max(table.key))) or 0) + 1
    connection.execute(
        insert(scope_table).values(key=number, source=scope.source, channel=scope.channel, name=scope.name, **values)
    )
    return number


def _begin(
    connection: Connection, about: About, scope_key: int, scope_name: str, batch: Batch
) -> tuple[int, RowCounts]:
    """The retrieval of the batch, and the counts of the batches before it."""
    current = connection.execute(select(coverage).where(coverage.c.scope == scope_key)).one_or_none()
    if batch.since is not None:
        if current is None or current.checkpoint != batch.since:
            raise ConcurrentReadError(f"another import reads {scope_name}; run this again when it has ended")
        return current.retrieval, RowCounts(*(getattr(current, name) for name in RowCounts.__struct_fields__))

    for table in (rejection, unknown_code, visited):
        connection.execute(delete(table).where(table.c.scope == scope_key))
    number: int = (connection.scalar(select(func.max(retrieval.c.key))) or 0) + 1
    origin = batch.origin
    connection.execute(
        insert(retrieval).values(key=number, scope=scope_key, adapter_version=about.version, **structs.asdict(origin))
    )
    fresh = {"retrieval": number, "complete": False, "last_read_at": origin.retrieved_at} | structs.asdict(RowCounts())
    if current is None:
        connection.execute(insert(coverage).values(scope=scope_key, **fresh))
    else:
        connection.execute(update(coverage).where(coverage.c.scope == scope_key).values(**fresh))
    return number, RowCounts()


def _count_records(connection: Connection, scope_key: int, kinds: Iterable[RecordType]) -> None:
    """Stores how many records the scope holds before a reading of it."""
    tables = [RECORD_TABLES[kind].table for kind in kinds]
    counts = [
        select(func.count()).select_from(table).where(table.c.scope == scope_key, table.c.to_revision.is_(None))
        for table in tables
    ]
    total = sum(connection.scalar(count) or 0 for count in counts)
    connection.execute(update(coverage).where(coverage.c.scope == scope_key).values(records_before=total))


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
        result = connection.execute(
            update(unknown_code).where(place).values(count=unknown_code.c.count + unknown.count)
        )
        if not result.rowcount:
            connection.execute(insert(unknown_code).values(scope=scope_key, **structs.asdict(unknown)))


def _commit_time(connection: Connection) -> datetime:
    """Now by the database's own clock, and later than every earlier commit: one clock for all writers."""
    server = connection.dialect.name == "postgresql"
    now: datetime = connection.execute(select(func.clock_timestamp())).scalar_one() if server else datetime.now(UTC)
    last = connection.scalar(select(func.max(revision.c.committed_at)))
    return now if last is None else max(now, last + timedelta(microseconds=1))
