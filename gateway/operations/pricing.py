"""The cost of an operation, computed before anything is read.

A field costs the price that it declares; a page also costs the records that it can have, both times the records under
which the page is selected. The cost follows from the document and its variables alone, never from the catalogue.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_argument_values,
    get_named_type,
    get_nullable_type,
    get_variable_values,
    is_composite_type,
    is_list_type,
)

from gateway.operations.arguments import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from schema.access import price_of


def price(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, object]
) -> int:
    """The cost of a valid operation with these variables, at least 1. `@skip` and `@include` lower nothing.

    How many fields the operation has with its fragments written out is limited before, so the walk is bounded.
    """
    return 1 + sum(_PriceWalk(schema, document, operation, variables).prices(operation))


class _Place(NamedTuple):
    """A selection set: its type, how often it is resolved, and how many records the page around it can have."""

    selection_set: SelectionSetNode
    type: GraphQLNamedType | None
    times: int
    page_size: int


class _PriceWalk:
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

    def prices(self, operation: OperationDefinitionNode) -> Iterator[int]:
        root = self._schema.get_root_type(operation.operation)
        stack = [_Place(operation.selection_set, root, 1, 1)]
        while stack:
            place = stack.pop()
            for selection in place.selection_set.selections:
                match selection:
                    case FieldNode():
                        field = getattr(place.type, "fields", {}).get(selection.name.value)
                        if field is not None:
                            price, below = self._field(field, selection, place)
                            yield price
                            stack += below
                    case InlineFragmentNode(type_condition=condition):
                        type_ = self._schema.type_map.get(condition.name.value) if condition else place.type
                        stack.append(place._replace(selection_set=selection.selection_set, type=type_))
                    case FragmentSpreadNode():
                        fragment = self._fragments[selection.name.value]
                        type_ = self._schema.type_map.get(fragment.type_condition.name.value)
                        stack.append(place._replace(selection_set=fragment.selection_set, type=type_))

    def _field(self, field: GraphQLField, node: FieldNode, place: _Place) -> tuple[int, list[_Place]]:
        """What a field costs where it stands, and the place below it."""
        type_ = get_named_type(field.type)
        is_list = is_list_type(get_nullable_type(field.type))
        price, times, page_size = price_of(field), 1, 1
        if is_composite_type(type_):
            if not {"first", "ids"} & field.args.keys():
                # The records of a page, or a part of one record.
                times = place.page_size if is_list else 1
            else:
                size = self._page_size(field, node)
                price += size
                times, page_size = (size, 1) if is_list else (1, size)
        below = [_Place(node.selection_set, type_, place.times * times, page_size)] if node.selection_set else []
        return place.times * price, below

    def _page_size(self, field: GraphQLField, node: FieldNode) -> int:
        try:
            arguments = get_argument_values(field, node, self._variables)  # type: ignore[arg-type]  # valid before
        except GraphQLError:
            return DEFAULT_PAGE_SIZE  # The field refuses its arguments when it is executed.
        if "ids" in field.args:
            return min(len(arguments.get("ids") or ()), MAX_PAGE_SIZE)
        sizes = (arguments.get(name) for name in ("first", "last"))
        size = next((size for size in sizes if size is not None), DEFAULT_PAGE_SIZE)
        return min(max(int(size), 0), MAX_PAGE_SIZE)
