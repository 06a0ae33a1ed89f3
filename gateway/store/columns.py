"""Column types with the same text, order and equality on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Computed, DateTime, Dialect, Integer, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import DDLCompiler
from sqlalchemy.types import TypeDecorator, TypeEngine

from adapters.vocabulary.enums import Vocabulary


def text() -> TypeEngine[str]:
    """Text that both databases compare byte by byte."""
    return Text().with_variant(Text(collation="C"), "postgresql")


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, to the microsecond. SQLite stores it as text that sorts by time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EnumText(TypeDecorator[Vocabulary]):
    """A member of an enumeration, stored as its value."""

    impl = Text
    cache_ok = True

    def __init__(self, vocabulary: type[Vocabulary]) -> None:
        super().__init__()
        self.vocabulary = vocabulary

    def process_bind_param(self, value: Vocabulary | None, dialect: Dialect) -> str | None:
        return None if value is None else value.value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Vocabulary | None:
        return None if value is None else self.vocabulary(value)


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal number, stored as text, with all the digits that were published."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class JSONTuple(TypeDecorator[Any]):
    """A tuple of small structs, stored as compact JSON. It is never searched; `()` is stored as NULL."""

    impl = Text
    cache_ok = True

    def __init__(self, shape: Any) -> None:
        super().__init__()
        self.shape = shape
        self._decode = msgspec.json.Decoder(shape).decode

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if not value else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return () if value is None else self._decode(value)


def key() -> TypeEngine[int]:
    """The type of a row's number, which the one writer assigns. On SQLite it is the row id."""
    return BigInteger().with_variant(Integer(), "sqlite")


class Derived(Computed):
    """The value of a column as an expression over others of its row, which the database evaluates.

    PostgreSQL stores it, which is all that it can do before version 18. SQLite evaluates it on reading, because it can
    add no stored column to an existing table.
    """

    def __init__(self, expression: str) -> None:
        super().__init__(expression, persisted=True)


@compiles(Derived, "sqlite")
def _virtual_on_sqlite(element: Derived, compiler: DDLCompiler, **arguments: Any) -> str:
    return f"GENERATED ALWAYS AS ({element.sqltext}) VIRTUAL"
