"""How fields declare what they read; ordinary resolvers are derived from the declarations, and none fetches by itself.

A field of a record type says once which attribute of the record it needs, or that it is the page of related records.
`derive` gives every declaring field of a built schema its resolver. A later, compiled way reads the same declarations.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from inspect import Parameter, Signature
from typing import Annotated, Any

import strawberry
from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema
from msgspec import Struct

from adapters.vocabulary.enums import (
    ArrestEvent,
    FieldClass,
    HarmCategory,
    Metric,
    RecordType,
    TakedownMeasure,
    Unit,
)
from adapters.vocabulary.jurisdictions import Jurisdiction
from schema.access import DEFINITION, Access, field
from schema.inputs import DimensionInput, PeriodInput, RecordOrder
from schema.queries.figures import ComparisonQuery, TotalQuery


def _argument(kind: Any, description: str) -> Any:
    return Annotated[kind | None, strawberry.argument(description=description)]


AsOf = Annotated[
    datetime | None,
    strawberry.argument(description="Answer with what the gateway knew at this moment; the latest if absent."),
]

Release = Annotated[
    date | None,
    strawberry.argument(
        description="Only what was published on this day or before, each cell as its last release until then states it."
    ),
]

READS = "reads"


class Attribute(Struct, frozen=True):
    """The field needs these attributes of the record and shows what `shown` makes of them; without it, the only one."""

    names: tuple[str, ...]
    shown: Callable[..., Any] | None = None


class Related(Struct, frozen=True):
    """The field is the page of records of one type that share a reference with this one."""

    record: RecordType


class Listing(Struct, frozen=True):
    """The root field is a page of all records of one type."""

    record: RecordType


class Lookup(Struct, frozen=True):
    """The root field is the one record of one type that an id names."""

    record: RecordType


class Summed(Struct, frozen=True):
    """The root field is what records of one type amount to; `by` gives the attribute that each grouping means."""

    record: RecordType
    by: Mapping[str, str]


class Versions(Struct, frozen=True):
    """The field is the record's own history."""


class Changed(Struct, frozen=True):
    """The root field is what became of records, commit by commit."""


class Weighed(Struct, frozen=True):
    """The root field is made from published figures, by the question of this kind."""

    question: type[TotalQuery] | type[ComparisonQuery]


Reads = Attribute | Related | Listing | Lookup | Summed | Versions | Changed | Weighed


def attribute(name: str, description: str, shown: Callable[[Any], Any] | None = None) -> Any:
    """A field that shows one attribute of its record; `shown` turns the stored value into the one to show."""
    return field(description=description, metadata={READS: Attribute((name,), shown)})


def classed(field_class: FieldClass, name: str, description: str, shown: Callable[[Any], Any] | None = None) -> Any:
    """A field that shows a sensitive attribute of its record, to those who are granted its class."""
    access = Access(field_class=field_class)
    return field(description=description, metadata={READS: Attribute((name,), shown)}, access=access)


def derived(names: tuple[str, ...], description: str, shown: Callable[..., Any]) -> Any:
    """A field that shows what `shown` makes of several attributes of its record, given in the order of `names`."""
    return field(description=description, metadata={READS: Attribute(names, shown)})


def related(record: RecordType, filtered_by: type) -> Any:
    """A field that is the page of records of one type that share a reference with its own."""
    kind = record.name.replace("_", " ").lower()
    return field(
        resolver=_signature(filtered_by),
        description=f"The {kind} records that share a reference with this record, newest first.",
        metadata={READS: Related(record)},
    )


def listing(record: RecordType, filtered_by: type, description: str, *, released: bool = False) -> Any:
    """A root field that is a page of all records of one type; `released` where a later one may restate an earlier."""
    return field(
        resolver=_signature(filtered_by, as_of=True, released=released),
        description=description,
        metadata={READS: Listing(record)},
    )


def lookup(record: RecordType, description: str) -> Any:
    """A root field that is the one record of one type that an id names."""

    def resolver(
        id: Annotated[strawberry.ID, strawberry.argument(description="The record's `id`.")],
        as_of: AsOf = strawberry.UNSET,
    ) -> Any:
        raise NotDerived

    return field(resolver=resolver, description=description, metadata={READS: Lookup(record)})


def summed(record: RecordType, filtered_by: type, grouping: type, by: Mapping[str, str], description: str) -> Any:
    """A root field that is what records of one type amount to, in groups that `grouping` can name."""
    annotations: dict[str, Any] = {
        "filter": _argument(
            filtered_by,
            "Only records that meet every condition given. A list asks for any of its values, an empty one for none.",
        ),
        "period": _argument(
            PeriodInput, "Only records whose own period lies within these days, which are whole months."
        ),
        "group_by": _argument(
            list[grouping],  # type: ignore[valid-type]  # the list that Strawberry is given, not one that mypy reads
            "What to group by; everything is one cell if absent.",
        ),
        "first": _argument(int, "How many cells, 100 if absent; at most 1,000."),
    }
    return field(resolver=_taking(annotations), description=description, metadata={READS: Summed(record, by)})


