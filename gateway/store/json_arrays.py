"""JSON arrays in SQL on both databases: their elements as a subquery or a table, and long lists as one parameter."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Integer, Text, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class JSONElements(FunctionElement[str]):
    """The elements of a JSON array, each in its original JSON text, as a subquery of one column."""

    inherit_cache = True


class JSONTexts(FunctionElement[str]):
    """The strings of a JSON array, as a subquery of one column."""

    inherit_cache = True


class JSONNumbers(FunctionElement[int]):
    """The integers of a JSON array, as a subquery of one column."""

    inherit_cache = True


class JSONRows(FunctionElement[str]):
    """The elements of a JSON array, as a table of one column."""

    inherit_cache = True


class JSONMember(FunctionElement[str]):
    """The string at an index, from 0, of a JSON array."""

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
    array, index = (compiler.process(clause, **arguments) for clause in element.clauses)
    return f"({array} ->> {index})"


@compiles(JSONElements)
@compiles(JSONTexts)
@compiles(JSONNumbers)
def _on_sqlite(element: FunctionElement[Any], compiler: SQLCompiler, **arguments: Any) -> str:
    # The clauses are a bound parameter, compiled by SQLAlchemy.
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **arguments)}))"  # noqa: S608


@compiles(JSONElements, "postgresql")
def _elements_on_postgresql(element: JSONElements, compiler: SQLCompiler, **arguments: Any) -> str:
    # The type json keeps the original text; jsonb would normalise it.
    array = compiler.process(element.clauses, **arguments)
    return f"(SELECT CAST(json_array_elements(CAST({array} AS json)) AS text))"


@compiles(JSONTexts, "postgresql")
def _texts_on_postgresql(element: JSONTexts, compiler: SQLCompiler, **arguments: Any) -> str:
    return f"(SELECT jsonb_array_elements_text(CAST({compiler.process(element.clauses, **arguments)} AS jsonb)))"


@compiles(JSONNumbers, "postgresql")
def _numbers_on_postgresql(element: JSONNumbers, compiler: SQLCompiler, **arguments: Any) -> str:
    array = compiler.process(element.clauses, **arguments)
    return f"(SELECT CAST(jsonb_array_elements_text(CAST({array} AS jsonb)) AS integer))"


def in_list(column: ColumnElement[Any], values: Sequence[str] | Sequence[int]) -> ColumnElement[bool]:
    """The column equals one of the values. They are one parameter, where IN allows some ten thousand."""
    return in_array(column, literal(to_json_array(values), Text))


def in_array(column: ColumnElement[Any], array: ColumnElement[str]) -> ColumnElement[bool]:
    """The column equals one of the elements of an array that `to_json_array` returned."""
    elements = JSONNumbers(array) if isinstance(column.type, Integer) else JSONTexts(array)
    return column.op("IN", is_comparison=True)(elements)


def to_json_array(values: Sequence[object]) -> str:
    """The values as the text of a JSON array."""
    return msgspec.json.encode(values).decode()
