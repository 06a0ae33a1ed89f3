"""JSON texts, read strictly: what two readers could understand differently is refused."""

import json
from decimal import Decimal
from typing import Any

from adapters.errors import UnexpectedShape, Unreadable


def read_json(name: str, content: bytes) -> Any:
    """The value of a JSON text in UTF-8; numbers with a point or an exponent are Decimal.

    Raises Unreadable where it is none (NaN and Infinity are no JSON), UnexpectedShape where an object states one key
    twice. `name` is the file's, for the message.
    """
    try:
        return json.loads(
            content.decode("utf-8-sig"), object_pairs_hook=_once, parse_float=Decimal, parse_constant=_no_number
        )
    except _RepeatedKey as exc:
        raise UnexpectedShape(f"{name}: a key stands twice in one object") from exc
    # Decimal refuses an exponent beyond its own limits with an ArithmeticError.
    except (ValueError, ArithmeticError, RecursionError) as exc:
        raise Unreadable(f"{name}: is no JSON text in UTF-8") from exc


def printable(text: str, limit: int = 40) -> str:
    """The beginning of a foreign key or code, fit to store and to print: JSON may hold surrogates and control codes."""
    return "".join(char if char.isprintable() else "?" for char in text[:limit])


class _RepeatedKey(ValueError):
    pass


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) != len(pairs):
        raise _RepeatedKey
    return entries


def _no_number(constant: str) -> Any:
    raise ValueError(constant)
