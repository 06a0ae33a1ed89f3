"""Declarations: what a field reads. Resolvers, and later compiled plans, derive from them; no field reads by itself.

A field of a record type declares the attributes of the record that it needs, or that it is a page of related records.
A root field declares which query it is the answer to.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from inspect import Parameter, Signature
from types import GenericAlias
from typing import Annotated, Any, NoReturn

import strawberry
from graphql import GraphQLField, GraphQLFieldResolver, GraphQLObjectType, GraphQLSchema
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
from schema.access import NO_WORK, Access, SchemaField, Work, field, metadata_of
from schema.inputs import DimensionInput, PeriodInput, RecordOrder
from schema.queries.base import CatalogueQuery
from schema.queries.figures import ComparisonQuery, TotalQuery

DECLARATION = "declaration"
DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
DEFAULT_CELLS = 100
MAX_CELLS = 1_000

Arguments = Mapping[str, object]
"""The arguments of a field as GraphQL coerces them, by their names in the schema; absent ones are missing."""


class AttributeField(Struct, frozen=True):
    """Reads these attributes of its record and shows what `compute` makes of them, or the only one as it is."""

    names: tuple[str, ...]
    compute: Callable[..., object] | None = None


class RelatedField(Struct, frozen=True):
    """Reads a page of records of one type that share a reference with its record."""

    record_type: RecordType


class HistoryField(Struct, frozen=True):
    """Reads the versions of its record."""


class PageField(Struct, frozen=True):
    """A root field that reads a page of records of one type."""

    record_type: RecordType


class LookupField(Struct, frozen=True):
    """A root field that reads the record of one type with a global id."""

    record_type: RecordType


class NodeField(Struct, frozen=True):
    """A root field that reads the record with a global id, or with `many` those with several."""

    many: bool


class SummaryField(Struct, frozen=True):
    """A root field that reads a summary of records of one type; `groupings` has the attribute of each grouping."""

    record_type: RecordType
    groupings: Mapping[str, str]


class ChangesField(Struct, frozen=True):
    """A root field that reads changes, commit by commit."""


class FigureField(Struct, frozen=True):
    """A root field that reads a total or a comparison of published figures."""

    query: type[TotalQuery] | type[ComparisonQuery]


class QueryField(Struct, frozen=True):
    """A root field that shows the answer to a query that follows from its arguments alone.

    `query` raises `schema.errors.RequestError` for invalid arguments.
    """

    query: Callable[[Arguments], CatalogueQuery[object]]


Declaration = (
    AttributeField
    | RelatedField
    | HistoryField
    | PageField
    | LookupField
    | NodeField
    | SummaryField
    | ChangesField
    | FigureField
    | QueryField
)


class NotDerived(RuntimeError):
    """A field ran before `derive` gave it the resolver that follows from its declaration."""


def page_work(read: str) -> Work:
    """The work of a page of records."""
    return Work(read, DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE)


# Fields of a value.


def value_field(description: str, access: Access | None = None, *, work: Work = NO_WORK) -> SchemaField:
    """Shows the attribute of the field's own name."""
    return field(description=description, access=access, work=work)


def computed_field(
    description: str, compute: Callable[[Any], object], access: Access | None = None, *, work: Work = NO_WORK
) -> SchemaField:
    """Shows what `compute` makes of the value as a whole."""

    def resolve(root: object) -> object:
        return compute(root)

    return field(description=description, access=access, resolver=resolve, work=work)


# Fields of a record.


def attribute(name: str, description: str, compute: Callable[..., object] | None = None) -> SchemaField:
    """Shows an attribute of the record, or what `compute` makes of its value."""
    return field(description=description, metadata={DECLARATION: AttributeField((name,), compute)})


def sensitive_attribute(field_class: FieldClass, name: str, description: str) -> SchemaField:
    """Shows a sensitive attribute of the record to callers that are granted its class."""
    declaration = AttributeField((name,))
    access = Access(field_class=field_class)
    return field(description=description, access=access, metadata={DECLARATION: declaration})


def computed_attribute(names: tuple[str, ...], description: str, compute: Callable[..., object]) -> SchemaField:
    """Shows what `compute` makes of several attributes of the record, passed in the order of `names`."""
    return field(description=description, metadata={DECLARATION: AttributeField(names, compute)})


