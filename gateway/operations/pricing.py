"""The cost of an operation, computed before anything is read: the work that it can cause, in units of CPU time.

Each field declares its work in the schema. How much that is follows from the document and its variables alone, never
from the catalogue: a page counts with all the records that it can have. `work_costs` has what each kind of work takes.
"""

from collections import defaultdict
from collections.abc import Generator, Iterator, Mapping
from math import ceil
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_argument_values,
    get_named_type,
    get_nullable_type,
    get_variable_values,
    is_list_type,
)

from gateway.operations.work_costs import MICROSECONDS, MICROSECONDS_PER_UNIT
from schema.access import work_of

OBJECTS_OF_A_LIST = 2
"""How many objects a list inside a record has, where its field does not say."""

ARRIVAL = 1
"""The cost of every request, whatever becomes of it."""

Amounts = Mapping[str, float]
"""Amounts of work by its kind."""


def price(amounts: Amounts) -> int:
    """The cost of work, at least 1."""
    return max(1, ceil(sum(amount * MICROSECONDS[kind] for kind, amount in amounts.items()) / MICROSECONDS_PER_UNIT))


def units(seconds: float) -> int:
    """The cost of so many seconds of CPU time."""
    return round(seconds * 1e6 / MICROSECONDS_PER_UNIT)


def work(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, object]
) -> Amounts:
    """The work of a valid operation with these variables. `@skip` and `@include` lower nothing.

    How many fields the operation has with its fragments written out is limited before, so the walk is bounded.
    """
    amounts: defaultdict[str, float] = defaultdict(float, request=1)
    for kind, amount in _WorkWalk(schema, document, operation, variables).amounts(operation):
        amounts[kind] += amount
    return amounts


class _Place(NamedTuple):
    """A selection set: its type, how often it is resolved, and how many objects its lists have."""

    selection_set: SelectionSetNode
    type: GraphQLNamedType | None
    times: float
    list_size: float


class _WorkWalk:
    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, object],
    ) -> None:
        self._schema = schema
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._variables = get_variable_values(schema, operation.variable_definitions or (), dict(variables))
        self._introspection: Mapping[str, float] | None = None

    def amounts(self, operation: OperationDefinitionNode) -> Iterator[tuple[str, float]]:
        root = self._schema.get_root_type(operation.operation)
        stack = [_Place(operation.selection_set, root, 1, 1)]
        while stack:
            place = stack.pop()
            for selection in place.selection_set.selections:
                match selection:
                    case FieldNode():
                        below = yield from self._field(selection, place)
                        if below is not None:
                            stack.append(below)
                    case InlineFragmentNode(type_condition=condition):
                        type_ = self._schema.type_map.get(condition.name.value) if condition else place.type
                        stack.append(place._replace(selection_set=selection.selection_set, type=type_))
                    case FragmentSpreadNode():
                        fragment = self._fragments[selection.name.value]
                        type_ = self._schema.type_map.get(fragment.type_condition.name.value)
                        stack.append(place._replace(selection_set=fragment.selection_set, type=type_))

    def _field(self, node: FieldNode, place: _Place) -> Generator[tuple[str, float], None, _Place | None]:
        """The work of a field where it stands. Returns the place below it."""
        field = self._schema.get_field(place.type, node.name.value) if place.type is not None else None  # type: ignore[arg-type]  # it has fields
        if field is None or node.selection_set is None:
            yield ("introspection" if _is_introspection(place.type) else "value"), place.times
            if field is not None:
                yield from _reading(work_of(field).read, place.times)
            return None
        type_ = get_named_type(field.type)
        is_list = is_list_type(get_nullable_type(field.type))
        if _is_introspection(type_):
            times = place.times * self._introspection_size(node.name.value)
            yield "introspection", times
            return _Place(node.selection_set, type_, times, 1)
        size = self._size(field, node, place) if is_list or work_of(field).most is not None else 1
        times = place.times * size if is_list else place.times
        yield from _reading(work_of(field).read, place.times * size)
        yield "object", times
        return _Place(node.selection_set, type_, times, OBJECTS_OF_A_LIST if is_list else size)

    def _size(self, field: GraphQLField, node: FieldNode, place: _Place) -> float:
        """How many objects a list or a page can have."""
        work = work_of(field)
        size = work.size() if callable(work.size) else work.size
        if work.most is None:
            return size if size > 1 else place.list_size
        try:
            arguments = get_argument_values(field, node, self._variables)  # type: ignore[arg-type]  # valid before
        except GraphQLError:
            return size  # The field refuses its arguments when it is executed.
        if "ids" in field.args:
            return min(len(arguments.get("ids") or ()), work.most)
        if "groupBy" in field.args and not arguments.get("groupBy"):
            return 1
        sizes = (arguments.get(name) for name in ("first", "last"))
        return min(max(next((int(size) for size in sizes if size is not None), size), 0), work.most)

    def _introspection_size(self, name: str) -> float:
        if self._introspection is None:
            self._introspection = _introspection_sizes(self._schema)
        return self._introspection.get(name, 1)


def _reading(read: str | None, rows: float) -> Iterator[tuple[str, float]]:
    """One reading, which serves all places under which a field stands, and its rows."""
    if read is not None:
        yield read, 1
        yield f"{read} row", rows


def _is_introspection(type_: GraphQLNamedType | None) -> bool:
    return type_ is not None and type_.name.startswith("__")


def _introspection_sizes(schema: GraphQLSchema) -> Mapping[str, float]:
    """The mean lengths of the lists that introspection shows, and how often it has an inner type."""
    types = schema.type_map.values()
    fields = [
        field
        for type_ in types
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
        for field in type_.fields.values()
    ]
    number = len(types)
    return {
        "types": number,
        "directives": len(schema.directives),
        "fields": len(fields) / number,
        "args": sum(len(field.args) for field in fields) / len(fields),
        "inputFields": sum(len(type_.fields) for type_ in types if isinstance(type_, GraphQLInputObjectType)) / number,
        "enumValues": sum(len(type_.values) for type_ in types if isinstance(type_, GraphQLEnumType)) / number,
        "ofType": 0.5,
    }
