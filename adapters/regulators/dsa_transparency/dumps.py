"""The daily dumps: which scope a file is, and its rows in batches that a later run continues.

A dump is a zip archive of zip archives, each of up to a million rows in CSV files of 100,000; the archives inside and
the CSV files are also read on their own. A day of one platform is also in the global dump of that day, and the light
dump holds the same statements with fewer columns: the record is the same one, and belongs to the scope that stated it
first. Because nothing of this source is ever withdrawn by silence, an overlap costs time and nothing else, but a light
dump read after a full one takes the territories away again; where a folder holds both, only the full one is read.

With `keep`, what is not kept is counted. The figures of a day are complete only when all its rows were seen, so they
come last, and a figure accounts for the rows that it counts. A reading that was cut short goes on after the rows that
it had handed on; it must then count the others again from the start, while a reading that keeps everything begins with
the CSV file in which it stopped.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from adapters.document import RowError
from adapters.errors import Unreadable
from adapters.formats import files, php_csv
from adapters.formats.nested_zip import PIECE, NestedZip
from adapters.records import Statistic, Takedown
from adapters.regulators.dsa_transparency.statements import NAME, Statements
from adapters.source import ARCHIVE, Batch, Origin, Rejection, Scope, UnknownCode
from adapters.vocabulary.enums import HarmCategory, RecordType

FILE = re.compile(
    r"sor-(?:(?P<platform>[a-z0-9][a-z0-9-]*?)-)?(?P<day>\d{4}-\d\d-\d\d)-(?P<variant>full|light)"
    r"(?:-(?P<part>\d+(?:-\d+)?))?(?:\.zip|\.csv\.zip|\.csv)",
    re.ASCII,
)
UNNAMED = "not named sor-PLATFORM-YYYY-MM-DD-full.zip, …-light.zip, or as a part of one"

GLOBAL = "global"
"""What stands for the platform in the name of a dump of all platforms; early dumps left it out."""

BULK = 512 * 1024
"""Bytes of a zipped dump from which it has some ten thousands of rows."""

BATCH = 25_000
"""Rows that become a record each, in one batch: their ids are random, and so many share the pages that they change."""

CHECKPOINT = re.compile(r"/(?P<member>[\d.]*)/(?P<row>\d+)/(?P<rows>\d+)/(?P<figure>\d+)", re.ASCII)
SHA1 = re.compile(rb"[0-9A-Fa-f]{40}")

Keep = frozenset[HarmCategory] | None
"""The harms whose statements become a record each, all others being counted; None: every statement."""


class _Name(NamedTuple):
    """What a file's name says."""

    platform: str
    day: date
    full: bool
    part: str | None


class _Point(NamedTuple):
    """Where a reading stopped: in which file, after how many of its rows, and of all rows; or before which figure."""

    member: tuple[int, ...] = ()
    row: int = 0
    rows: int = 0
    figure: int = 0


def scopes(paths: Sequence[Path], keep: Keep) -> list[Scope]:
    """One scope per dump, or part of one: a platform (or all) and the day on which statements were received.

    Raises Unreadable where a file is not named as the publisher names them, or a day is there whole and in parts.
    """
    found: dict[tuple[str, date, str | None], tuple[_Name, Path]] = {}
    for path in files.find(paths, (".zip", ".csv")):
        name = _named(path)
        key = (name.platform, name.day, name.part)
        known = found.get(key)
        if known is not None and known[0].full == name.full:
            raise Unreadable(f"{files.named(path)}: another file holds the same statements")
        if known is None or name.full:
            found[key] = (name, path)
    whole = {(platform, day) for platform, day, part in found if part is None}
    for (platform, day, part), (_, path) in found.items():
        if part is not None and (platform, day) in whole:
            raise Unreadable(f"{files.named(path)}: is a part of a day of which the whole is there too")
    return [_scope(name, path, keep) for name, path in found.values()]


def _scope(name: _Name, path: Path, keep: Keep) -> Scope:
    return Scope(
        source=NAME,
        channel=ARCHIVE,
        name="/".join((name.platform, f"{name.day}", *((name.part,) if name.part else ()))),
        records=frozenset({RecordType.TAKEDOWN} if keep is None else {RecordType.TAKEDOWN, RecordType.STATISTIC}),
        start=name.day,
        end=name.day + timedelta(days=1),
        path=path,
        bulk=_is_large(path),
    )


def _is_large(path: Path) -> bool:
    """Whether the file is; one that cannot be looked at is not, and its reading says why."""
    with suppress(OSError):
        return path.stat().st_size >= BULK
    return False


def _named(path: Path) -> _Name:
    text = files.named(path)
    match = FILE.fullmatch(text)
    try:
        if match is None:
            raise Unreadable(f"{text}: {UNNAMED}")
        day = date.fromisoformat(match["day"])
    except ValueError:
        raise Unreadable(f"{text}: {UNNAMED}") from None
    return _Name(match["platform"] or GLOBAL, day, match["variant"] == "full", match["part"])


def batches(path: Path, keep: Keep, since: str | None, size: int = BATCH) -> Iterator[Batch]:
    """The batches of a dump after checkpoint `since`, each of `size` records or fewer; it blocks while it reads.

    All of them where `since` was made from other bytes or for another `keep`. Raises Unreadable or UnexpectedShape.
    """
    origin = _origin(path)
    reading = _Reading(origin, _named(path), keep, since, size)
    yield from reading.kept(path)
    yield from reading.figures()


