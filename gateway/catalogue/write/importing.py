"""Reading scopes of a source into the catalogue, batch by batch; what was cut short is continued."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Iterable
from contextlib import aclosing
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from adapters.errors import SourceError, UnexpectedShape, Unreadable
from adapters.source import About, Scope, Skip, Source, ignore
from gateway.catalogue.counts import RowCounts
from gateway.catalogue.write.batches import note_failure, resume, write_batch
from gateway.catalogue.write.editions import refuse_older
from gateway.catalogue.write.holds import WITHDRAWAL_LIMIT
from gateway.catalogue.write.packing import InvalidBatch, Packed, pack, rare_collection
from gateway.catalogue.write.reading_process import read_in_subprocess
from gateway.store.database import Database

Progress = Callable[[Scope, RowCounts, bool], None]
"""Told after each batch: its scope, what became of its rows, and whether the scope is complete."""


async def import_scopes(
    database: Database,
    source: Source,
    scopes: Iterable[Scope],
    progress: Progress = lambda scope, counts, complete: None,
    *,
    withdrawal_limit: float = WITHDRAWAL_LIMIT,
    older: bool = False,
    optional: Collection[Path] = (),
    skip: Skip = ignore,
) -> RowCounts:
    """Reads each scope to its end and returns what became of all rows.

    A complete reading that lacks more than `withdrawal_limit` of a scope's records withdraws none of them yet. With
    `older`, a file may be an earlier edition of what the catalogue holds; otherwise it raises OlderEdition. Parts of a
    scope without content, and `optional` files whose content is not the source's, go to `skip`.

    Raises SourceError where another scope cannot be read. Its reason is kept in its coverage; what was committed stays.
    Raises ConcurrentReadError where somebody else reads the same scope meanwhile and is further.
    """
    total = RowCounts()
    with rare_collection():
        for scope in scopes:
            try:
                write = partial(_write, about=source.about, scope=scope, limit=withdrawal_limit, older=older)
                async for counts, complete in _read(database, source, scope, write, skip):
                    total += counts
                    progress(scope, counts, complete)
            except SourceError as exc:
                await database.write(partial(note_failure, scope=scope, reason=exc.code))
                if scope.path not in optional or not isinstance(exc, Unreadable | UnexpectedShape):
                    raise
                skip(str(exc))
    return total


def _write(
    connection: Connection, packed: Packed, *, about: About, scope: Scope, limit: float, older: bool
) -> RowCounts:
    if not older:
        refuse_older(connection, scope, packed.batch)
    return write_batch(connection, about, scope, packed, withdrawal_limit=limit)


async def _read(
    database: Database, source: Source, scope: Scope, write: Callable[..., RowCounts], skip: Skip
) -> AsyncIterator[tuple[RowCounts, bool]]:
    """What became of each batch's rows, and whether it completed the scope."""
    checkpoint = await database.write(partial(resume, about=source.about, scope=scope), seconds=None)
    complete = False
    read = read_in_subprocess if scope.bulk else _read_here
    async with aclosing(read(source, scope, checkpoint, database.dialect)) as batches:
        async for packed in batches:
            batch = packed.batch
            if complete or batch.since not in (None, checkpoint):
                raise InvalidBatch(f"{scope.name}: a batch does not continue the one before")
            try:
                counts = await database.write(partial(write, packed=packed), seconds=None)
            except InvalidBatch as exc:
                raise InvalidBatch(f"{scope.name}: {exc}") from exc
            for reason in batch.skipped:
                skip(reason)
            checkpoint, complete = batch.checkpoint, batch.checkpoint is None
            yield counts, complete
    if not complete:
        raise InvalidBatch(f"{scope.name}: the reading ended before its last batch")


async def _read_here(source: Source, scope: Scope, since: str | None, dialect: str) -> AsyncGenerator[Packed]:
    async for batch in source.read(scope, since):
        yield pack(source.about, scope, batch, dialect)
