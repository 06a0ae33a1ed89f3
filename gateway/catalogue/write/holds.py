"""Withdrawals on hold: records that a doubtful reading lacks stay until an operator or more readings confirm it.

A complete reading is doubtful if it lacks more than a share of the records that its scope held. Publishers serve empty
files and half-filled lists by accident, and they also delete in bulk: one reading cannot tell which.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Select, and_, delete, func, insert, select, update

from adapters.source import About
from adapters.vocabulary.enums import RecordType
from gateway.catalogue.tables import RECORD_TABLES, RecordTable, coverage, hold, missing_record
from gateway.catalogue.tables import scope as scope_table
from gateway.store.database import Database
from gateway.store.json_arrays import in_list

WITHDRAWAL_LIMIT = 0.5
"""The share of a scope's records that one reading may withdraw."""

READINGS = 3
"""Agreeing readings that release a hold, each at least a cadence after the one before."""

REASON = "WITHDRAWAL_HELD"
"""The reason in the coverage of a scope on hold."""

RecordKey = tuple[RecordType, str]


class CompleteReading(Struct, frozen=True, kw_only=True):
    """What a complete reading of a scope says of the records that the scope held: which are `missing` from it.

    `is_confirmed`: the publisher's own count of the rows is the number of rows that were read.
    """

    scope: int
    retrieval: int
    moment: datetime
    missing: frozenset[RecordKey]
    is_confirmed: bool


class WithdrawalHold(Struct, frozen=True, kw_only=True):
    """The reading on hold; the attributes are the columns of the table `hold`."""

    scope: int
    retrieval: int
    digest: str
    total: int
    readings: int
    began_at: datetime
    agreed_at: datetime


def find(connection: Connection, scope_key: int) -> WithdrawalHold | None:
    """The hold of a scope, if there is one."""
    row = connection.execute(select(hold).where(hold.c.scope == scope_key)).one_or_none()
    return None if row is None else WithdrawalHold(**row._mapping)


def settle(connection: Connection, about: About, reading: CompleteReading, limit: float) -> bool:
    """Whether the missing records are to be withdrawn now. If not, they are on hold; if so, no hold is left."""
    pending = find(connection, reading.scope)
    before = missing(connection, reading.scope) if pending else frozenset()
    drop(connection, reading.scope)
    if reading.is_confirmed or not _is_doubtful(connection, about, reading, pending, before, limit):
        return True
    if pending is None or before != reading.missing:
        repeats = not before.isdisjoint(reading.missing)
        total = pending.total if pending and repeats else _records_before(connection, reading)
        _begin(connection, reading, total)
        return False
    agreed_at, readings = pending.agreed_at, pending.readings
    if reading.moment - agreed_at >= about.cadence:
        agreed_at, readings = reading.moment, readings + 1
    if readings >= READINGS:
        return True
    _begin(connection, reading, pending.total, readings=readings, began_at=pending.began_at, agreed_at=agreed_at)
    return False


def _is_doubtful(
    connection: Connection,
    about: About,
    reading: CompleteReading,
    pending: WithdrawalHold | None,
    before: frozenset[RecordKey],
    limit: float,
) -> bool:
    """Whether the reading lacks too much.

    What readings on hold added is no reason to let go of what the scope held before them. A new version of the adapter
    may give all records other ids, but explains nothing that was missing before it.
    """
    if limit >= 1:
        return False
    if pending is not None and len(before & reading.missing) > limit * pending.total:
        return True
    version = connection.scalar(select(coverage.c.adapter_version).where(coverage.c.scope == reading.scope))
    is_too_much = len(reading.missing) > limit * _records_before(connection, reading)
    return is_too_much and version in (None, about.version)


def _records_before(connection: Connection, reading: CompleteReading) -> int:
    """The records that the scope held when the reading began, without those that the publisher revoked since."""
    return connection.scalar(select(coverage.c.records_before).where(coverage.c.scope == reading.scope)) or 0


