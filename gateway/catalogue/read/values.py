"""Refuses conditions on values that no record has: a misspelled offence is an error, not an empty page."""

from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from adapters.vocabulary.spelling import canonical, canonical_spellings, find_nearest
from gateway.catalogue.read.session import ReadSession
from gateway.catalogue.read.sql.base import Statement
from gateway.catalogue.read.sql.builder import QueryBuilder
from gateway.catalogue.tables import RecordTable
from schema.errors import unknown_value
from schema.queries.conditions import AlongAxes, AnyOf, Condition, RefersTo

NOUNS = {"offence.code": "offence", "population": "population", "counterpart": "counterpart"}
"""Attributes with texts of the publishers, by the first one that a condition tests, and what a message calls them."""


class OpenValue(Struct, frozen=True):
    """A value that a condition names and no closed list does.

    `evidence` has a row if a record has the value, and the rows of each of `listings` are values that records have.
    """

    noun: str
    text: str
    evidence: Statement
    listings: Sequence[Statement]
    axis: str | None = None
    """The axis on which the listings' values must lie; they are then dimensions."""


async def check_values(
    session: ReadSession, builder: QueryBuilder, kind: RecordTable, conditions: Sequence[Condition], *, is_empty: bool
) -> None:
    """Raises RequestError if no visible record has one of the values that the conditions name.

    An answer that is not empty proves the only value of a condition. Nothing is raised where no record of an open
    source has any value.
    """
    for condition in conditions:
        if is_empty or _value_count(condition) > 1:
            for value in _open_values(builder, kind, condition):
                if not await session.snapshot.fetch(value.evidence):
                    await _refuse(session, value)


def _value_count(condition: Condition) -> int:
    """How many values a condition names."""
    match condition:
        case AnyOf(_, values):
            return len(values)
        case AlongAxes(axes):
            return sum(len(values) for _, values in axes)
        case _:
            return 1


def _open_values(builder: QueryBuilder, kind: RecordTable, condition: Condition) -> Iterator[OpenValue]:
    statements = builder.values
    match condition:
        case AnyOf((first, *_) as attributes, texts) if first in NOUNS:
            listings = [statements.texts(kind, attribute) for attribute in attributes]
            for text in texts:
                evidence = statements.any_record(kind, AnyOf(attributes, (text,)))
                yield OpenValue(NOUNS[first], text, evidence, listings)
        case AlongAxes(axes):
            for axis, texts in axes:
                for text in texts:
                    evidence = statements.any_record(kind, AlongAxes(((axis, (text,)),)))
                    yield OpenValue("dimension", text, evidence, [statements.dimensions(kind)], axis)
        case RefersTo(str(scheme), _):
            evidence = statements.any_with_scheme(kind, canonical_spellings(scheme))
            yield OpenValue("scheme", scheme, evidence, [statements.schemes(kind)])


async def _refuse(session: ReadSession, value: OpenValue) -> None:
    texts = [row.value for listing in value.listings for row in await session.snapshot.fetch(listing)]
    if not texts:
        return
    if value.axis is None:
        raise unknown_value(value.noun, value.text, find_nearest(value.text, texts))
    axes: dict[str, list[str]] = {}
    for axis, text in (msgspec.json.decode(dimension, type=tuple[str, str]) for dimension in texts):
        axes.setdefault(canonical(axis), []).append(text)
    if (values := axes.get(canonical(value.axis))) is None:
        raise unknown_value("axis", value.axis, find_nearest(value.axis, axes))
    raise unknown_value(f"value on the axis {value.axis!r}:", value.text, find_nearest(value.text, values))
