"""Who may see which field: every field of the schema declares it, and a caller's schema is what remains for it.

A field that a caller may not see does not exist in its schema: it can be neither asked for nor named. So the master
schema, which has them all, is filtered once per kind of caller, and everything else works on the result.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import strawberry
from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)
from msgspec import Struct
from strawberry.schema_directive import Location

from adapters.vocabulary.enums import Audience, FieldClass

DEFINITION = "strawberry-definition"
ACCESS = "access"


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION, Location.INPUT_FIELD_DEFINITION],
    name="access",
    description="Who may see the field. A caller that may not has a schema without it.",
)
class Access:
    audience: Audience = strawberry.directive_field(name="audience", default=Audience.PUBLIC)
    field_class: FieldClass | None = strawberry.directive_field(name="class", default=None)


class View(Struct, frozen=True):
    """What of the schema a caller sees: the fields of its audience, and sensitive ones of these classes."""

    audience: Audience = Audience.PUBLIC
    classes: frozenset[FieldClass] = frozenset()

    def sees(self, access: Access) -> bool:
        """Whether a field of this access exists for the caller."""
        enough = list(Audience).index(access.audience) <= list(Audience).index(self.audience)
        return enough and (access.field_class is None or access.field_class in self.classes)


class Undeclared(TypeError):
    """A field does not say who may see it, or says something else than the record that it shows."""


def field(*, access: Access | None = None, metadata: Mapping[str, Any] | None = None, **given: Any) -> Any:
    """A Strawberry field that says who may see it: anybody, unless `access` says otherwise."""
    declared = access or Access()
    return strawberry.field(
        metadata={**(metadata or {}), ACCESS: declared}, directives=() if access is None else [declared], **given
    )


def access_of(field: GraphQLField | GraphQLInputField) -> Access | None:
    """What a field of the built schema declares."""
    definition = field.extensions.get(DEFINITION)
    found = definition.metadata.get(ACCESS) if definition is not None else None
    return found if isinstance(found, Access) else None


def undeclared(schema: GraphQLSchema) -> Iterable[str]:
    """The fields of a schema that do not say who may see them."""
    for kind in _with_fields(schema):
        for name, field in kind.fields.items():
            if access_of(field) is None:
                yield f"{kind.name}.{name}"


@lru_cache(maxsize=32)
def visible(schema: GraphQLSchema, view: View) -> GraphQLSchema:
    """The schema as a caller sees it: the same types and resolvers, without the fields that it may not see."""
    return _Filter(schema, view).schema()


def _with_fields(schema: GraphQLSchema) -> Iterable[GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType]:
    for name, kind in schema.type_map.items():
        if not name.startswith("__") and isinstance(
            kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType
        ):
            yield kind


class _Filter:
    """Makes every type that has fields anew. Scalars and enums refer to nothing and are shared."""

    def __init__(self, schema: GraphQLSchema, view: View) -> None:
        self._master = schema
        self._view = view
        self._made: dict[str, GraphQLNamedType] = {}

    def schema(self) -> GraphQLSchema:
        root = self._named(self._master.query_type)
        # A type that nothing refers to any more is not the caller's to know, unless an interface can be it.
        shown = [self._named(kind) for kind in self._master.type_map.values() if _implements(kind)]
        return GraphQLSchema(
            query=root,
            types=[kind for kind in shown if getattr(kind, "fields", None)],
            directives=self._master.directives,
            description=self._master.description,
            extensions=self._master.extensions,
            assume_valid=True,
        )

    def _named(self, kind: Any) -> Any:
        if not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            return kind
        if kind.name not in self._made:
            kwargs: Any = dict(kind.to_kwargs())
            kwargs["fields"] = lambda: self._fields(kind)
            if not isinstance(kind, GraphQLInputObjectType):
                interfaces = kind.interfaces
                kwargs["interfaces"] = lambda: tuple(map(self._named, interfaces))
            self._made[kind.name] = type(kind)(**kwargs)
        return self._made[kind.name]

    def _fields(self, kind: Any) -> Mapping[str, Any]:
        return {name: self._field(field) for name, field in kind.fields.items() if self._sees(field)}

    def _sees(self, field: GraphQLField | GraphQLInputField) -> bool:
        access = access_of(field)
        return access is not None and self._view.sees(access)

    def _field(self, field: Any) -> Any:
        kwargs: Any = dict(field.to_kwargs())
        kwargs["type_"] = self._type(field.type)
        if isinstance(field, GraphQLField):
            kwargs["args"] = {name: self._argument(given) for name, given in field.args.items()}
        return type(field)(**kwargs)

    def _argument(self, given: GraphQLArgument) -> GraphQLArgument:
        kwargs: Any = dict(given.to_kwargs())
        kwargs["type_"] = self._type(given.type)
        return GraphQLArgument(**kwargs)

    def _type(self, kind: Any) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return GraphQLNonNull(self._type(kind.of_type))
        if isinstance(kind, GraphQLList):
            return GraphQLList(self._type(kind.of_type))
        return self._named(get_named_type(kind))


def _implements(kind: GraphQLNamedType) -> bool:
    return isinstance(kind, GraphQLObjectType) and bool(kind.interfaces)
