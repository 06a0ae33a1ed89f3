"""Redaction: erases the content of every version of a record, and marks it so that later imports do not restore it."""

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select, update

from adapters.vocabulary.enums import RecordType
from gateway.catalogue.tables import RECORD_TABLES, ROLLUP_TABLES, redaction, reference
from gateway.catalogue.write import holds
from gateway.catalogue.write.batches import Interned, commit, next_revision, on_references
from gateway.catalogue.write.packing import CONTENTS, digest_of
from gateway.catalogue.write.rollups import Rollups
from gateway.store.database import Database


class NoSuchRecord(LookupError):
    """The catalogue holds no version of the record."""


async def erase(database: Database, records: Collection[tuple[RecordType, str]]) -> bool:
    """Redacts all of the records or none, and overwrites what the database files still contain of them.

    Raises NoSuchRecord. Returns False if another reader's snapshot kept the files from being cleared: the records are
    redacted, and a later call clears the files.
    """

    def redact_all(connection: Connection) -> None:
        for kind, identity in records:
            redact(connection, kind, identity)

    await database.write(redact_all, seconds=None)
    kinds = sorted({kind for kind, _ in records})
    rollups = [ROLLUP_TABLES[kind].table for kind in kinds if kind in ROLLUP_TABLES]
    return await database.scrub([reference, *rollups, *(RECORD_TABLES[kind].table for kind in kinds)])


def redact(connection: Connection, kind: RecordType, identity: str) -> int:
    """Rewrites every version of the record `source:externalId` to an empty record of its type.

    Returns the number of rewritten versions. The id and the times of its versions remain. Raises NoSuchRecord.
    """
    record_table = RECORD_TABLES[kind]
    table = record_table.table
    source, _, external_id = identity.partition(":")
    bare = record_table.record(source=source, external_id=external_id)
    content = dict(zip(CONTENTS[kind].columns, CONTENTS[kind].values(bare, Interned(connection).key), strict=True))
    on_references(connection, delete(reference), record_table, table.c.id == identity)
    rollups = Rollups(connection)
    rollups.count(record_table, [identity], -1)
    count = connection.execute(
        update(table).where(table.c.id == identity).values(redacted=True, digest=digest_of(bare), **content)
    ).rowcount
    if not count:
        raise NoSuchRecord
    rollups.count(record_table, [identity], +1)
    rollups.write()
    holds.rename(connection, kind, identity)
    marker = select(redaction).where(redaction.c.record_type == kind.value, redaction.c.record == identity)
    if connection.execute(marker).one_or_none() is None:
        connection.execute(
            insert(redaction).values(
                record_type=kind.value,
                record=identity,
                redacted_at=datetime.now(UTC),
                revision=next_revision(connection),
            )
        )
    commit(connection)
    return count
