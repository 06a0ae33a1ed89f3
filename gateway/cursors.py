"""Cursors: places in an ordered list, as opaque texts. Only this module writes and reads them.

A cursor is what its kind writes, in base64url without padding. It is not encrypted: whoever decodes it sees the values.
Encryption belongs in `encode` and `decode`.
"""

from base64 import b64decode, urlsafe_b64encode
from typing import Any, Protocol, TypeVar

import msgspec

from schema.errors import ErrorCode, RequestError
from schema.inputs import is_storable

V = TypeVar("V")


class CursorKind(Protocol[V]):
    """Cursors of one list: how the values of a place are written."""

    def write(self, values: V) -> bytes:
        """Writes the values of a place. Equal values give equal bytes."""
        ...

    def read(self, content: bytes) -> V:
        """Reads what `write` wrote. Raises ValueError for anything else."""
        ...


class JSONCursor:
    """A kind whose values are a JSON array. `shape` is their type, a tuple."""

    def __init__(self, shape: Any) -> None:
        self._decoder = msgspec.json.Decoder(shape)

    def write(self, values: tuple[Any, ...]) -> bytes:
        return msgspec.json.encode(values)

    def read(self, content: bytes) -> tuple[Any, ...]:
        values: tuple[Any, ...] = self._decoder.decode(content)
        if not all(is_storable(value) for value in values if isinstance(value, str)):
            raise ValueError("a text that no record holds")
        return values


def encode(kind: CursorKind[V], values: V) -> str:
    """Returns the cursor of a place."""
    return urlsafe_b64encode(kind.write(values)).rstrip(b"=").decode()


def decode(kind: CursorKind[V], cursor: str) -> V:
    """Returns the values of a place. Raises RequestError (BAD_CURSOR) for a text that `encode` did not return."""
    try:
        values = kind.read(b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except ValueError:
        raise invalid_cursor() from None
    if encode(kind, values) != cursor:
        raise invalid_cursor()
    return values


def invalid_cursor() -> RequestError:
    """The error for a cursor whose values cannot be those of a place."""
    return RequestError(ErrorCode.BAD_CURSOR, "The cursor is invalid.")
