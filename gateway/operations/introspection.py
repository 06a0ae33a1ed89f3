"""Introspection: operations that read nothing but the schema, and how much of it one may read."""

from collections.abc import Iterator, Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from schema.errors import ErrorCode, RequestError

ROOT_FIELDS = frozenset({"__schema", "__type"})

LISTS = frozenset({"types", "directives", "fields", "args", "inputFields", "enumValues", "interfaces", "possibleTypes"})
"""Fields of the introspection types that are lists. One `types { fields { args } }` takes 70 ms."""

MOST_LISTS = 16
"""Lists in one operation, with its fragments written out. The introspection query of common tools has 9."""


def introspecting_operations(document: DocumentNode) -> frozenset[str | None]:
    """The names of the operations of a valid document that introspect; None is the nameless one.

    Raises RequestError where one also reads something else (VALIDATION_FAILED), or has too many lists (TOO_COMPLEX).
    """
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    names: set[str | None] = set()
    for operation in document.definitions:
        if isinstance(operation, OperationDefinitionNode):
            roots = list(_fields(operation.selection_set, fragments))
            if any(field.name.value in ROOT_FIELDS for field in roots):
                names.add(operation.name.value if operation.name else None)
                _check(roots, fragments)
    return frozenset(names)


def _check(roots: list[FieldNode], fragments: Mapping[str, FragmentDefinitionNode]) -> None:
    if any(not field.name.value.startswith("__") for field in roots):
        message = "`__schema` and `__type` need an operation of their own, without other fields."
        raise RequestError(ErrorCode.VALIDATION_FAILED, message)
    stack, lists = roots, 0
    while stack:
        field = stack.pop()
        lists += field.name.value in LISTS
        if field.selection_set is not None:
            stack += _fields(field.selection_set, fragments)
    if lists > MOST_LISTS:
        raise RequestError(ErrorCode.TOO_COMPLEX, f"The operation reads more than {MOST_LISTS} lists of the schema.")


def _fields(selection_set: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]) -> Iterator[FieldNode]:
    """The fields of a selection set, with its fragments written out."""
    stack = [selection_set]
    while stack:
        for selection in stack.pop().selections:
            if isinstance(selection, FieldNode):
                yield selection
            elif isinstance(selection, FragmentSpreadNode):
                stack.append(fragments[selection.name.value].selection_set)
            else:
                stack.append(selection.selection_set)  # type: ignore[attr-defined]  # an inline fragment
