"""What the published schema declares of who may name which field, and where records stand in it, from its text alone.

Nothing of the gateway decides here: this is the declaration that the gateway is held against.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from graphql import (
    REMOVE,
    DocumentNode,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    Visitor,
    build_ast_schema,
    get_named_type,
    is_leaf_type,
    parse,
    visit,
)

from adapters.vocabulary.enums import Audience, FieldClass

SDL = Path(__file__).parents[2] / "schema" / "schema.graphql"
RANKS = {"PUBLIC": 0, "PARTNER": 1, "OPERATOR": 2}
FIELDS_OF = ("object_type_definition", "interface_type_definition", "input_object_type_definition")


class Mark(NamedTuple):
    """What `@access` says of a field."""

    audience: str = "PUBLIC"
    field_class: str | None = None

    def names(self, audience: Audience, classes: frozenset[FieldClass]) -> bool:
        """Whether the field exists for a caller of this audience that is granted these classes of some record."""
        return RANKS[self.audience] <= RANKS[audience.value] and self.field_class in {None, *classes}


@cache
def published() -> DocumentNode:
    """The schema as it is published."""
    return parse(SDL.read_text("utf-8"))


@cache
def marks() -> Mapping[str, Mark]:
    """By `Type.field`, what every field of an object, interface or input type declares."""
    found = {}
    for definition in published().definitions:
        if definition.kind in FIELDS_OF:
            for field in getattr(definition, "fields", None) or ():
                found[f"{_name(definition)}.{_name(field)}"] = _mark(field)
    return found


def _mark(field: Any) -> Mark:
    for directive in field.directives or ():
        if _name(directive) == "access":
            said = {_name(given): getattr(given.value, "value", None) for given in directive.arguments}
            return Mark(said.get("audience") or "PUBLIC", said.get("class"))
    return Mark()


def _name(node: Any) -> str:
    return str(node.name.value)


@cache
def declared(audience: Audience, classes: frozenset[FieldClass]) -> GraphQLSchema:
    """The schema that a caller of this audience, granted these classes, is to have; it cannot be run."""
    return build_ast_schema(visit(published(), _Hiding(audience, classes)), assume_valid=True)


class _Hiding(Visitor):
    """Takes the fields away that do not exist for a caller, and types of which none is left."""

    def __init__(self, audience: Audience, classes: frozenset[FieldClass]) -> None:
        super().__init__()
        self._audience, self._classes = audience, classes

    def _narrow(self, node: Any, *_: Any) -> Any:
        return None if node.fields else REMOVE

    def _hide(self, node: Any, *_: Any) -> Any:
        return None if _mark(node).names(self._audience, self._classes) else REMOVE

    enter_field_definition = enter_input_value_definition = _hide
    leave_object_type_definition = leave_interface_type_definition = leave_input_object_type_definition = _narrow


def whole() -> GraphQLSchema:
    """The schema with every field that there is."""
    return declared(Audience.OPERATOR, frozenset(FieldClass))


def is_record(kind: GraphQLNamedType) -> bool:
    return isinstance(kind, GraphQLObjectType) and "Record" in {each.name for each in kind.interfaces}


@cache
def records(schema: GraphQLSchema) -> dict[str, GraphQLObjectType]:
    """The types of records, by name."""
    return {name: kind for name, kind in schema.type_map.items() if is_record(kind)}  # type: ignore[misc]  # is_record


def is_relation(kind: GraphQLNamedType, field: Any) -> bool:
    """Whether a field leads from a record to a page of others."""
    return is_record(kind) and get_named_type(field.type).name.endswith("Connection")


class Place(NamedTuple):
    """Where records of one type stand in an answer: each field from the root on, with the type that it leads to."""

    steps: tuple[tuple[str, str], ...]

    @property
    def root(self) -> str:
        return self.steps[0][0]

    @property
    def kind(self) -> str:
        return self.steps[-1][1]

    @property
    def first(self) -> str:
        """The type of the records that stand nearest to the root."""
        return next(kind for _, kind in self.steps if kind in records(whole()))

    @property
    def parent(self) -> str | None:
        """The type of the record that these hang on; None where they hang on none."""
        return next((kind for _, kind in self.steps[-2::-1] if kind in records(whole())), None)

    def __str__(self) -> str:
        return " → ".join(f"{name}: {kind}" for name, kind in self.steps)


@cache
def places(schema: GraphQLSchema, relations: int) -> tuple[Place, ...]:
    """Every place at which records stand, with at most so many relations between the root and them."""

    def below(kind: Any, steps: tuple[tuple[str, str], ...], left: int) -> Iterator[Place]:
        for name, field in kind.fields.items():
            inner = get_named_type(field.type)
            related = is_relation(kind, field)
            if is_leaf_type(inner) or (is_record(kind) and not related) or (related and not left):
                continue
            for each in schema.get_possible_types(inner) if isinstance(inner, GraphQLInterfaceType) else [inner]:
                on = (*steps, (name, each.name))
                if is_record(each):
                    yield Place(on)
                yield from below(each, on, left - related)

    return tuple(below(schema.query_type, (), relations))


@cache
def reachable(schema: GraphQLSchema) -> dict[str, GraphQLNamedType]:
    """The types that a caller can come upon from the root, by name; an interface leads to what implements it."""
    found: dict[str, GraphQLNamedType] = {}
    todo: list[Any] = [schema.query_type, *(kind for name, kind in schema.type_map.items() if name.startswith("__"))]
    for directive in schema.directives:
        todo += [get_named_type(given.type) for given in directive.args.values()]
    while todo:
        kind = todo.pop()
        if kind.name in found:
            continue
        found[kind.name] = kind
        if isinstance(kind, GraphQLInterfaceType):
            todo += schema.get_possible_types(kind)
        if isinstance(kind, GraphQLObjectType):
            todo += kind.interfaces
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for field in kind.fields.values():
                todo += [get_named_type(each.type) for each in (field, *getattr(field, "args", {}).values())]
    return found