class _Reading:
    """A dump as it streams by: what of it waits for the next batch."""

    def __init__(self, origin: Origin, name: _Name, keep: Keep, since: str | None, size: int) -> None:
        self._origin = origin
        self._full = name.full
        self._keep = keep
        self._size = size
        self._stamp = f"{origin.sha256}/{'+'.join(sorted(keep)) if keep is not None else 'all'}"
        self._resumed = _continued(self._stamp, since)
        self._since = since if self._resumed != _Point() else None
        self._statements = Statements(keep, name.part)
        self._records: dict[str, Takedown] = {}
        self._read = 0
        self._rejections: list[Rejection] = []
        self._rows = 0

    def kept(self, path: Path) -> Iterator[Batch]:
        """The batches of statements that become a record each. All rows are then read, and the others counted."""
        resumed, statements = self._resumed, self._statements
        position = resumed.rows - resumed.row if self._keep is None else 0
        for member, name, rows in _tables(path, resumed.member if self._keep is None else ()):
            statements.columns(name, next(rows, []), full=self._full)
            for row, cells in enumerate(rows, 1):
                position += 1
                if position <= resumed.rows:
                    self._again(cells, last=position == resumed.rows)
                    continue
                try:
                    record = statements.read(cells)
                except RowError as exc:
                    self._rejections.append(Rejection(position=position, reason=exc.reason, column=exc.column))
                else:
                    if record is None:
                        continue
                    self._read += 1
                    # A statement that stands twice is one record, and the later row speaks for it.
                    self._records[record.external_id] = record
                if self._read + len(self._rejections) >= self._size:
                    yield self._batch(_Point(member, row, position) if self._keep is None else _Point(rows=position))
        if self._keep is None:
            yield self._batch(None)
        elif self._read or self._rejections:
            yield self._batch(_Point(rows=position))
        self._rows = position

    def figures(self) -> Iterator[Batch]:
        """The batches of daily figures, which account for the rows that they count."""
        if self._keep is None:
            return
        figures = self._statements.figures()
        start = self._resumed.figure
        if start > 0:
            self._statements.unknown.clear()
        while True:
            some = figures[start : start + self._size]
            start += len(some)
            last = start >= len(figures)
            yield self._batch(None if last else _Point(rows=self._rows, figure=start), some)
            if last:
                return

    def _again(self, cells: list[str], *, last: bool) -> None:
        """A row that an earlier run has handed on is read for nothing but what it adds to the figures."""
        if self._keep is not None:
            with suppress(RowError):
                self._statements.read(cells)
        if last:
            self._statements.unknown.clear()

    def _batch(self, point: _Point | None, figures: Sequence[tuple[Statistic, int]] = ()) -> Batch:
        counted = sum(number for _, number in figures)
        since, self._since = self._since, None if point is None else _checkpoint(self._stamp, point)
        unknown = self._statements.unknown
        batch = Batch(
            origin=self._origin,
            records=[*self._records.values(), *(figure for figure, _ in figures)],
            rows=self._read + counted + len(self._rejections),
            merged=self._read - len(self._records) + counted - len(figures),
            rejections=self._rejections,
            unknown_codes=[UnknownCode(field=f, code=c, count=n) for (f, c), n in sorted(unknown.items())],
            since=since,
            checkpoint=self._since,
        )
        self._records, self._read, self._rejections = {}, 0, []
        unknown.clear()
        return batch


def _checkpoint(stamp: str, point: _Point) -> str:
    member = ".".join(map(str, point.member))
    return f"{stamp}/{member}/{point.row}/{point.rows}/{point.figure}"


def _continued(stamp: str, since: str | None) -> _Point:
    """The point that a checkpoint names; the beginning where it is none of this reading's."""
    match = CHECKPOINT.fullmatch((since or "").removeprefix(stamp))
    if since is None or not since.startswith(stamp) or match is None:
        return _Point()
    member = tuple(int(position) for position in match["member"].split(".") if position)
    return _Point(member, int(match["row"]), int(match["rows"]), int(match["figure"]))


def _tables(path: Path, start: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], str, Iterator[list[str]]]]:
    """Each CSV file of a dump from the one at `start` on: its place, its name, and its rows with the header."""
    if path.suffix.lower() == ".csv":
        name = files.named(path)
        yield (), name, php_csv.rows(name, _pieces(path))
        return
    for member, pieces in NestedZip(path, ".csv").members(start):
        yield member.position, member.name, php_csv.rows(member.name, pieces)


def _origin(path: Path) -> Origin:
    """Where the rows come from, once the file was read through and agrees with the checksum beside it, if any."""
    retrieved_at = datetime.now(UTC)
    ours, theirs = hashlib.sha256(), hashlib.sha1(usedforsecurity=False)
    size = 0
    for piece in _pieces(path):
        ours.update(piece)
        theirs.update(piece)
        size += len(piece)
    name = files.named(path)
    stated = _stated_sha1(path)
    if stated is not None and stated != theirs.hexdigest():
        raise Unreadable(f"{name}: has another SHA-1 than {name}.sha1 states")
    return Origin(location=name, retrieved_at=retrieved_at, bytes=size, sha256=ours.hexdigest())


def _stated_sha1(path: Path) -> str | None:
    """The digest that the publisher lays beside a dump, followed by the file's name; None without such a file."""
    beside = path.with_name(f"{path.name}.sha1")
    if not beside.exists():
        return None
    digest = b"".join(_pieces(beside)).split()[:1]
    if not digest or SHA1.fullmatch(digest[0]) is None:
        raise Unreadable(f"{files.named(beside)}: states no SHA-1")
    return digest[0].decode().lower()


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece
    except OSError as exc:
        raise Unreadable(f"{files.named(path)}: cannot be read") from exc