def history() -> Any:
    """A field that is the versions of its own record."""
    first = _argument(int, "How many versions, the latest first; 20 if absent, at most 100.")
    return field(
        resolver=_taking({"first": first}),
        description="The record's versions, the latest first.",
        metadata={READS: Versions()},
    )


def changed(filtered_by: type, description: str) -> Any:
    """A root field that is what became of records, commit by commit."""
    annotations: dict[str, Any] = {
        "after": _argument(str, "Only what comes after this cursor; from the beginning if absent."),
        "first": _argument(int, "How many, 20 if absent; at most 100."),
        "filter": _argument(filtered_by, "Only changes that meet every condition given."),
    }
    return field(resolver=_taking(annotations), description=description, metadata={READS: Changed()})


def weighed(question: type[TotalQuery] | type[ComparisonQuery], description: str) -> Any:
    """A root field that is made from published figures."""
    unnamed = "the whole if absent" if question is TotalQuery else "any if absent"
    annotations: dict[str, Any] = {
        "metric": Annotated[Metric, strawberry.argument(description="What is counted or measured.")],
        "period": Annotated[PeriodInput, strawberry.argument(description="The days, with an exclusive end.")],
        "unit": _argument(Unit, "What one of them is; each unit on its own if absent."),
        "event": _argument(ArrestEvent, f"Which act of the police; {unnamed}."),
        "jurisdiction": _argument(Jurisdiction, f"The place; {unnamed}."),
        "platform": _argument(str, f"The platform, by id, name or alias; {unnamed}."),
        "agency": _argument(
            str,
            "Whose acts are counted, or who says so where it is left open, by id, name or alias; each one if absent.",
        ),
        "counterpart": _argument(str, f"The other side, exactly as printed; {unnamed}."),
        "harm_category": _argument(list[HarmCategory], f"About these harms together; {unnamed}."),
        "measure": _argument(list[TakedownMeasure], f"Counting these measures together; {unnamed}."),
        "dimensions": _argument(list[DimensionInput], "The part along each of these axes; the whole along all others."),
        "population": _argument(str, "Of what, exactly as the figures word it; each wording on its own if absent."),
        "source" if question is TotalQuery else "sources": _argument(
            list[str], "Any of these sources, by name; all if absent."
        ),
        "release": Release,
        "as_of": AsOf,
    }
    return field(
        resolver=_taking(annotations, required=("metric", "period")),
        description=description,
        metadata={READS: Weighed(question)},
    )


def declared(built: GraphQLField) -> Reads | None:
    """What a field of the built schema declares to read."""
    definition = built.extensions.get(DEFINITION)
    return definition.metadata.get(READS) if definition is not None else None


Derivation = Callable[[Reads], Callable[..., Any]]


def derive(schema: GraphQLSchema, derivation: Derivation) -> None:
    """Gives every field that declares what it reads the resolver that follows from the declaration."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType):
            for each in kind.fields.values():
                reads = declared(each)
                if reads is not None:
                    each.resolve = derivation(reads)


class NotDerived(RuntimeError):
    """A declaring field was run before `derive` gave it its resolver."""


def _signature(filtered_by: type, *, as_of: bool = False, released: bool = False) -> Callable[..., Any]:
    """The arguments of a page, as Strawberry reads them from a function."""
    annotations: dict[str, Any] = {
        "first": _argument(int, "How many from the start, 20 if neither this nor `last` is given; at most 100."),
        "after": _argument(str, "Only what comes after this cursor; a page goes with `first`."),
        "last": _argument(int, "How many from the end, at most 100. An error together with `first`."),
        "before": _argument(str, "Only what comes before this cursor; a page goes with `last`."),
        "filter": _argument(
            filtered_by,
            "Only records that meet every condition given. A list asks for any of its values, an empty one for none.",
        ),
        "order_by": _argument(RecordOrder, "The order; if absent by the records' own period, newest first."),
    }
    if as_of:
        annotations["as_of"] = AsOf
    if released:
        annotations["release"] = Release
        annotations["all_releases"] = _argument(
            bool, "Also the figures that a later release restates; without it only the last release of each cell."
        )

    return _taking(annotations)


def _taking(annotations: dict[str, Any], required: Collection[str] = ()) -> Callable[..., Any]:
    """A function of these arguments, for Strawberry to read."""

    def underived(**arguments: Any) -> Any:
        raise NotDerived

    underived.__annotations__ = annotations
    vars(underived)["__signature__"] = Signature(
        [
            Parameter(
                name,
                Parameter.KEYWORD_ONLY,
                default=Parameter.empty if name in required else strawberry.UNSET,
                annotation=kind,
            )
            for name, kind in annotations.items()
        ]
    )
    return underived
