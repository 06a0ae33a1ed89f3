"""Who may see which field, and what work it is: every field of the schema declares both.

A field that a caller may not see does not exist in its schema: it can be neither selected nor named. So the master
schema, which has all fields, is filtered once per kind of caller, and everything else works on the result.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias, TypeVar, cast

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

SchemaField: TypeAlias = Any
"""A field of a Strawberry class. The class annotates it with its GraphQL type, so it must fit every annotation."""

N = TypeVar("N", bound=GraphQLNamedType)

TypeWithFields = GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType

STRAWBERRY_DEFINITION = "strawberry-definition"
ACCESS = "access"
WORK = "work"


class Work(Struct, frozen=True):
    """What the gateway does to answer a field, beside writing its value. The price of the field follows from it.

    `read` is the kind of reading that the field causes, None where it shows what is there. `size` is how many objects
    a list has, where no argument says so; with `most`, `first` or `ids` says so, and `size` is the default.
    """

    read: str | None = None
    size: int | Callable[[], int] = 1
    most: int | None = None


NO_WORK = Work()


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION, Location.INPUT_FIELD_DEFINITION],
    name="access",
    description="Who may see the field. A caller that may not has a schema without it.",
)
class Access:
    audience: Audience = strawberry.directive_field(name="audience", default=Audience.PUBLIC)
    field_class: FieldClass | None = strawberry.directive_field(name="class", default=None)


class View(Struct, frozen=True):
    """What a caller sees of the schema: the fields of its audience, and sensitive ones of these classes."""

    audience: Audience = Audience.PUBLIC
    classes: frozenset[FieldClass] = frozenset()

    def sees(self, access: Access) -> bool:
        """Whether a field of this access exists for the caller."""
        ranks = list(Audience)
        in_audience = ranks.index(access.audience) <= ranks.index(self.audience)
        return in_audience and (access.field_class is None or access.field_class in self.classes)


class MissingAccess(TypeError):
    """A field does not declare who may see it."""


def field(
    *,
    description: str,
    access: Access | None = None,
    work: Work = NO_WORK,
    metadata: Mapping[str, object] | None = None,
    resolver: Callable[..., object] | None = None,
    **options: object,
) -> SchemaField:
    """A Strawberry field that declares who may see it (everybody by default) and what work it is to answer.

    `options` are further keywords of `strawberry.field`, such as `default`.
    """
    make: Callable[..., SchemaField] = strawberry.field
    return make(
        resolver=resolver,
        description=description,
        directives=() if access is None else [access],
        metadata={**(metadata or {}), ACCESS: access or Access(), WORK: work},
        **options,
    )


def metadata_of(field: GraphQLField | GraphQLInputField) -> Mapping[object, object]:
    """The metadata of a field of the built schema; empty where the field is not one of ours."""
    definition = field.extensions.get(STRAWBERRY_DEFINITION)
    return {} if definition is None else definition.metadata


def access_of(field: GraphQLField | GraphQLInputField) -> Access | None:
    """Who may see a field of the built schema; None where it does not say."""
    access = metadata_of(field).get(ACCESS)
    return access if isinstance(access, Access) else None


def work_of(field: GraphQLField) -> Work:
    """What work it is to answer a field of the built schema."""
    work = metadata_of(field).get(WORK)
    return work if isinstance(work, Work) else NO_WORK


def fields_without_access(schema: GraphQLSchema) -> Iterator[str]:
    """The fields of a schema that do not declare who may see them."""
    for type_ in schema.type_map.values():
        if isinstance(type_, TypeWithFields) and not type_.name.startswith("__"):
            fields: Mapping[str, GraphQLField | GraphQLInputField] = type_.fields
            yield from (f"{type_.name}.{name}" for name, field in fields.items() if access_of(field) is None)


def filter_schema(schema: GraphQLSchema, view: View) -> GraphQLSchema:
    """The schema as a caller sees it: new types with the same resolvers, without the fields that it may not see."""
    return _SchemaFilter(schema, view).schema()


class _SchemaFilter:
    """Copies every type that has fields. Scalars and enums refer to nothing and are shared."""

    def __init__(self, schema: GraphQLSchema, view: View) -> None:
        self._master = schema
        self._view = view
        self._types: dict[str, GraphQLNamedType] = {}

    def schema(self) -> GraphQLSchema:
        query = self._master.query_type
        # A type that nothing refers to any more is left out, unless it implements an interface.
        types = [self._type(type_) for type_ in self._master.type_map.values() if _implements_interface(type_)]
        return GraphQLSchema(
            query=None if query is None else self._type(query),
            types=[type_ for type_ in types if getattr(type_, "fields", None)],
            directives=self._master.directives,
            description=self._master.description,
            extensions=self._master.extensions,
            assume_valid=True,
        )

    def _type(self, type_: N) -> N:
        if not isinstance(type_, TypeWithFields):
            return type_
        if type_.name not in self._types:
            options: dict[str, Any] = dict(type_.to_kwargs())
            options["fields"] = lambda: self._fields(type_)
            if not isinstance(type_, GraphQLInputObjectType):
                interfaces = type_.interfaces
                options["interfaces"] = lambda: tuple(map(self._type, interfaces))
            self._types[type_.name] = type(type_)(**options)
        return cast("N", self._types[type_.name])

    def _fields(self, type_: TypeWithFields) -> Mapping[str, GraphQLField | GraphQLInputField]:
        fields: Mapping[str, GraphQLField | GraphQLInputField] = type_.fields
        return {name: self._field(field) for name, field in fields.items() if self._is_visible(field)}

    def _is_visible(self, field: GraphQLField | GraphQLInputField) -> bool:
        access = access_of(field)
        return access is not None and self._view.sees(access)

    def _field(self, field: GraphQLField | GraphQLInputField) -> GraphQLField | GraphQLInputField:
        options: dict[str, Any] = dict(field.to_kwargs())
        options["type_"] = self._wrapped_type(field.type)
        if isinstance(field, GraphQLField):
            options["args"] = {name: self._argument(argument) for name, argument in field.args.items()}
        return type(field)(**options)

    def _argument(self, argument: GraphQLArgument) -> GraphQLArgument:
        options: dict[str, Any] = dict(argument.to_kwargs())
        options["type_"] = self._wrapped_type(argument.type)
        return GraphQLArgument(**options)

    def _wrapped_type(self, type_: Any) -> Any:
        """The copy of a type, with the same lists and non-nulls around it."""
        if isinstance(type_, GraphQLNonNull):
            return GraphQLNonNull(self._wrapped_type(type_.of_type))
        if isinstance(type_, GraphQLList):
            return GraphQLList(self._wrapped_type(type_.of_type))
        return self._type(get_named_type(type_))


def _implements_interface(type_: GraphQLNamedType) -> bool:
    return isinstance(type_, GraphQLObjectType) and bool(type_.interfaces)
