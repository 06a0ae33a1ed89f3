"""The daily dumps: which scope a file is, and its rows in batches that a later run continues.

A dump is a zip archive of zip archives, each of up to a million rows in CSV files of 100,000. The archives inside and
the CSV files can also be read on their own. The global dump of a day repeats each platform's own, and a light dump has
the same statements with fewer columns: a statement is one record, which belongs to the scope that was read first.
Because this source never withdraws what is missing, an overlap costs only time. But a light dump that is read after a
full one removes the territories again; where a folder has both, only the full one is read.

With `keep`, all other statements are counted. The figures of a day are complete only after its last row, so they come
last, and each figure accounts for the rows that it counts. A reading that was interrupted continues after the rows of
its last batch. With `keep` it must count the others again from the start; without, it begins with the CSV file in
which it stopped.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from adapters.document import RowError
from adapters.errors import UnexpectedShape, Unreadable
from adapters.formats import files, php_csv
from adapters.formats.nested_zip import CHUNK, NestedZip
from adapters.records import Statistic, Takedown
from adapters.regulators.dsa_transparency.figures import NAME
from adapters.regulators.dsa_transparency.statements import StatementReader
from adapters.source import ARCHIVE, Batch, Origin, Rejection, Scope, Skip, UnknownCode, ignore
from adapters.vocabulary.enums import HarmCategory, RecordType

FILE_NAME = re.compile(
    r"sor-(?:(?P<platform>[a-z0-9][a-z0-9-]*?)-)?(?P<day>\d{4}-\d\d-\d\d)-(?P<variant>full|light)"
    r"(?:-(?P<part>\d+(?:-\d+)?))?(?:\.zip|\.csv\.zip|\.csv)",
    re.ASCII,
)
NAME_RULE = "the name must be sor-PLATFORM-YYYY-MM-DD-full.zip, …-light.zip, or that of a part of one"

GLOBAL = "global"
"""The platform in the name of a dump of all platforms; early dumps have none there."""

BULK_SIZE = 512 * 1024
"""Bytes of a zipped dump from which it has some ten thousands of rows."""

BATCH_SIZE = 25_000
"""Rows of one batch that become a record each: their ids are random, and so many share the pages that they change."""

CHECKPOINT = re.compile(r"/(?P<member>[\d.]*)/(?P<row>\d+)/(?P<rows>\d+)/(?P<figure>\d+)", re.ASCII)
SHA1 = re.compile(rb"[0-9A-Fa-f]{40}")

Keep = frozenset[HarmCategory] | None
"""The harms whose statements become a record each, all others being counted; None: every statement."""


class DumpName(NamedTuple):
    """The parts of a dump's file name."""

    platform: str
    day: date
    full: bool
    part: str | None


class DumpCursor(NamedTuple):
    """Where a reading stopped: in which file, after how many of its rows and of all rows, or before which figure."""

    member: tuple[int, ...] = ()
    row: int = 0
    rows: int = 0
    figure: int = 0


START = DumpCursor()


def scopes(paths: Sequence[Path], keep: Keep, skip: Skip = ignore) -> list[Scope]:
    """One scope per dump, or part of one: a platform (or all) and the day on which statements were received.

    Raises Unreadable where a file in `paths`, or every file, does not have a publisher's name, or a day is there whole
    and in parts.
    """
    dumps: dict[tuple[str, date, str | None], tuple[DumpName, Path]] = {}
    for path, name in files.select(paths, (".zip", ".csv"), lambda path: (path, _dump_name(path)), skip):
        key = (name.platform, name.day, name.part)
        other = dumps.get(key)
        if other is not None and other[0].full == name.full:
            raise Unreadable(f"{files.file_name(path)}: another file has the same statements")
        if other is None or name.full:
            dumps[key] = (name, path)
    complete_days = {(platform, day) for platform, day, part in dumps if part is None}
    for (platform, day, part), (_, path) in dumps.items():
        if part is not None and (platform, day) in complete_days:
            raise Unreadable(f"{files.file_name(path)}: is a part of a day that is also there as a whole")
    return [_scope(name, path, keep) for name, path in dumps.values()]


def _scope(name: DumpName, path: Path, keep: Keep) -> Scope:
    return Scope(
        source=NAME,
        channel=ARCHIVE,
        name="/".join((name.platform, f"{name.day}", *((name.part,) if name.part else ()))),
        records=frozenset({RecordType.TAKEDOWN} if keep is None else {RecordType.TAKEDOWN, RecordType.STATISTIC}),
        start=name.day,
        end=name.day + timedelta(days=1),
        path=path,
        bulk=_is_bulk(path),
    )


