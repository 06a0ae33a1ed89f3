"""The schema as one thing: built once from its types, and filtered for each kind of caller."""

from copy import copy
from functools import cache, lru_cache

import strawberry
from graphql import GraphQLSchema
from strawberry.printer import print_schema
from strawberry.schema.config import StrawberryConfig

from schema.access import MissingAccess, View, fields_without_access, filter_schema
from schema.declarations import Derivation, derive
from schema.root import Query
from schema.scalars import SCALARS
from schema.types.records import ReportObject, StatusEventObject, TakedownObject

PUBLIC = View()


@cache
def _strawberry_schema() -> strawberry.Schema:
    schema = strawberry.Schema(
        query=Query,
        types=[StatusEventObject, TakedownObject, ReportObject],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    if names := sorted(fields_without_access(schema._schema)):
        raise MissingAccess(f"these fields do not declare who may see them: {', '.join(names)}")
    return schema


def master() -> GraphQLSchema:
    """The schema with all fields, as declared: it cannot run. Raises MissingAccess where a field lacks its access."""
    return _strawberry_schema()._schema


@lru_cache(maxsize=64)
def visible_schema(view: View = PUBLIC, derivation: Derivation | None = None) -> GraphQLSchema:
    """The schema as a caller of this view sees it.

    With `derivation` its fields get the resolvers that follow from their declarations; without, it cannot run.
    """
    schema = filter_schema(master(), view)
    if derivation is not None:
        derive(schema, derivation)
    return schema


def sdl(view: View | None = None) -> str:
    """The schema that a caller of this view sees, as text; without a view all of it, as `schema.graphql` has it."""
    schema = copy(_strawberry_schema())
    schema._schema = master() if view is None else visible_schema(view)
    return print_schema(schema) + "\n"
