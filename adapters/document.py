"""A document read whole: what the pure half of a source makes of it, in batches that a later run continues."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from msgspec import Struct, field

from adapters.errors import Unreadable
from adapters.formats import files
from adapters.records import Record
from adapters.source import ARCHIVE, About, Batch, Origin, Rejection, Scope, UnknownCode

Row = TypeVar("Row")

BATCH = 1000
"""Records in one batch: so many that commits cost little, so few that another writer waits a fraction of a second."""


class RowError(ValueError):
    """A row cannot be read. `column` is the failing one; None where that is personal or the whole row is at fault."""

    def __init__(self, reason: str, column: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column


class ReadResult(Struct, kw_only=True):
    """What the pure half of a source made of one document. `rows` is counted where rows are met, not added up."""

    rows: int = 0
    records: list[Record] = field(default_factory=list)
    merged: int = 0
    out_of_scope: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often each (field, code) that the crosswalk lacks was met."""
    start: date | None = None
    end: date | None = None

    def reject(self, position: int, refused: RowError) -> None:
        """Counts a row, numbered from 1, as one that could not be read."""
        self.rejections.append(Rejection(position=position, reason=refused.reason, column=refused.column))

    def add_rows(self, rows: Iterable[Row], read: Callable[[Row], Record | None]) -> None:
        """Adds what `read` makes of each row: a record, None for one that is out of scope, or a rejection by RowError.

        Rows of one id are one record: the last row wins.
        """
        records: dict[str, Record] = {}
        for row in rows:
            self.rows += 1
            try:
                record = read(row)
            except RowError as exc:
                self.reject(self.rows, exc)
                continue
            if record is None:
                self.out_of_scope += 1
            else:
                self.merged += record.external_id in records
                records[record.external_id] = record
        self.records.extend(records.values())

    def batches(self, origin: Origin, since: str | None, size: int = BATCH) -> Iterator[Batch]:
        """The batches after checkpoint `since`; all of them where that was made from other bytes.

        The first batch carries whatever became no record, so that each batch accounts for its own rows.
        """
        start = self._continued(origin, since)
        while True:
            records = self.records[start : start + size]
            following = start + len(records)
            rest = len(self.records) - len(records)
            first = start == 0
            yield Batch(
                origin=origin,
                records=records,
                rows=self.rows - rest if first else len(records),
                merged=self.merged if first else 0,
                out_of_scope=self.out_of_scope if first else 0,
                rejections=self.rejections if first else (),
                unknown_codes=[UnknownCode(field=f, code=c, count=n) for (f, c), n in sorted(self.unknown.items())]
                if first
                else (),
                since=None if first else _checkpoint(origin, start),
                checkpoint=None if following == len(self.records) else _checkpoint(origin, following),
                start=self.start,
                end=self.end,
            )
            if following == len(self.records):
                return
            start = following

    def _continued(self, origin: Origin, since: str | None) -> int:
        digest, _, position = (since or "").partition(":")
        if digest != origin.sha256 or not position.isdecimal():
            return 0
        # Another version of the reading may make fewer records of the same bytes.
        return int(position) if int(position) < len(self.records) else 0


def document_scopes(about: About, paths: Sequence[Path], suffix: str | tuple[str, ...]) -> tuple[Scope, ...]:
    """One scope of the archive channel per file, with the file's name; none without `paths`. Raises Unreadable."""
    if not paths:
        return ()
    return tuple(
        Scope(source=about.name, channel=ARCHIVE, name=files.file_name(path), records=about.records, path=path)
        for path in files.find(paths, suffix)
    )


async def read_document(
    scope: Scope, since: str | None, read: Callable[[str, bytes], ReadResult]
) -> AsyncIterator[Batch]:
    """The batches of a scope that is one file; `read` turns the file's name and bytes into what they say."""
    if scope.path is None:
        raise Unreadable(f"{scope.name}: no file was named for this scope")
    document = await files.read(scope.path)
    reading = await asyncio.to_thread(read, document.name, document.content)
    for batch in reading.batches(document.origin, since):
        yield batch


def _checkpoint(origin: Origin, position: int) -> str:
    return f"{origin.sha256}:{position}"
