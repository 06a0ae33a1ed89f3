"""Documents that are read whole: the result of reading one, in batches that a later run can continue."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from adapters.errors import Unreadable
from adapters.formats import files
from adapters.records import Record
from adapters.source import ARCHIVE, About, Batch, Origin, Rejection, Scope, Skip, UnknownCode, ignore

Row = TypeVar("Row")

BATCH = 1000
"""Records in one batch: enough that commits cost little, few enough that another writer hardly waits."""


class RowError(ValueError):
    """A row cannot be read. `column` is the failing one; None where that is personal or the whole row is at fault."""

    def __init__(self, reason: str, column: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column


class ReadResult(Struct, kw_only=True):
    """The result of reading one document. `rows` is counted while reading, not computed from the others."""

    rows: int = 0
    records: list[Record] = field(default_factory=list)
    merged: int = 0
    out_of_scope: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often each (field, code) occurs that the crosswalk lacks."""
    start: date | None = None
    end: date | None = None
    revocations: list[str] = field(default_factory=list)
    """The external ids of records that the publisher itself takes back."""
    former_ids: list[str] = field(default_factory=list)
    """The external ids that an earlier version of the adapter gave to these records."""
    total: int | None = None
    """The publisher's own count of the rows, where it has one."""

    def reject(self, position: int, error: RowError) -> None:
        """Adds the rejection of a row; positions count from 1."""
        self.rejections.append(Rejection(position=position, reason=error.reason, column=error.column))

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
        """The batches after checkpoint `since`; all of them where it is a checkpoint of other bytes.

        The first batch has everything that is not a record, so that each batch accounts for its own rows.
        """
        start = self._start_of(origin, since)
        yield self._batch(origin, start, start + size)
        for later in range(start + size, len(self.records), size):
            yield self._batch(origin, later, later + size)

    def _batch(self, origin: Origin, start: int, end: int) -> Batch:
        records = self.records[start:end]
        batch = Batch(
            origin=origin,
            records=records,
            rows=len(records),
            since=_checkpoint(origin, start),
            checkpoint=_checkpoint(origin, end) if end < len(self.records) else None,
            start=self.start,
            end=self.end,
            total=self.total,
            edition=max(filter(None, map(_edition, self.records)), default=None) if start == 0 else None,
        )
        if start > 0:
            return batch
        return replace(
            batch,
            rows=self.rows - len(self.records) + len(records),
            merged=self.merged,
            out_of_scope=self.out_of_scope,
            rejections=self.rejections,
            revocations=self.revocations,
            former_ids=self.former_ids,
            unknown_codes=[UnknownCode(field=f, code=c, count=n) for (f, c), n in sorted(self.unknown.items())],
            since=None,
        )

    def _start_of(self, origin: Origin, since: str | None) -> int:
        digest, _, position = (since or "").partition(":")
        if digest != origin.sha256 or not position.isdecimal():
            return 0
        # Another version of the adapter may make fewer records of the same bytes.
        return int(position) if int(position) < len(self.records) else 0


def document_scopes(
    about: About, paths: Sequence[Path], suffix: str | tuple[str, ...], skip: Skip = ignore
) -> tuple[Scope, ...]:
    """One scope of the archive channel per file, with the file's name; none without `paths`. Raises Unreadable."""
    if not paths:
        return ()
    return tuple(
        Scope(source=about.name, channel=ARCHIVE, name=files.file_name(path), records=about.records, path=path)
        for path in files.find(paths, suffix, skip)
    )


async def read_document(
    scope: Scope, since: str | None, read: Callable[[str, bytes], ReadResult]
) -> AsyncIterator[Batch]:
    """The batches of a scope that is one file; `read` turns the file's name and bytes into a result."""
    if scope.path is None:
        raise Unreadable(f"{scope.name}: the scope has no file")
    document = await files.read(scope.path)
    result = await asyncio.to_thread(read, scope.file_name or document.name, document.content)
    for batch in result.batches(document.origin, since):
        yield batch


def _edition(record: Record) -> date | None:
    """The day as of which a record is stated, or else was released."""
    return record.stated_at or getattr(record, "released_at", None)


def _checkpoint(origin: Origin, position: int) -> str:
    return f"{origin.sha256}:{position}"
