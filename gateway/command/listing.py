"""Lists as people and programs take them from the command line: a table, or lines of JSON."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

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

    The first column names the row, so it is never cut.
    """
    table = Table(box=None)
    for column in columns:
        table.add_column(column, no_wrap=column == columns[0])
    for row in rows:
        table.add_row(*(_cell(row[column]) for column in columns))
    Console().print(table)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return ", ".join(value) if isinstance(value, list) else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return [str(part) for part in value] if isinstance(value, tuple) else value