def related_field(record_type: RecordType, filter_type: type) -> SchemaField:
    """A page of records of one type that share a reference with the record."""
    name = record_type.name.replace("_", " ").lower()
    return field(
        resolver=_with_arguments(_page_arguments(filter_type)),
        description=f"The {name} records that share a reference with this record, newest first.",
        work=page_work("related"),
        metadata={DECLARATION: RelatedField(record_type)},
    )


def history_field() -> SchemaField:
    """The versions of the record."""
    first = argument(int, "The number of versions, latest first. Default 20, at most 100.")
    return field(
        resolver=_with_arguments({"first": first}),
        description="The versions of the record, latest first.",
        work=page_work("history"),
        metadata={DECLARATION: HistoryField()},
    )


# Root fields.


def page_field(record_type: RecordType, filter_type: type, description: str, *, releases: bool = False) -> SchemaField:
    """A page of records of one type; with `releases`, for records that a later release may restate."""
    arguments = _page_arguments(filter_type) | {"as_of": AsOf}
    if releases:
        arguments["release"] = Release
        arguments["all_releases"] = argument(
            bool, "Include figures that a later release restates. Default: only the last release of each cell."
        )
    return field(
        resolver=_with_arguments(arguments),
        description=description,
        work=page_work("page"),
        metadata={DECLARATION: PageField(record_type)},
    )


def lookup_field(record_type: RecordType, description: str) -> SchemaField:
    """The record of one type with a global id."""
    return field(
        resolver=_with_arguments(
            {"id": required_argument(strawberry.ID, "The `id` of the record."), "as_of": AsOf}, required=["id"]
        ),
        description=description,
        work=Work("lookup"),
        metadata={DECLARATION: LookupField(record_type)},
    )


def node_field(description: str) -> SchemaField:
    """The record with a global id, of any type."""
    return field(
        resolver=_with_arguments(
            {"id": required_argument(strawberry.ID, "The `id` of the record."), "as_of": AsOf}, required=["id"]
        ),
        description=description,
        work=Work("lookup"),
        metadata={DECLARATION: NodeField(many=False)},
    )


def nodes_field(description: str) -> SchemaField:
    """The records with these global ids, of any type."""
    return field(
        resolver=_with_arguments(
            {"ids": required_argument(list[strawberry.ID], "The `id`s of the records, at most 100."), "as_of": AsOf},
            required=["ids"],
        ),
        description=description,
        work=page_work("lookup"),
        metadata={DECLARATION: NodeField(many=True)},
    )


def summary_field(
    record_type: RecordType, filter_type: type, grouping_type: type, groupings: Mapping[str, str], description: str
) -> SchemaField:
    """A summary of records of one type, grouped by values of `grouping_type`."""
    return field(
        resolver=_with_arguments(
            {
                "filter": argument(filter_type, FILTER),
                "period": argument(
                    PeriodInput,
                    "Only records whose own period lies within this one, which must consist of whole months.",
                ),
                "group_by": argument(
                    GenericAlias(list, grouping_type), "What to group by. Without it the summary is one cell."
                ),
                "first": argument(int, "The number of cells. Default 100, at most 1,000."),
            }
        ),
        description=description,
        work=Work("summary", DEFAULT_CELLS, MAX_CELLS),
        metadata={DECLARATION: SummaryField(record_type, groupings)},
    )


def changes_field(filter_type: type, description: str) -> SchemaField:
    """Changes to records, commit by commit."""
    return field(
        resolver=_with_arguments(
            {
                "after": argument(str, "Only changes after this cursor; from the beginning if absent."),
                "first": argument(int, "The number of changes. Default 20, at most 100."),
                "filter": argument(filter_type, "Only changes that meet every condition."),
            }
        ),
        description=description,
        work=page_work("changes"),
        metadata={DECLARATION: ChangesField()},
    )


def figure_field(query: type[TotalQuery] | type[ComparisonQuery], description: str) -> SchemaField:
    """A total or a comparison of published figures."""
    return field(
        resolver=_with_arguments(
            _figure_arguments(is_total=query is TotalQuery),
            required=("metric", "period"),
        ),
        description=description,
        work=Work("total" if query is TotalQuery else "comparison"),
        metadata={DECLARATION: FigureField(query)},
    )


