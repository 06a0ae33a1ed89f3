"""The resolvers that follow from declarations: a root field reads one query, a field below it shows a part of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from inspect import isawaitable
from operator import attrgetter
from typing import Any, TypeVar, cast

from graphql import (
    GraphQLField,
    GraphQLFieldResolver,
    GraphQLObjectType,
    GraphQLSchema,
    default_field_resolver,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_introspection_type,
    is_list_type,
)

from adapters.vocabulary.enums import RecordType
from gateway.operations.arguments import (
    ChangesArguments,
    FigureArguments,
    PageArguments,
    SummaryArguments,
)
from gateway.operations.context import ResolveInfo
from gateway.operations.query_tree import QueryTree, field_path
from schema.access import View
from schema.contract import PUBLIC, visible_schema
from schema.declarations import (
    MAX_PAGE_SIZE,
    Arguments,
    AttributeField,
    ChangesField,
    Declaration,
    FigureField,
    HistoryField,
    LookupField,
    NodeField,
    PageField,
    QueryField,
    RelatedField,
    SummaryField,
)
from schema.errors import ErrorCode, RequestError
from schema.inputs import is_storable
from schema.queries.base import CatalogueQuery
from schema.queries.figures import ComparisonQuery, TotalQuery
from schema.queries.records import LookupQuery, RecordRow

A = TypeVar("A")

ALL_TYPES = frozenset(RecordType)


def executable_schema(view: View = PUBLIC) -> GraphQLSchema:
    """The schema as a caller of this view sees it, with resolvers."""
    schema = visible_schema(view, resolver_of)
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType) and not is_introspection_type(type_):
            for field in filter(_lists_objects, type_.fields.values()):
                # The schema of a view may be the one of an earlier call.
                if not isinstance(field.resolve, PacedList):
                    field.resolve = PacedList(field.resolve or default_field_resolver)
    return schema


def _lists_objects(field: GraphQLField) -> bool:
    return is_list_type(get_nullable_type(field.type)) and is_composite_type(get_named_type(field.type))


class PacedList:
    """A resolver of the same list. Where the answer is long, others have their turns between its items."""

    def __init__(self, resolve: GraphQLFieldResolver) -> None:
        self._resolve = resolve

    def __call__(self, source: Any, info: ResolveInfo, **arguments: Any) -> Any:
        items = self._resolve(source, info, **arguments)
        if not info.context.is_long:
            return items
        return self._wait(items, info) if isawaitable(items) else self._pace(items, info)

    @staticmethod
    def _pace(items: Any, info: ResolveInfo) -> Any:
        return info.context.pace.over(items) if isinstance(items, Sequence) and len(items) > 1 else items

    async def _wait(self, items: Awaitable[Any], info: ResolveInfo) -> Any:
        return self._pace(await items, info)


def resolver_of(declaration: Declaration) -> GraphQLFieldResolver:
    """The resolver of a field with this declaration."""
    match declaration:
        case AttributeField((name,), None):
            return _attribute(name)
        case AttributeField(names, compute) if compute is not None:
            return _computed(names, compute)
        case RelatedField() | HistoryField():
            return _related
        case PageField(record_type):
            return _page(record_type)
        case LookupField(record_type):
            return _lookup(frozenset({record_type}))
        case NodeField(many=False):
            return _lookup(ALL_TYPES)
        case NodeField(many=True):
            return _lookup_many
        case SummaryField(record_type, groupings):
            return _summary(record_type, groupings)
        case ChangesField():
            return _changes
        case FigureField(query):
            return _figures(query)
        case QueryField(query):
            return _query(query)
    raise AssertionError(declaration)


# Fields of a record.


def _value_of(name: str) -> Callable[[Any], object]:
    """Reads one attribute of a record, or of a cell of a summary."""
    if name in RecordRow.__struct_fields__:
        return attrgetter(name)
    return lambda row: row.values[name]


def _attribute(name: str) -> GraphQLFieldResolver:
    value_of = _value_of(name)
    return lambda row, info: value_of(row)


def _computed(names: Sequence[str], compute: Callable[..., object]) -> GraphQLFieldResolver:
    getters = tuple(map(_value_of, names))
    return lambda row, info: compute(*(value_of(row) for value_of in getters))


def _related(row: RecordRow, info: ResolveInfo, **arguments: object) -> object:
    return row.related[field_path(info)]


# Root fields.


def _page(record_type: RecordType) -> GraphQLFieldResolver:
    async def resolve(root: None, info: ResolveInfo, **arguments: object) -> object:
        return await _read(info, QueryTree(info).page(record_type, cast("PageArguments", arguments)))

    return resolve


def _lookup(record_types: frozenset[RecordType]) -> GraphQLFieldResolver:
    async def resolve(root: None, info: ResolveInfo, id: str, asOf: datetime | None = None) -> RecordRow | None:
        (row,) = await _records_by_id(info, [id], record_types, asOf)
        return row

    return resolve


async def _lookup_many(
    root: None, info: ResolveInfo, ids: Sequence[str], asOf: datetime | None = None
) -> list[RecordRow | None]:
    return await _records_by_id(info, ids, ALL_TYPES, asOf)


async def _records_by_id(
    info: ResolveInfo, ids: Sequence[str], record_types: frozenset[RecordType], as_of: datetime | None
) -> list[RecordRow | None]:
    """The records with these global ids, in their order; None for an id of no record that the caller may see."""
    if len(ids) > MAX_PAGE_SIZE:
        raise RequestError(ErrorCode.BAD_INPUT, f"At most {MAX_PAGE_SIZE} ids can be asked for at once.")
    keys = [(type_name, id_) for type_name, _, id_ in (global_id.partition(":") for global_id in ids)]
    ids_by_type: dict[RecordType, list[str]] = {}
    for type_name, id_ in keys:
        if type_name in record_types and is_storable(id_):
            ids_by_type.setdefault(RecordType(type_name), []).append(id_)
    tree = QueryTree(info)
    rows: dict[tuple[str, str], RecordRow] = {}
    for record_type, type_ids in ids_by_type.items():
        attributes, related = tree.record(record_type)
        query = LookupQuery(
            record_type=record_type, ids=tuple(type_ids), attributes=attributes, related=related, as_of=as_of
        )
        rows |= {(record_type.value, id_): row for id_, row in (await _read(info, query)).items()}
    return [rows.get(key) for key in keys]


def _summary(record_type: RecordType, groupings: Mapping[str, str]) -> GraphQLFieldResolver:
    async def resolve(root: None, info: ResolveInfo, **arguments: object) -> object:
        query = QueryTree(info).summary(record_type, cast("SummaryArguments", arguments), groupings)
        return await _read(info, query)

    return resolve


async def _changes(root: None, info: ResolveInfo, **arguments: object) -> object:
    return await _read(info, QueryTree(info).changes(cast("ChangesArguments", arguments)))


def _figures(query: type[TotalQuery] | type[ComparisonQuery]) -> GraphQLFieldResolver:
    async def resolve(root: None, info: ResolveInfo, /, **arguments: object) -> object:
        return await _read(info, QueryTree(info).figures(query, cast("FigureArguments", arguments)))

    return resolve


def _query(make_query: Callable[[Arguments], CatalogueQuery[object]]) -> GraphQLFieldResolver:
    async def resolve(root: None, info: ResolveInfo, **arguments: object) -> object:
        return await _read(info, make_query(arguments))

    return resolve


async def _read(info: ResolveInfo, query: CatalogueQuery[A]) -> A:
    return await info.context.catalogue.read(query)
