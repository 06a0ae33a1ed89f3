"""Erasure: every version of a record loses its content, and a marker keeps later imports from bringing it back."""

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select, update

from adapters.vocabulary.enums import RecordType
from gateway.catalogue.tables import RECORD_TABLES, ROLLUP_TABLES, redaction, reference
from gateway.catalogue.write.batches import Interned, commit, next_revision, on_references
from gateway.catalogue.write.packing import CONTENTS, digest_of
from gateway.catalogue.write.rollups import Rollups
from gateway.store.database import Database


class NoSuchRecord(LookupError):
    """The catalogue holds no version of the record."""


async def erase(database: Database, records: Collection[tuple[RecordType, str]]) -> bool:
    """Redacts all of the records or none, and overwrites what the database's files still hold of them.

    Raises NoSuchRecord where one is not there. False where somebody still read an older state, so that the files may
    still hold it: the records are erased, and another call, later, clears the files.
    """

    def redact_all(connection: Connection) -> None:
        for kind, identity in records:
            redact(connection, kind, identity)

    await database.write(redact_all)
    kinds = sorted({kind for kind, _ in records})
    rollups = [ROLLUP_TABLES[kind].table for kind in kinds if kind in ROLLUP_TABLES]
    return await database.scrub([reference, *rollups, *(RECORD_TABLES[kind].table for kind in kinds)])


def redact(connection: Connection, kind: RecordType, identity: str) -> int:
    """Rewrites every version of the record `source:externalId` to what a record of its kind has without content.

    Returns how many versions were rewritten. What remains is that a record of this id was stated, and when. Raises
    NoSuchRecord where there is none.
    """
    record_table = RECORD_TABLES[kind]
    table = record_table.table
    source, _, external_id = identity.partition(":")
    bare = record_table.record(source=source, external_id=external_id)
    content = dict(zip(CONTENTS[kind].columns, CONTENTS[kind].values(bare, Interned(connection).key), strict=True))
    on_references(connection, delete(reference), record_table, table.c.id == identity)
    rollups = Rollups(connection)
    rollups.count(record_table, [identity], -1)
    rewritten = connection.execute(
        update(table).where(table.c.id == identity).values(redacted=True, digest=digest_of(bare), **content)
    ).rowcount
    if not rewritten:
        raise NoSuchRecord
    rollups.count(record_table, [identity], +1)
    rollups.write()
    marked = select(redaction).where(redaction.c.record_type == kind.value, redaction.c.record == identity)
    if connection.execute(marked).one_or_none() is None:
        connection.execute(
            insert(redaction).values(
                record_type=kind.value,
                record=identity,
                redacted_at=datetime.now(UTC),
                revision=next_revision(connection),
            )
        )
    commit(connection)
    return rewritten
