"""JSON texts, read strictly: a text that two parsers could read differently is an error."""

import json
from decimal import Decimal
from typing import Any

from adapters.errors import UnexpectedShape, Unreadable


def read_json(name: str, content: bytes) -> Any:
    """The value of a JSON text in UTF-8; numbers with a point or an exponent are Decimal.

    Raises Unreadable for any other text (NaN and Infinity are not JSON), UnexpectedShape where an object has one key
    twice. `name` is the file's name, for the message.
    """
    try:
        return json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=_build_object,
            parse_float=Decimal,
            parse_constant=_reject_constant,
        )
    except _RepeatedKey as exc:
        raise UnexpectedShape(f"{name}: an object has a key twice") from exc
    # Decimal refuses an exponent beyond its own limits with an ArithmeticError.
    except (ValueError, ArithmeticError, RecursionError) as exc:
        raise Unreadable(f"{name}: is not JSON in UTF-8") from exc


def printable(text: str, limit: int = 40) -> str:
    """The beginning of a foreign text, safe to store and print: JSON may contain surrogates and control codes."""
    return "".join(char if char.isprintable() else "?" for char in text[:limit])


class _RepeatedKey(ValueError):
    pass


def _build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) != len(pairs):
        raise _RepeatedKey
    return entries


def _reject_constant(constant: str) -> Any:
    raise ValueError(constant)
