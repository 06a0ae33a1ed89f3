"""How a record's values stand in a column: the same text, order and equality on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from adapters.vocabulary.enums import Vocabulary


def text() -> TypeEngine[str]:
    """Text that both databases compare byte by byte."""
    return Text().with_variant(Text(collation="C"), "postgresql")


class Instant(TypeDecorator[datetime]):
    """A moment, UTC, to the microsecond. SQLite keeps it as text that sorts by time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone is no moment")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Canonical(TypeDecorator[Vocabulary]):
    """A member of one closed list, stored by its value."""

    impl = Text
    cache_ok = True

    def __init__(self, vocabulary: type[Vocabulary]) -> None:
        super().__init__()
        self.vocabulary = vocabulary

    def process_bind_param(self, value: Vocabulary | None, dialect: Dialect) -> str | None:
        return None if value is None else value.value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Vocabulary | None:
        return None if value is None else self.vocabulary(value)


class Exact(TypeDecorator[Decimal]):
    """A decimal number with the digits that were published: neither database rounds it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class Packed(TypeDecorator[Any]):
    """A tuple of small structs as compact JSON; it is read and written whole and never searched."""

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
    """A row's number, given by the one writer; SQLite makes it the row id."""
    return BigInteger().with_variant(Integer(), "sqlite")
