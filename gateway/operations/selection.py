"""Selections: what an operation selects below a field, read from its document before anything is fetched.

Written against the GraphQL specification, section 6.3.2 (CollectFields): fragments are followed where their type
condition can hold, `@skip` and `@include` are obeyed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    NamedTypeNode,
    SelectionNode,
    SelectionSetNode,
    is_abstract_type,
)
from graphql.execution.values import get_argument_values, get_directive_values

from gateway.operations.context import ResolveInfo

SelectedFields = Mapping[str, Sequence[FieldNode]]
"""Field nodes by response name, in the order of the document."""


class Selection:
    """Reads the selections of one running operation."""

    def __init__(self, info: ResolveInfo) -> None:
        self._schema: GraphQLSchema = info.schema
        self._fragments: Mapping[str, FragmentDefinitionNode] = info.fragments
        self._variables = info.variable_values

    def below(self, type_: GraphQLObjectType, nodes: Iterable[FieldNode]) -> SelectedFields:
        """The fields that are selected of an object of this type, under all of the field nodes together."""
        selected: dict[str, list[FieldNode]] = {}
        spreads: set[str] = set()
        for node in nodes:
            if node.selection_set is not None:
                for field in self._fields(type_, node.selection_set, spreads):
                    selected.setdefault((field.alias or field.name).value, []).append(field)
        return selected

    def fields(
        self, type_: GraphQLObjectType, nodes: Iterable[FieldNode]
    ) -> Iterator[tuple[str, GraphQLField, Sequence[FieldNode]]]:
        """Those that the type declares, with their definition: all but `__typename`, which reads nothing."""
        for name, selected in self.below(type_, nodes).items():
            if (field := type_.fields.get(selected[0].name.value)) is not None:
                yield name, field, selected

    def arguments(self, field: GraphQLField, node: FieldNode) -> dict[str, object]:
        """The arguments of a selected field, coerced."""
        return get_argument_values(field, node, self._variables)

    def _fields(self, type_: GraphQLObjectType, selections: SelectionSetNode, spreads: set[str]) -> Iterator[FieldNode]:
        for selection in selections.selections:
            if self._is_skipped(selection):
                continue
            if isinstance(selection, FieldNode):
                yield selection
            elif isinstance(selection, InlineFragmentNode):
                if self._applies(type_, selection.type_condition):
                    yield from self._fields(type_, selection.selection_set, spreads)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in spreads:
                spreads.add(selection.name.value)
                fragment = self._fragments[selection.name.value]
                if self._applies(type_, fragment.type_condition):
                    yield from self._fields(type_, fragment.selection_set, spreads)

    def _applies(self, type_: GraphQLObjectType, condition: NamedTypeNode | None) -> bool:
        if condition is None:
            return True
        condition_type = self._schema.type_map[condition.name.value]
        return condition_type is type_ or (
            is_abstract_type(condition_type) and self._schema.is_sub_type(condition_type, type_)
        )

    def _is_skipped(self, selection: SelectionNode) -> bool:
        skip = get_directive_values(GraphQLSkipDirective, selection, self._variables)
        include = get_directive_values(GraphQLIncludeDirective, selection, self._variables)
        return bool(skip and skip["if"]) or bool(include and not include["if"])
