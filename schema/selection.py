"""What an operation selects below a field, read from its document before anything is fetched.

Written against the GraphQL specification, section 6.3.2 (CollectFields): fragments are followed where their type
condition can hold, `@skip` and `@include` are obeyed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionSetNode,
    is_abstract_type,
)
from graphql.execution.values import get_argument_values, get_directive_values

Selected = Mapping[str, Sequence[FieldNode]]
"""Field nodes by response name, in the order of the document."""


class Selection:
    """Reads the selections of one running operation."""

    def __init__(self, info: GraphQLResolveInfo[Any]) -> None:
        self._schema: GraphQLSchema = info.schema
        self._fragments: Mapping[str, FragmentDefinitionNode] = info.fragments
        self._variables: Any = info.variable_values

    def below(self, kind: GraphQLObjectType, nodes: Iterable[FieldNode]) -> Selected:
        """The fields that are selected of an object of type `kind`, under the given field nodes together."""
        selected: dict[str, list[FieldNode]] = {}
        met: set[str] = set()
        for node in nodes:
            if node.selection_set is not None:
                for field in self._fields(kind, node.selection_set, met):
                    selected.setdefault((field.alias or field.name).value, []).append(field)
        return selected

    def fields(
        self, kind: GraphQLObjectType, nodes: Iterable[FieldNode]
    ) -> Iterator[tuple[str, GraphQLField, Sequence[FieldNode]]]:
        """Of these the fields that the type declares: `__typename` is none, and reads nothing."""
        for name, same in self.below(kind, nodes).items():
            if (field := kind.fields.get(same[0].name.value)) is not None:
                yield name, field, same

    def arguments(self, kind: GraphQLObjectType, node: FieldNode) -> dict[str, Any]:
        """The arguments of a selected field, coerced."""
        return get_argument_values(kind.fields[node.name.value], node, self._variables)

    def _fields(self, kind: GraphQLObjectType, selections: SelectionSetNode, met: set[str]) -> Iterator[FieldNode]:
        for selection in selections.selections:
            if self._left_out(selection):
                continue
            if isinstance(selection, FieldNode):
                yield selection
            elif isinstance(selection, InlineFragmentNode):
                if self._applies(kind, selection.type_condition):
                    yield from self._fields(kind, selection.selection_set, met)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in met:
                met.add(selection.name.value)
                fragment = self._fragments[selection.name.value]
                if self._applies(kind, fragment.type_condition):
                    yield from self._fields(kind, fragment.selection_set, met)

    def _applies(self, kind: GraphQLObjectType, condition: Any) -> bool:
        if condition is None:
            return True
        named = self._schema.type_map[condition.name.value]
        return named is kind or (is_abstract_type(named) and self._schema.is_sub_type(named, kind))

    def _left_out(self, selection: Any) -> bool:
        skip = get_directive_values(GraphQLSkipDirective, selection, self._variables)
        include = get_directive_values(GraphQLIncludeDirective, selection, self._variables)
        return bool(skip and skip["if"]) or bool(include and not include["if"])
