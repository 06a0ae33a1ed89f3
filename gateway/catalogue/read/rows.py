"""From a stored row back to a record's values."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gateway.catalogue.tables import Attribute

Members = Mapping[int, tuple[str, ...]]
"""The members of interned sets, by key."""


def values(attributes: Iterable[Attribute], stored: Mapping[Any, Any], members: Members) -> Iterator[tuple[str, Any]]:
    """The attributes' values: parts become a value again (without any: None), keys of interned sets their members."""
    for attribute in attributes:
        if attribute.struct is not None:
            parts = [stored[column] for column in attribute.columns]
            yield attribute.name, None if all(part is None for part in parts) else attribute.struct(*parts)
        elif attribute.interned is not None:
            key = stored[attribute.name]
            yield attribute.name, () if key is None else tuple(map(attribute.interned, members[key]))
        else:
            yield attribute.name, stored[attribute.name]


def keys(attributes: Iterable[Attribute], rows: Iterable[Mapping[Any, Any]]) -> set[int]:
    """The interned sets that rows name."""
    interned = [attribute.name for attribute in attributes if attribute.interned is not None]
    return {row[name] for row in rows for name in interned} - {None}
