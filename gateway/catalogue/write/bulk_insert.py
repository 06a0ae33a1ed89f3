"""Bulk inserts: value conversion is prepared once per column, where SQLAlchemy would do it for each value."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Boolean, Connection, Date, LargeBinary, Table, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeEngine

from gateway.store.columns import EnumText, Instant

REPEATED = (Boolean, EnumText, Date)
"""Column types with few distinct values, whose conversion is cached."""

SQLITE = sqlite.dialect()

Row = list[Any]

Process = Callable[[Any], Any]


def write_out(table: Table, columns: tuple[str, ...], rows: Sequence[Row], dialect: str) -> None:
    """Converts the values, in the order of `columns`, in place to what the driver of the dialect takes.

    asyncpg converts PostgreSQL's types itself.
    """
    if dialect == "sqlite":
        conversions = _conversions(table, columns)
        for row in rows:
            for place, process in conversions:
                value = row[place]
                if value is not None:
                    row[place] = process(value)


def read_back(table: Table, columns: tuple[str, ...], row: Sequence[Any], dialect: str) -> tuple[Any, ...]:
    """Reverses `write_out` for one row."""
    if dialect != "sqlite":
        return tuple(row)
    return tuple(
        value if process is None else process(value) for value, process in zip(row, _read(table, columns), strict=True)
    )


def insert_rows(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    """Inserts rows that `write_out` has converted."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_statement(table, columns), list(map(tuple, rows)))
    else:
        connection.execute(insert(table), [dict(zip(columns, row, strict=True)) for row in rows])


@cache
def _statement(table: Table, columns: tuple[str, ...]) -> str:
    quote = SQLITE.identifier_preparer.quote
    names = ", ".join(map(quote, columns))
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks})"  # noqa: S608 - our own names


@cache
def _conversions(table: Table, columns: tuple[str, ...]) -> tuple[tuple[int, Process], ...]:
    """Position and conversion of the columns whose values SQLite's driver does not take unchanged."""
    return tuple(
        (place, process)
        for place, column in enumerate(columns)
        if (process := _writing(table.c[column].type)) is not None
    )


@cache
def _read(table: Table, columns: tuple[str, ...]) -> tuple[Process | None, ...]:
    kinds = [table.c[column].type.dialect_impl(SQLITE) for column in columns]
    return tuple(kind.result_processor(SQLITE, None) for kind in kinds)


def _writing(kind: TypeEngine[Any]) -> Process | None:
    if isinstance(kind, LargeBinary):
        return None  # The driver takes bytes as they are.
    if isinstance(kind, Instant):
        return _moment
    process = kind.dialect_impl(SQLITE).bind_processor(SQLITE)
    if process is None or not isinstance(kind, REPEATED):
        return process
    return lru_cache(maxsize=8192)(process)


def _moment(value: datetime) -> str:
    """A time as SQLAlchemy writes it for SQLite, ten times as fast: every row has one."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
