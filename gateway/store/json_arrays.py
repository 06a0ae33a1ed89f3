"""JSON arrays in SQL, on SQLite and PostgreSQL: elements as a subquery or a table, and long lists as one parameter."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Integer, Text, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class JSONElements(FunctionElement[str]):
    """The elements of a column that holds a JSON array, each as it is written there, as a subquery of one column."""

    inherit_cache = True


class JSONTexts(FunctionElement[str]):
    """The texts of a JSON array, as a subquery of one column."""

    inherit_cache = True


class JSONNumbers(FunctionElement[int]):
    """The whole numbers of a JSON array, as a subquery of one column."""

    inherit_cache = True


class JSONRows(FunctionElement[str]):
    """The elements of a column that holds a JSON array, as a table of one column."""

    inherit_cache = True


class JSONMember(FunctionElement[str]):
    """The text at a place, counted from 0, of a JSON array."""

    inherit_cache = True
    type = Text()


@compiles(JSONRows)
def _rows_on_sqlite(element: JSONRows, compiler: SQLCompiler, **arguments: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **arguments)})"


@compiles(JSONRows, "postgresql")
def _rows_on_postgresql(element: JSONRows, compiler: SQLCompiler, **arguments: Any) -> str:
    return f"json_array_elements(CAST({compiler.process(element.clauses, **arguments)} AS json))"


@compiles(JSONMember)
def _member(element: JSONMember, compiler: SQLCompiler, **arguments: Any) -> str:
    array, place = (compiler.process(clause, **arguments) for clause in element.clauses)
    return f"({array} ->> {place})"


@compiles(JSONElements)
@compiles(JSONTexts)
@compiles(JSONNumbers)
def _on_sqlite(element: FunctionElement[Any], compiler: SQLCompiler, **arguments: Any) -> str:
    # The clauses are a bound parameter, compiled by SQLAlchemy.
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **arguments)}))"  # noqa: S608


@compiles(JSONElements, "postgresql")
def _elements_on_postgresql(element: JSONElements, compiler: SQLCompiler, **arguments: Any) -> str:
    # The type json keeps what is written, where jsonb would write it anew.
    array = compiler.process(element.clauses, **arguments)
    return f"(SELECT CAST(json_array_elements(CAST({array} AS json)) AS text))"


@compiles(JSONTexts, "postgresql")
def _texts_on_postgresql(element: JSONTexts, compiler: SQLCompiler, **arguments: Any) -> str:
    return f"(SELECT jsonb_array_elements_text(CAST({compiler.process(element.clauses, **arguments)} AS jsonb)))"


@compiles(JSONNumbers, "postgresql")
def _numbers_on_postgresql(element: JSONNumbers, compiler: SQLCompiler, **arguments: Any) -> str:
    array = compiler.process(element.clauses, **arguments)
    return f"(SELECT CAST(jsonb_array_elements_text(CAST({array} AS jsonb)) AS integer))"


def listed(column: ColumnElement[Any], values: Sequence[str] | Sequence[int]) -> ColumnElement[bool]:
    """The column equals one of the values, however many: they are one parameter, where IN allows some ten thousand."""
    return among(column, literal(array_of(values), Text))


def among(column: ColumnElement[Any], array: ColumnElement[str]) -> ColumnElement[bool]:
    """The column equals one of the values of an array as `array_of` writes it."""
    numbers = isinstance(column.type, Integer)
    return column.op("IN", is_comparison=True)(JSONNumbers(array) if numbers else JSONTexts(array))


def array_of(values: Sequence[str] | Sequence[int]) -> str:
    """The values as one parameter."""
    return msgspec.json.encode(values).decode()
