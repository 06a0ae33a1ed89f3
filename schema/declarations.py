"""How fields declare what they read; ordinary resolvers are derived from the declarations, and none fetches by itself.

A field of a record type says once which attribute of the record it needs, or that it is the page of related records.
`derive` gives every declaring field of a built schema its resolver. A later, compiled way reads the same declarations.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from inspect import Parameter, Signature
from typing import Annotated, Any

import strawberry
from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema
from msgspec import Struct

from adapters.vocabulary.enums import FieldClass, RecordType
from schema.access import DEFINITION, Access, field
from schema.inputs import PeriodInput, RecordOrder


def _argument(kind: Any, description: str) -> Any:
    return Annotated[kind | None, strawberry.argument(description=description)]


AsOf = Annotated[
    datetime | None,
    strawberry.argument(description="Answer with what the gateway knew at this moment; the latest if absent."),
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


Reads = Attribute | Related | Listing | Lookup | Summed | Versions | Changed


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


def listing(record: RecordType, filtered_by: type, description: str) -> Any:
    """A root field that is a page of all records of one type."""
    return field(
        resolver=_signature(filtered_by, as_of=True), description=description, metadata={READS: Listing(record)}
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


def _signature(filtered_by: type, *, as_of: bool = False) -> Callable[..., Any]:
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

    return _taking(annotations)


def _taking(annotations: dict[str, Any]) -> Callable[..., Any]:
    """A function of these arguments, for Strawberry to read."""

    def underived(**arguments: Any) -> Any:
        raise NotDerived

    underived.__annotations__ = annotations
    vars(underived)["__signature__"] = Signature(
        [
            Parameter(name, Parameter.KEYWORD_ONLY, default=strawberry.UNSET, annotation=kind)
            for name, kind in annotations.items()
        ]
    )
    return underived
