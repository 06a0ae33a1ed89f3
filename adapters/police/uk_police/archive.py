"""The archive: one CSV file per force, month and kind."""

import csv
import re
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from adapters.document import ReadResult, RowError
from adapters.errors import UnexpectedShape, Unreadable
from adapters.formats import files
from adapters.police.uk_police.columns import Row, Rows
from adapters.police.uk_police.kinds import KINDS
from adapters.police.uk_police.values import NAME, check_month, month_period
from adapters.records import Period
from adapters.source import ARCHIVE, Scope
from adapters.vocabulary.names import Agency, find_agency

FILE_NAME = re.compile(
    r"(?P<month>\d{4}-(?:0[1-9]|1[0-2]))-(?P<force>[a-z-]+)-(?P<kind>street|outcomes|stop-and-search)\.csv"
)


class ArchiveFileName(NamedTuple):
    """What the name of an archive file says."""

    month: Period
    force: Agency
    kind: str


def archive_scope(path: Path) -> Scope:
    """The scope of one archive file. Raises Unreadable where its name is not that of one."""
    month, force, kind = parse_file_name(files.file_name(path))
    return Scope(
        source=NAME,
        channel=ARCHIVE,
        name=f"{force.aliases[0]}/{month.start:%Y-%m}/{kind}",
        records=frozenset({KINDS[kind].record}),
        jurisdictions=(force.jurisdiction,),
        start=month.start,
        end=month.end,
        path=path,
    )


def parse_file_name(name: str) -> ArchiveFileName:
    """The month, force and kind in a file's name. Raises Unreadable."""
    match = FILE_NAME.fullmatch(name)
    if match is None:
        raise Unreadable(
            f"{name}: the file name is not YYYY-MM-FORCE-street.csv, …-outcomes.csv or …-stop-and-search.csv"
        )
    force = find_agency(match["force"])
    if force is None:
        raise Unreadable(f"{name}: the police force {match['force']} is unknown")
    return ArchiveFileName(month_period(match["month"]), force, match["kind"])


def read_file(name: str, content: bytes) -> ReadResult:
    """The records of one archive file. Raises Unreadable or UnexpectedShape where the file as a whole is invalid."""
    month, force, kind = parse_file_name(name)
    result = ReadResult()
    rows = _rows(name, content, KINDS[kind].columns, f"{month.start:%Y-%m}", result)
    result.records += KINDS[kind].records(rows, force, result)
    return result


def _rows(name: str, content: bytes, columns: Sequence[str], month: str, result: ReadResult) -> Rows:
    """The file's rows by column name; counts each, and rejects those of another width or month."""
    try:
        lines = csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        header = next(lines, [])
        _check_header(name, header, columns, result)
        for position, cells in enumerate(lines, 1):
            result.rows += 1
            try:
                yield position, _row(header, cells, columns, month)
            except RowError as exc:
                result.reject(position, exc)
    except UnicodeDecodeError as exc:
        raise Unreadable(f"{name}: is not UTF-8 text") from exc
    except csv.Error as exc:
        raise Unreadable(f"{name}: is not a CSV file") from exc


def _check_header(name: str, header: Sequence[str], columns: Sequence[str], result: ReadResult) -> None:
    missing = [column for column in columns if column not in header]
    if missing:
        raise UnexpectedShape(f"{name}: the columns {', '.join(missing)} are missing")
    for column in set(header) - set(columns):
        result.unknown["column", column[:80]] += 1


def _row(header: Sequence[str], cells: Sequence[str], columns: Sequence[str], month: str) -> Row:
    if len(cells) != len(header):
        raise RowError(f"has {len(cells)} cells where the header has {len(header)}")
    by_column = dict(zip(header, cells, strict=True))
    row = {column: by_column[column] for column in columns}
    check_month(row, month)
    return row