def query_field(
    query: Callable[[Arguments], CatalogueQuery[object]],
    description: str,
    arguments: Mapping[str, object] | None = None,
    *,
    required: Collection[str] = (),
    access: Access | None = None,
    work: Work = NO_WORK,
) -> SchemaField:
    """A root field that shows the answer to the query that `query` makes of its arguments."""
    return field(
        resolver=_with_arguments(arguments or {}, required),
        description=description,
        access=access,
        work=work,
        metadata={DECLARATION: QueryField(query)},
    )


# Derivation.

Derivation = Callable[[Declaration], GraphQLFieldResolver]
"""Makes the resolver that follows from a declaration."""


def declaration_of(field: GraphQLField) -> Declaration | None:
    """What a field of the built schema declares to read; None for one that resolves by itself."""
    declaration = metadata_of(field).get(DECLARATION)
    return declaration if isinstance(declaration, Declaration) else None


def derive(schema: GraphQLSchema, derivation: Derivation) -> None:
    """Gives every field of a schema that has a declaration the resolver that follows from it."""
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType):
            for field_ in type_.fields.values():
                declaration = declaration_of(field_)
                if declaration is not None:
                    field_.resolve = derivation(declaration)


# Arguments.

FILTER = "Only records that meet every condition. A list matches any of its values, an empty list matches nothing."


def argument(type_: Any, text: str) -> object:
    """The annotation of an argument that may be absent or null."""
    return Annotated[type_ | None, strawberry.argument(description=text)]


def required_argument(type_: Any, text: str) -> object:
    """The annotation of an argument that must be given."""
    return Annotated[type_, strawberry.argument(description=text)]


AsOf = argument(datetime, "Answer as of this moment; the present if absent.")
Release = argument(
    date, "Only figures published on this day or before, each cell as its last release until then states it."
)


def _page_arguments(filter_type: type) -> dict[str, object]:
    return {
        "first": argument(int, "The number of records from the start, at most 100. Default 20, unless `last` is set."),
        "after": argument(str, "Only records after this cursor. Use with `first`."),
        "last": argument(int, "The number of records from the end, at most 100. Do not combine with `first`."),
        "before": argument(str, "Only records before this cursor. Use with `last`."),
        "filter": argument(filter_type, FILTER),
        "order_by": argument(RecordOrder, "The order of the records. Default: by their own period, newest first."),
    }


def _figure_arguments(*, is_total: bool) -> dict[str, object]:
    default = "the total if absent" if is_total else "any if absent"
    return {
        "metric": required_argument(Metric, "What is counted or measured."),
        "period": required_argument(PeriodInput, "The days, with an exclusive end."),
        "unit": argument(Unit, "The unit; each unit separately if absent."),
        "event": argument(ArrestEvent, f"The event; {default}."),
        "jurisdiction": argument(Jurisdiction, f"The jurisdiction; {default}."),
        "platform": argument(str, f"The platform, by id, name or alias; {default}."),
        "agency": argument(
            str,
            "The agency whose acts are counted, or the speaker if the figure does not say, by id, name or alias; "
            "each separately if absent.",
        ),
        "counterpart": argument(str, f"The other party, exactly as printed; {default}."),
        "harm_category": argument(list[HarmCategory], f"These harm categories together; {default}."),
        "measure": argument(list[TakedownMeasure], f"These measures together; {default}."),
        "dimensions": argument(list[DimensionInput], "One part along each of these axes; the whole along all others."),
        "population": argument(str, "The population, exactly as the figures word it; each separately if absent."),
        "source" if is_total else "sources": argument(list[str], "Any of these sources, by name; all if absent."),
        "release": Release,
        "as_of": AsOf,
    }


def _with_arguments(annotations: Mapping[str, object], required: Iterable[str] = ()) -> Callable[..., NoReturn]:
    """A resolver with these arguments, from which Strawberry reads them. It is replaced before it can run."""

    def resolve(**arguments: object) -> NoReturn:
        raise NotDerived

    resolve.__annotations__ = dict(annotations)
    vars(resolve)["__signature__"] = Signature(
        [
            Parameter(
                name,
                Parameter.KEYWORD_ONLY,
                default=Parameter.empty if name in required else strawberry.UNSET,
                annotation=annotation,
            )
            for name, annotation in annotations.items()
        ]
    )
    return resolve
