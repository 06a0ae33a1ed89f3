"""TOML that the project ships or an operator writes, such as profiles and vocabularies: one loader, one error."""

import datetime
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


class ProfileError(ValueError):
    """A profile or a vocabulary is invalid. `name` is the file, profile or entry at fault, `reason` says why."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


def read_toml(name: str, content: bytes, type: type[T]) -> T:
    """The value of a TOML text in UTF-8, converted to `type`; its structs declare `forbid_unknown_fields`.

    Numbers with a point or an exponent are read as Decimal, so none is rounded; where `type` says float they become
    floats. Raises ProfileError, under `name`, where the text is no TOML or has another shape than `type`.
    """
    try:
        tables = tomllib.loads(content.decode("utf-8"), parse_float=Decimal)
    # Decimal refuses an exponent beyond its own limits with an ArithmeticError.
    except (ValueError, ArithmeticError, RecursionError) as exc:
        raise ProfileError(name, "is not TOML in UTF-8") from exc
    return convert_table(name, tables, type)


def convert_table(name: str, table: dict[str, Any], type: type[T]) -> T:
    """A table of a TOML text, converted to `type`. Raises ProfileError, under `name`, where it has another shape."""
    # TOML has types of its own for these; everything else is converted from text and numbers.
    native = (datetime.datetime, datetime.date, datetime.time)
    try:
        return msgspec.convert(table, type, builtin_types=native, str_keys=True)
    except msgspec.ValidationError as exc:
        raise ProfileError(name, str(exc)) from exc


def toml_files(path: Path) -> list[tuple[str, bytes]]:
    """The names and contents of the TOML files that an operator names: the file `path`, or those in the folder.

    Raises ProfileError where the folder has none, or where one cannot be read.
    """
    paths = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if not paths:
        raise ProfileError(path.name, "the folder has no TOML file")
    return [(each.name, _content(each)) for each in paths]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as exc:
        raise ProfileError(path.name, "the file cannot be read") from exc
