"""Tables in CSV or JSON, read strictly into one shape: a header, and lines of text.

White space at the ends of a cell or of a column's name is dropped, and a no-break space is a space: publishers leave
both behind without noticing ("% Not Enough Information ").
"""

import csv
from decimal import Decimal
from io import StringIO
from typing import Any

from msgspec import Struct

from adapters.errors import UnexpectedShape, Unreadable
from adapters.formats.json import read_json

NULL = "null"
"""The text for JSON's null, which no CSV uses for an empty cell."""


class Table(Struct, frozen=True, kw_only=True):
    """Lines below one header. A line may have more or fewer cells than the header.

    `other_lines` counts the lines in other tables of the same JSON document.
    """

    columns: tuple[str, ...]
    lines: list[list[str]]
    other_lines: int = 0


def read_csv(name: str, content: bytes, encoding: str = "utf-8", delimiter: str = ",") -> Table:
    """The table of a CSV text with doubled quotes, without its byte order mark and its empty lines.

    Raises Unreadable where it is not CSV in `encoding`, UnexpectedShape where it has no header or two columns of one
    name. `name` is the file's name, for the message.
    """
    rows = [row for row in read_csv_rows(name, content, encoding, delimiter) if row]
    if not rows:
        raise UnexpectedShape(f"{name}: has no header")
    columns, *lines = rows
    return Table(columns=_check_distinct(name, columns), lines=lines)


def read_csv_rows(name: str, content: bytes, encoding: str = "utf-8", delimiter: str = ",") -> list[list[str]]:
    """All rows of a CSV text, of which an empty line is one without cells; otherwise as `read_csv`."""
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
        rows = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return [[collapse_spaces(cell) for cell in row] for row in rows]
    except (UnicodeError, csv.Error) as exc:
        raise Unreadable(f"{name}: is not CSV in {encoding}") from exc


def read_json_table(name: str, content: bytes, key: str | None = None) -> Table:
    """The table of a JSON text: a list of objects, or `{"columns": [...], "rows": [...]}`, under `key` if there is one.

    A row is a list of cells, or an object whose key is its period, `{"2019": [...]}`: the table then has the first
    column `period`. A list of objects may also be the `rows` without `columns`. Its columns are the keys of all objects
    together; a missing key is an empty cell. Raises Unreadable where it is not JSON in UTF-8, UnexpectedShape where it
    is not such a table.
    """
    document = read_json(name, content)
    other_lines = 0
    if key is not None:
        if not isinstance(document, dict) or key not in document:
            raise UnexpectedShape(f"{name}: has no key {key}")
        other_lines = sum(_count_rows(value) for other, value in document.items() if other != key)
        document = document[key]
    if isinstance(document, list):
        return _table_of_objects(name, document, other_lines)
    rows = document.get("rows") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise UnexpectedShape(f"{name}: is not a list of objects and has no list of rows")
    if "columns" not in document:
        return _table_of_objects(name, rows, other_lines)
    if not isinstance(document["columns"], list):
        raise UnexpectedShape(f"{name}: its columns are not a list")
    columns = [_text(name, column) for column in document["columns"]]
    has_periods = any(isinstance(row, dict) for row in rows)
    lines = [_line(name, row, has_periods) for row in rows]
    return Table(
        columns=_check_distinct(name, ["period", *columns] if has_periods else columns),
        lines=lines,
        other_lines=other_lines,
    )


def collapse_spaces(text: str) -> str:
    """The text without white space at its ends, and with single spaces inside."""
    return " ".join(text.split())


def _table_of_objects(name: str, rows: list[Any], other_lines: int) -> Table:
    if not all(isinstance(row, dict) for row in rows):
        raise UnexpectedShape(f"{name}: has a row that is not an object")
    columns = list(dict.fromkeys(key for row in rows for key in row))
    lines = [[_text(name, row.get(column, "")) for column in columns] for row in rows]
    return Table(
        columns=_check_distinct(name, [collapse_spaces(column) for column in columns]),
        lines=lines,
        other_lines=other_lines,
    )


def _count_rows(value: Any) -> int:
    rows = value.get("rows") if isinstance(value, dict) else value
    return len(rows) if isinstance(rows, list) else 0


def _line(name: str, row: Any, has_period: bool) -> list[str]:
    if has_period:
        lists = [(key, value) for key, value in row.items() if isinstance(value, list)] if isinstance(row, dict) else []
        if len(lists) != 1:
            raise UnexpectedShape(f"{name}: a row has no period, or several")
        ((period, row),) = lists
        row = [period, *row]
    if not isinstance(row, list):
        raise UnexpectedShape(f"{name}: a row is not a list of cells")
    return [_text(name, cell) for cell in row]


def _text(name: str, value: Any) -> str:
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f") if abs(value.adjusted()) < 30 else str(value)
    if isinstance(value, int):
        # Python does not format integers of more than some thousand digits.
        return str(value) if abs(value) < 10**30 else "?"
    if isinstance(value, str):
        return collapse_spaces(value)
    raise UnexpectedShape(f"{name}: a cell is a list or an object")


def _check_distinct(name: str, columns: list[str]) -> tuple[str, ...]:
    if len(set(columns)) != len(columns):
        raise UnexpectedShape(f"{name}: two columns have one name")
    return tuple(columns)