def _begin(connection: Connection, reading: CompleteReading, total: int, **earlier: Any) -> None:
    """Puts the missing records on hold; `earlier` is what stays of the hold before."""
    if reading.missing:
        connection.execute(
            insert(missing_record),
            [
                {"scope": reading.scope, "record_type": kind.value, "record": record}
                for kind, record in sorted(reading.missing)
            ],
        )
    first = {"readings": 1, "began_at": reading.moment, "agreed_at": reading.moment}
    connection.execute(
        insert(hold).values(
            scope=reading.scope,
            retrieval=reading.retrieval,
            digest=digest(connection, reading.scope),
            total=total,
            **first | earlier,
        )
    )


def drop(connection: Connection, scope_key: int) -> None:
    """Forgets the hold of a scope, if there is one."""
    for table in (hold, missing_record):
        connection.execute(delete(table).where(table.c.scope == scope_key))


def missing(connection: Connection, scope_key: int) -> frozenset[RecordKey]:
    """The records on hold in a scope."""
    rows = connection.execute(
        select(missing_record.c.record_type, missing_record.c.record).where(missing_record.c.scope == scope_key)
    )
    return frozenset((RecordType(row.record_type), row.record) for row in rows)


def bring_back(connection: Connection, scope_key: int, kind: RecordType, ids: Sequence[str]) -> None:
    """Takes records off the hold of a scope, because a later reading states them."""
    here = and_(missing_record.c.scope == scope_key, missing_record.c.record_type == kind.value)
    connection.execute(delete(missing_record).where(here, in_list(missing_record.c.record, ids)))


def digest(connection: Connection, scope_key: int) -> str:
    """The name of the reading on hold: a digest of the ids and contents of the records that it states, in hex."""
    content = blake2b(digest_size=16)
    for kind in RECORD_TABLES.values():
        for row in connection.execute(_rest(kind, scope_key)):
            content.update(f"{kind.type.value}:{row.id}\0".encode() + row.digest)
    return content.hexdigest()


def _rest(kind: RecordTable, scope_key: int) -> Select[Any, Any]:
    """The current records of a scope that are not on hold."""
    table = kind.table.c
    on_hold = select(missing_record.c.record).where(
        missing_record.c.scope == scope_key, missing_record.c.record_type == kind.type.value
    )
    return (
        select(table.id, table.digest)
        .where(table.scope == scope_key, table.to_revision.is_(None), table.id.not_in(on_hold))
        .order_by(table.id)
    )


def rename(connection: Connection, kind: RecordType, record: str) -> None:
    """Gives the holds of a record's scope a new digest: the old one is also made of a content that was erased."""
    table = RECORD_TABLES[kind].table.c
    holders = select(table.scope).where(table.id == record, table.to_revision.is_(None))
    for scope_key in connection.scalars(select(hold.c.scope).where(hold.c.scope.in_(holders))).all():
        connection.execute(update(hold).where(hold.c.scope == scope_key).values(digest=digest(connection, scope_key)))


class PendingHold(Struct, frozen=True, kw_only=True):
    """A hold for operators: `missing` of the `total` records of the scope stay until the reading is confirmed."""

    source: str
    channel: str
    scope: str
    digest: str
    missing: int
    total: int
    readings: int
    began_at: datetime


async def pending_holds(database: Database, source: str | None = None) -> list[PendingHold]:
    """The holds of a source, or of all."""
    count = select(func.count()).select_from(missing_record).where(missing_record.c.scope == hold.c.scope)
    columns = (hold.c.digest, hold.c.total, hold.c.readings, hold.c.began_at, count.scalar_subquery().label("missing"))
    statement = (
        select(scope_table.c.source, scope_table.c.channel, scope_table.c.name.label("scope"), *columns)
        .join_from(hold, scope_table, scope_table.c.key == hold.c.scope)
        .order_by(scope_table.c.source, scope_table.c.channel, scope_table.c.name)
    )
    async with database.snapshot() as snapshot:
        rows = await snapshot.fetch(statement if source is None else statement.where(scope_table.c.source == source))
    return [PendingHold(**row._mapping) for row in rows]