def _is_bulk(path: Path) -> bool:
    """Whether the file is large. One whose size cannot be read is not: reading it then fails with the reason."""
    with suppress(OSError):
        return path.stat().st_size >= BULK_SIZE
    return False


def _dump_name(path: Path) -> DumpName:
    text = files.file_name(path)
    match = FILE_NAME.fullmatch(text)
    try:
        if match is None:
            raise Unreadable(f"{text}: {NAME_RULE}")
        day = date.fromisoformat(match["day"])
    except ValueError:
        raise Unreadable(f"{text}: {NAME_RULE}") from None
    return DumpName(match["platform"] or GLOBAL, day, match["variant"] == "full", match["part"])


def batches(path: Path, keep: Keep, since: str | None, size: int = BATCH_SIZE) -> Iterator[Batch]:
    """The batches of a dump after checkpoint `since`, each of at most `size` records. Blocks while it reads.

    Starts afresh where `since` is of other bytes or of another `keep`. Raises Unreadable or UnexpectedShape.
    """
    reader = DumpReader(_origin(path), _dump_name(path), keep, since, size)
    yield from reader.statements(path)
    yield from reader.figures()


class DumpReader:
    """Reads a dump as a stream. Keeps only what the next batch will have."""

    def __init__(self, origin: Origin, name: DumpName, keep: Keep, since: str | None, size: int) -> None:
        self._origin = origin
        self._full = name.full
        self._keep = keep
        self._size = size
        self._stamp = f"{origin.sha256}/{'+'.join(sorted(keep)) if keep is not None else 'all'}"
        self._start = _parse_checkpoint(self._stamp, since)
        self._since = since if self._start != START else None
        self._reader = StatementReader(keep, name.part)
        self._records: dict[str, Takedown] = {}
        self._statement_rows = 0
        self._rejections: list[Rejection] = []
        self._skipped: list[str] = []
        self._rows = 0

    def statements(self, path: Path) -> Iterator[Batch]:
        """The batches of statements that become a record each. Afterwards all rows are read, and the others counted."""
        for member, row, position, cells in self._new_rows(path):
            self._add(cells, position)
            if self._statement_rows + len(self._rejections) >= self._size:
                yield self._batch(self._cursor(member, row, position))
        if self._keep is None:
            yield self._batch(None)
        elif self._statement_rows or self._rejections:
            yield self._batch(DumpCursor(rows=self._rows))

    def _cursor(self, member: tuple[int, ...], row: int, position: int) -> DumpCursor:
        """The cursor after a row. A reading that counts has to begin with the first file again."""
        return DumpCursor(member, row, position) if self._keep is None else DumpCursor(rows=position)

    def figures(self) -> Iterator[Batch]:
        """The batches of daily figures, which account for the rows that they count."""
        if self._keep is None:
            return
        figures = self._reader.figures()
        start = self._start.figure
        if start > 0:
            self._reader.unknown.clear()
        while True:
            page = figures[start : start + self._size]
            start += len(page)
            is_last = start >= len(figures)
            yield self._batch(None if is_last else DumpCursor(rows=self._rows, figure=start), page)
            if is_last:
                return

    def _new_rows(self, path: Path) -> Iterator[tuple[tuple[int, ...], int, int, list[str]]]:
        """The rows that no earlier run has read: the CSV file, the row in it and among all, from 1, and the cells."""
        start = self._start
        rows_before = start.rows - start.row if self._keep is None else 0
        has_table = False
        for member, name, rows in _tables(path, start.member if self._keep is None else (), self._skipped.append):
            if not self._use_header(name, rows):
                continue
            has_table = True
            row = 0
            for row, cells in enumerate(rows, 1):
                position = rows_before + row
                if position <= start.rows:
                    self._recount(cells, is_last=position == start.rows)
                else:
                    yield member, row, position, cells
            rows_before += row
        if self._skipped and not has_table and not start.rows:
            raise Unreadable(self._skipped[0])
        self._rows = rows_before

    def _use_header(self, name: str, rows: Iterator[list[str]]) -> bool:
        """Reads the header of a CSV file. False for a foreign file, which is skipped: it has neither name nor header.

        Raises UnexpectedShape or Unreadable where a file has the publisher's name and not its header.
        """
        try:
            self._reader.use_header(name, next(rows, []), full=self._full)
        except (UnexpectedShape, Unreadable):
            if FILE_NAME.fullmatch(name.rpartition("/")[2]):
                raise
            self._skipped.append(f"{name}: does not have the columns of a dump")
            return False
        return True

    def _add(self, cells: list[str], position: int) -> None:
        try:
            record = self._reader.read(cells)
        except RowError as exc:
            self._rejections.append(Rejection(position=position, reason=exc.reason, column=exc.column))
            return
        if record is not None:
            self._statement_rows += 1
            # A statement may be there twice: it is one record, and the later row wins.
            self._records[record.external_id] = record

    def _recount(self, cells: list[str], *, is_last: bool) -> None:
        """Reads a row of an earlier run's batches again, only for what it adds to the figures."""
        if self._keep is not None:
            with suppress(RowError):
                self._reader.read(cells)
        if is_last:
            self._reader.unknown.clear()

    def _batch(self, cursor: DumpCursor | None, figures: Sequence[tuple[Statistic, int]] = ()) -> Batch:
        figure_rows = sum(number for _, number in figures)
        since, self._since = self._since, None if cursor is None else _checkpoint(self._stamp, cursor)
        unknown = self._reader.unknown
        batch = Batch(
            origin=self._origin,
            records=[*self._records.values(), *(figure for figure, _ in figures)],
            rows=self._statement_rows + figure_rows + len(self._rejections),
            merged=self._statement_rows - len(self._records) + figure_rows - len(figures),
            rejections=self._rejections,
            unknown_codes=[UnknownCode(field=f, code=c, count=n) for (f, c), n in sorted(unknown.items())],
            since=since,
            checkpoint=self._since,
            skipped=self._skipped,
        )
        self._records, self._statement_rows, self._rejections, self._skipped = {}, 0, [], []
        unknown.clear()
        return batch


