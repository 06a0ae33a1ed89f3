"""Variables: why they do not fit an operation, in words that name the place and never quote the value."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import cast

from graphql import (
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    OperationDefinitionNode,
    SourceLocation,
    VariableDefinitionNode,
    get_named_type,
    get_variable_values,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_scalar_type,
    is_specified_scalar_type,
    type_from_ast,
)
from graphql.utilities import validate_input_value

from gateway.operations.errors import MAX_ERRORS, FormattedError, format_error, format_locations
from schema.errors import ErrorCode, RequestError

MAX_VALUES = 5_000
"""Values in all variables together. To read as many takes 20 ms; a list in a filter has at most 100."""


def check_size(values: Mapping[str, object]) -> None:
    """Raises RequestError (BAD_INPUT) for too many values in lists and objects."""
    stack = list(values.values())
    count = len(stack)
    while stack:
        value = stack.pop()
        members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        count += len(members)
        if count > MAX_VALUES:
            raise RequestError(ErrorCode.BAD_INPUT, f"The variables have more than {MAX_VALUES:,} values.")
        stack += members


def variable_errors(
    schema: GraphQLSchema, operation: OperationDefinitionNode, values: Mapping[str, object]
) -> list[FormattedError]:
    """Why the values do not fit the operation's variables, at most 20 reasons; nothing where they fit."""
    definitions = operation.variable_definitions or ()
    coerced = get_variable_values(schema, definitions, dict(values), MAX_ERRORS, hide_suggestions=True)
    if not isinstance(coerced, list):
        return []
    errors = [
        _error(message, definition) for definition in definitions for message in _messages(schema, definition, values)
    ]
    if not errors:
        # A default, or a nesting, that only coercion as a whole refuses.
        return [format_error(ErrorCode.BAD_INPUT, "The variables do not fit the types that the operation gives them.")]
    return errors[:MAX_ERRORS]


def _error(message: str, definition: VariableDefinitionNode) -> FormattedError:
    error = format_error(ErrorCode.BAD_INPUT, message)
    if definition.loc is not None:
        token = definition.loc.start_token
        error["locations"] = format_locations([SourceLocation(token.line, token.column)])
    return error


def _messages(schema: GraphQLSchema, definition: VariableDefinitionNode, values: Mapping[str, object]) -> Iterator[str]:
    name = definition.variable.name.value
    type_ = cast("GraphQLInputType", type_from_ast(schema, definition.type))
    if name in values:
        yield from _invalid_parts(name, type_, values[name])
    elif is_non_null_type(type_) and definition.default_value is None:
        yield f"The variable `${name[:40]}` of type {type_} is required."


class _EnoughErrors(Exception):
    """As many errors as an answer has."""


def _invalid_parts(name: str, type_: GraphQLInputType, value: object) -> list[str]:
    messages: list[str] = []

    def add(error: GraphQLError, path: list[str | int]) -> None:
        messages.append(_message(name, type_, path, error))
        if len(messages) >= MAX_ERRORS:
            raise _EnoughErrors

    with suppress(_EnoughErrors, RecursionError):
        validate_input_value(value, type_, add, hide_suggestions=True)
    return messages


def _message(name: str, type_: GraphQLInputType, path: Sequence[str | int], error: GraphQLError) -> str:
    place = f"${name[:40]}" + "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    part_type = _type_at(type_, path)
    named_type = get_named_type(part_type)
    message = f"The variable `{place}` cannot be read as {part_type}"
    if is_input_object_type(named_type):
        return f"{message}: it needs an object of the type's own fields, with all that must be given."
    if is_scalar_type(named_type) and not is_specified_scalar_type(named_type) and error.original_error is None:
        # Our own scalars word their errors without the value, or with at most 40 characters of it.
        return f"{message}: {error.message}."
    return f"{message}."


def _type_at(type_: GraphQLInputType, path: Sequence[str | int]) -> GraphQLInputType:
    """The type of a part of a value; the last one known where the path leaves the type."""
    for key in path:
        type_ = type_.of_type if is_non_null_type(type_) else type_
        if is_list_type(type_) and isinstance(key, int):
            type_ = type_.of_type
        else:
            named_type = get_named_type(type_)
            if is_input_object_type(named_type) and isinstance(key, str):
                type_ = named_type.fields[key].type
    return type_
