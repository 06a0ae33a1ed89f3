"""Lists as people and programs take them from the command line: a table, or lines of JSON."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

WIDEST = 10_000
"""Characters of a line, with room."""

PADDING = 2
"""Characters around a cell."""

AsJson = Annotated[bool, typer.Option("--json", help="Print lines of JSON.")]


def print_rows(rows: Iterable[Mapping[str, Any]], *, as_json: bool) -> None:
    """Prints rows that have the same columns: a line of JSON for each, or one table."""
    plain = [{column: _plain(value) for column, value in row.items()} for row in rows]
    if as_json:
        for row in plain:
            typer.echo(json.dumps(row, ensure_ascii=False))
    elif plain:
        print_table(list(plain[0]), plain)


def print_table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Prints a table without borders; None is an empty cell, and a list is separated by commas.

    Nothing is cut: in a terminal cells wrap between words, and what is not a terminal gets one line per row.
    """
    cells = [list(columns), *([_cell(row[column]) for column in columns] for row in rows)]
    console = Console()
    widths = _column_widths(cells, console.width if console.is_terminal else WIDEST)
    console.width = sum(widths) + PADDING * len(widths)
    table = Table(box=None)
    for column, width in zip(columns, widths, strict=True):
        table.add_column(column, width=width)
    for row_cells in cells[1:]:
        table.add_row(*row_cells)
    console.print(table)


def _column_widths(cells: Sequence[Sequence[str]], room: int) -> list[int]:
    """Widths of columns that fill at most `room` if every word fits; the first column is never wrapped."""
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    least = [
        max(cell_len(word) for cell in column for word in [*cell.split(), ""]) for column in zip(*cells, strict=True)
    ]
    slack = [0, *(width - word for width, word in zip(widths[1:], least[1:], strict=True))]
    while sum(widths) + PADDING * len(widths) > room and any(slack):
        column = slack.index(max(slack))
        widths[column] -= 1
        slack[column] -= 1
    return widths


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return ", ".join(value) if isinstance(value, list) else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return [str(part) for part in value] if isinstance(value, tuple) else value