def _checkpoint(stamp: str, cursor: DumpCursor) -> str:
    member = ".".join(map(str, cursor.member))
    return f"{stamp}/{member}/{cursor.row}/{cursor.rows}/{cursor.figure}"


def _parse_checkpoint(stamp: str, since: str | None) -> DumpCursor:
    """The cursor of a checkpoint; the start where the checkpoint is of another dump or another `keep`."""
    match = CHECKPOINT.fullmatch((since or "").removeprefix(stamp))
    if since is None or not since.startswith(stamp) or match is None:
        return START
    member = tuple(int(position) for position in match["member"].split(".") if position)
    return DumpCursor(member, int(match["row"]), int(match["rows"]), int(match["figure"]))


def _tables(
    path: Path, start: tuple[int, ...], skip: Skip
) -> Iterator[tuple[tuple[int, ...], str, Iterator[list[str]]]]:
    """Each CSV file of a dump from the one at `start` on: its place, its name, and its rows with the header."""
    if path.suffix.lower() == ".csv":
        name = files.file_name(path)
        yield (), name, php_csv.read_rows(name, _pieces(path))
        return
    for member, pieces in NestedZip(path, ".csv", skip).members(start):
        yield member.position, member.name, php_csv.read_rows(member.name, pieces)


def _origin(path: Path) -> Origin:
    """The origin of the rows. Raises Unreadable where the file does not match the checksum beside it, if any."""
    retrieved_at = datetime.now(UTC)
    digest, sha1 = hashlib.sha256(), hashlib.sha1(usedforsecurity=False)
    size = 0
    for piece in _pieces(path):
        digest.update(piece)
        sha1.update(piece)
        size += len(piece)
    name = files.file_name(path)
    sidecar = _sidecar_sha1(path)
    if sidecar is not None and sidecar != sha1.hexdigest():
        raise Unreadable(f"{name}: the SHA-1 differs from the one in {name}.sha1")
    return Origin(location=name, retrieved_at=retrieved_at, bytes=size, sha256=digest.hexdigest())


def _sidecar_sha1(path: Path) -> str | None:
    """The digest in the publisher's file beside a dump, where the dump's name follows it; None without such a file."""
    beside = path.with_name(f"{path.name}.sha1")
    if not beside.exists():
        return None
    digest = b"".join(_pieces(beside)).split()[:1]
    if not digest or SHA1.fullmatch(digest[0]) is None:
        raise Unreadable(f"{files.file_name(beside)}: is not a SHA-1 digest")
    return digest[0].decode().lower()


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while piece := file.read(CHUNK):
                yield piece
    except OSError as exc:
        raise Unreadable(f"{files.file_name(path)}: cannot be read") from exc
