"""What an operation costs, known before anything of it runs: the records that its pages can hold, and what it counts.

A page costs one and the records that it can hold, for each record under which it is asked for; a few fields cost more,
because they read more than they show. Fields of a record that was read cost nothing. The cost follows from the document
and its variables alone, never from what the catalogue holds.
"""

from collections.abc import Iterator, Mapping

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

from schema.access import price_of

PAGE = 20
"""What a page holds where its field does not say otherwise."""

LARGEST_PAGE = 100


def price(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, given: Mapping[str, object]
) -> int:
    """The cost of a valid operation with these variables, which is 1 at least. `@skip` and `@include` lower nothing.

    How many fields it holds with its fragments written out was counted before, so the walk is bounded.
    """
    return 1 + sum(_Walk(schema, document, operation, given).costs(operation))


class _Walk:
    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        given: Mapping[str, object],
    ) -> None:
        self._schema = schema
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._variables = get_variable_values(schema, operation.variable_definitions or (), dict(given))

    def costs(self, operation: OperationDefinitionNode) -> Iterator[int]:
        root = self._schema.get_root_type(operation.operation)
        # A selection, of which type, how often it is resolved, and how many records the page around it can hold.
        waiting: list[tuple[SelectionSetNode, GraphQLNamedType | None, int, int]] = [
            (operation.selection_set, root, 1, 1)
        ]
        while waiting:
            selections, kind, times, held = waiting.pop()
            for selection in selections.selections:
                match selection:
                    case FieldNode():
                        field = getattr(kind, "fields", {}).get(selection.name.value)
                        if field is not None:
                            own, below, size = self._priced(field, selection, held)
                            yield times * own
                            if selection.selection_set is not None:
                                waiting.append(
                                    (selection.selection_set, get_named_type(field.type), times * below, size)
                                )
                    case InlineFragmentNode():
                        named = selection.type_condition
                        of = self._schema.type_map.get(named.name.value) if named else kind
                        waiting.append((selection.selection_set, of, times, held))
                    case FragmentSpreadNode():
                        fragment = self._fragments[selection.name.value]
                        of = self._schema.type_map.get(fragment.type_condition.name.value)
                        waiting.append((fragment.selection_set, of, times, held))

    def _priced(self, field: GraphQLField, node: FieldNode, held: int) -> tuple[int, int, int]:
        """What a field costs, how often what stands below it is resolved, and how many records its page can hold."""
        price = price_of(field)
        if not is_composite_type(get_named_type(field.type)):
            return price, 1, 1
        listed = is_list_type(get_nullable_type(field.type))
        if not {"first", "ids"} & field.args.keys():
            # The records of a page, or a part of one record.
            return price, held if listed else 1, 1
        size = self._size(field, node)
        return price + size, size if listed else 1, 1 if listed else size

    def _size(self, field: GraphQLField, node: FieldNode) -> int:
        try:
            given = get_argument_values(field, node, self._variables)  # type: ignore[arg-type]  # they were found to fit
        except GraphQLError:
            return PAGE  # The field refuses its arguments when it is asked.
        if "ids" in field.args:
            return min(len(given.get("ids") or ()), LARGEST_PAGE)
        stated = next((given[name] for name in ("first", "last") if given.get(name) is not None), PAGE)
        return min(max(int(stated), 0), LARGEST_PAGE)
