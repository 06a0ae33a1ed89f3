"""The tables in a report's file: from bytes to a known header and lines of text.

A sheet or file is identified by its columns, whatever its name: some providers rename the sheets. A header may stand
below titles and in another language. A CSV text may be separated by semicolons or tabs.
"""

import csv
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Sequence
from io import StringIO

from msgspec import Struct

from adapters.document import ReadResult
from adapters.errors import UnexpectedShape, Unreadable
from adapters.formats.json import printable
from adapters.formats.tables import collapse_spaces
from adapters.formats.workbooks import read_workbook
from adapters.platforms.dsa_harmonised_reports.templates import (
    COLUMN_NAMES,
    COLUMNS_WITHOUT_FIGURES,
    DESCRIPTION,
    FREE_TEXT,
    TABLES,
    ReportTable,
)

MAX_COLUMNS = 3
"""Columns that a message names; of more it gives the number."""

TITLE_LINES = 10
"""First lines of a table among which the header is searched: some providers write titles above it."""

DELIMITERS = ",;\t"


class ReportSheet(Struct, frozen=True, kw_only=True):
    """A table of a file. `columns` are the English ones in lower case; an unknown one stands as it is."""

    form: ReportTable
    columns: tuple[str, ...]
    lines: Sequence[Sequence[str]]

    @property
    def positions(self) -> dict[str, int]:
        """The places of the columns that every line has, by name."""
        return {column: place for place, column in enumerate(self.columns) if column in self.form.columns}

    @property
    def description(self) -> int | None:
        """The place of the column that describes an "other" line; None where there is none."""
        return next((place for place, column in enumerate(self.columns) if column.startswith(DESCRIPTION)), None)

    @property
    def unknown_columns(self) -> dict[str, int]:
        """The places of columns that no template has."""
        return {
            column: place
            for place, column in enumerate(self.columns)
            if column and column not in self.form.columns and not column.startswith(FREE_TEXT)
        }

    @property
    def missing_columns(self) -> list[str]:
        """The columns of figures that the table lacks."""
        return [column for column in self.form.figures if column not in self.columns]


def read_sheets(name: str, content: bytes, result: ReadResult) -> list[ReportSheet]:
    """The tables of parts 3, 4 and 7 in a file; an encoding other than UTF-8 is counted in `result`.

    Raises Unreadable where it is neither CSV nor a workbook. Raises UnexpectedShape where no table has the columns of a
    part that is read, and where one nearly has them.
    """
    if name.lower().endswith(".xlsx"):
        sheets = [
            _find_sheet(f"{name}, sheet {printable(sheet, 40)}", rows)
            for sheet, rows in read_workbook(name, content).items()
        ]
        if not any(sheets):
            raise UnexpectedShape(f"{name}: no sheet has the columns of part 3, 4 or 7")
        return [sheet for sheet in sheets if sheet is not None]
    first_rows: list[list[str]] | None = None
    for rows in _read_csv(name, _decode(content, result)):
        if sheet := _find_sheet(name, rows):
            return [sheet]
        first_rows = first_rows or rows
    if not first_rows:
        raise UnexpectedShape(f"{name}: has no header")
    raise _refusal(name, _column_names(first_rows[0]))


def _decode(content: bytes, result: ReadResult) -> str:
    """The text. The regulation asks for UTF-8; an older encoding changes no figure, and is counted."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return content.decode("utf-16", "backslashreplace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        result.unknown["encoding", "not UTF-8"] += 1
        return content.decode("cp1252", "backslashreplace")


def _read_csv(name: str, text: str) -> Iterator[list[list[str]]]:
    """The rows of a CSV text by each delimiter with which it is one. Raises Unreadable where it is none."""
    errors: list[csv.Error] = []
    for delimiter in DELIMITERS:
        try:
            rows = [row for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True) if row]
        except csv.Error as exc:
            errors.append(exc)
            continue
        yield [[collapse_spaces(cell) for cell in row] for row in rows]
    if len(errors) == len(DELIMITERS):
        raise Unreadable(f"{name}: is not CSV") from errors[0]


def _find_sheet(name: str, rows: Sequence[Sequence[str]]) -> ReportSheet | None:
    """The table with its header among the first rows; None for a table of another kind."""
    for position, row in enumerate(rows[:TITLE_LINES]):
        columns = _column_names(row)
        form = _identify(name, columns)
        if form is not None:
            return ReportSheet(form=form, columns=columns, lines=rows[position + 1 :])
    return None


def _column_names(row: Sequence[str]) -> tuple[str, ...]:
    names = (cell.casefold() for cell in row)
    return tuple(COLUMN_NAMES.get(name, name) for name in names)


def _identify(name: str, columns: Sequence[str]) -> ReportTable | None:
    """The form of a table with these columns; None for a table of another kind.

    Raises UnexpectedShape where it lacks a column without which no line can be read, or has a column twice.
    """
    if _has_no_figures(columns):
        return None
    form = max(TABLES, key=lambda table: len(table.columns.intersection(columns)) / len(table.columns))
    missing = sorted(form.columns.difference(columns))
    if len(missing) * 2 > len(form.columns):
        return None
    if missing and (form.columns.intersection(missing, form.keys) or set(form.figures) <= set(missing)):
        extra = sorted({column for column in columns if column and not column.startswith(FREE_TEXT)} - form.columns)
        differences = "; ".join([*_quote("lacks", missing), *_quote("has in addition", extra)])
        raise UnexpectedShape(f"{name}: is not part {form.part} of a harmonised report: {differences}")
    if any(columns.count(column) > 1 for column in form.columns):
        raise UnexpectedShape(f"{name}: two columns have one name")
    return form


def _has_no_figures(columns: Sequence[str]) -> bool:
    return {column for column in columns if column and not column.startswith(FREE_TEXT)} in COLUMNS_WITHOUT_FIGURES


def _refusal(name: str, columns: Sequence[str]) -> UnexpectedShape:
    if _has_no_figures(columns):
        return UnexpectedShape(f"{name}: is part 1 or 11 of a harmonised report, which have no figures of requests")
    return UnexpectedShape(f"{name}: does not have the columns of part 3, 4 or 7 of a harmonised report")


def _quote(verb: str, columns: Sequence[str]) -> Iterator[str]:
    if columns:
        names = ", ".join(repr(printable(column)) for column in columns[:MAX_COLUMNS])
        rest = len(columns) - MAX_COLUMNS
        yield f"{verb} {names}{f' and {rest} more' if rest > 0 else ''}"
