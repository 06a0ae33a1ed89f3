"""Reading scopes of a source into the catalogue, batch by batch; what was cut short is continued."""

from collections.abc import Callable, Iterable

from adapters.errors import SourceError
from adapters.source import Scope, Source
from gateway.catalogue.database import Database
from gateway.catalogue.writing import Counts, note_failure, resume, write_batch

Progress = Callable[[Scope, Counts, bool], None]
"""Told after each batch: its scope, what became of its rows, and whether the scope is complete."""


async def import_scopes(
    database: Database,
    source: Source,
    scopes: Iterable[Scope],
    progress: Progress = lambda scope, counts, complete: None,
) -> Counts:
    """Reads each scope to its end and returns what became of all rows.

    Raises SourceError where a scope cannot be read; its reason is kept in its coverage, and what was committed stays.
    """
    total = Counts()
    for scope in scopes:
        since = await database.write(lambda connection, scope=scope: resume(connection, scope))
        try:
            async for batch in source.read(scope, since):
                counts = await database.write(
                    lambda connection, scope=scope, batch=batch: write_batch(connection, source.about, scope, batch)
                )
                total += counts
                progress(scope, counts, batch.checkpoint is None)
        except SourceError as exc:
            reason = exc.code
            await database.write(lambda connection, scope=scope, reason=reason: note_failure(connection, scope, reason))
            raise
    return total
