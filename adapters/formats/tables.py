"""Tables as publishers write them, CSV or JSON, read strictly into one shape: a header, and lines of text.

White space at the ends of a cell or of a column's name means nothing, and within it a no-break space is a space:
publishers leave both behind without noticing ("% Not Enough Information ").
"""

import csv
from decimal import Decimal
from io import StringIO
from typing import Any

from msgspec import Struct

from adapters.errors import UnexpectedShape, Unreadable
from adapters.formats.structured import read_json

NULL = "null"
"""What stands for JSON's null: a word that no CSV writes for an empty cell."""


class Table(Struct, frozen=True, kw_only=True):
    """Lines below one header. A line may be wider or narrower than that: whoever reads it decides.

    `beside` counts the lines that a JSON document holds in other tables than this one.
    """

    columns: tuple[str, ...]
    lines: list[list[str]]
    beside: int = 0


def read_csv(name: str, content: bytes, encoding: str = "utf-8", delimiter: str = ",") -> Table:
    """The table of a CSV text whose quotes are doubled; a byte order mark is no part of it, nor are empty lines.

    Raises Unreadable where it is no such text in `encoding`, UnexpectedShape where no header stands in it or two of
    its columns have one name. `name` is the file's, for the message.
    """
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
        rows = [row for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True) if row]
    except (UnicodeError, csv.Error) as exc:
        raise Unreadable(f"{name}: is no CSV text in {encoding}") from exc
    if not rows:
        raise UnexpectedShape(f"{name}: holds no table")
    columns, *lines = ([collapse_spaces(cell) for cell in row] for row in rows)
    return Table(columns=_distinct(name, columns), lines=lines)


def read_json_table(name: str, content: bytes, at: str | None = None) -> Table:
    """The table of a JSON text: a list of objects, or `{"columns": [...], "rows": [...]}`, under the key `at` if any.

    A row is a list of cells, or an object that names its period, `{"2019": [...]}`: the table then has the column
    `period`, first. Columns of a list of objects are all keys that it has; a key that an object lacks is an empty cell.
    Raises Unreadable where it is no JSON in UTF-8, UnexpectedShape where it is no such table.
    """
    document = read_json(name, content)
    beside = 0
    if at is not None:
        if not isinstance(document, dict) or at not in document:
            raise UnexpectedShape(f"{name}: has no key {at}")
        beside = sum(len(_rows(value)) for key, value in document.items() if key != at)
        document = document[at]
    if isinstance(document, list):
        return _of_objects(name, document, beside)
    if not isinstance(document, dict) or not isinstance(document.get("columns"), list) or "rows" not in document:
        raise UnexpectedShape(f"{name}: is no list of objects and has no columns and rows")
    columns = [_text(name, column) for column in document["columns"]]
    rows = _rows(document)
    periods = any(isinstance(row, dict) for row in rows)
    lines = [_line(name, row, periods) for row in rows]
    return Table(columns=_distinct(name, ["period", *columns] if periods else columns), lines=lines, beside=beside)


def collapse_spaces(text: str) -> str:
    """The text without white space at its ends, and with single spaces within."""
    return " ".join(text.split())


def _of_objects(name: str, rows: list[Any], beside: int) -> Table:
    if not all(isinstance(row, dict) for row in rows):
        raise UnexpectedShape(f"{name}: lists something else than objects")
    columns = list(dict.fromkeys(key for row in rows for key in row))
    lines = [[_text(name, row.get(column, "")) for column in columns] for row in rows]
    return Table(columns=_distinct(name, [collapse_spaces(column) for column in columns]), lines=lines, beside=beside)


def _rows(value: Any) -> list[Any]:
    rows = value.get("rows") if isinstance(value, dict) else value
    return rows if isinstance(rows, list) else []


def _line(name: str, row: Any, periods: bool) -> list[str]:
    if periods:
        listed = (
            [(key, value) for key, value in row.items() if isinstance(value, list)] if isinstance(row, dict) else []
        )
        if len(listed) != 1:
            raise UnexpectedShape(f"{name}: a row does not name its one period")
        ((period, row),) = listed
        row = [period, *row]
    if not isinstance(row, list):
        raise UnexpectedShape(f"{name}: a row is no list of cells")
    return [_text(name, cell) for cell in row]


def _text(name: str, value: Any) -> str:
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f") if abs(value.adjusted()) < 30 else str(value)
    if isinstance(value, int):
        # Python refuses to write integers of more than some thousand digits.
        return str(value) if abs(value) < 10**30 else "?"
    if isinstance(value, str):
        return collapse_spaces(value)
    raise UnexpectedShape(f"{name}: a cell holds a list or an object")


def _distinct(name: str, columns: list[str]) -> tuple[str, ...]:
    if len(set(columns)) != len(columns):
        raise UnexpectedShape(f"{name}: two columns have one name")
    return tuple(columns)
