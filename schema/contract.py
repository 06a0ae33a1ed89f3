"""The schema as one thing: built once from the types, with the resolvers that their declarations give."""

from functools import cache

import strawberry
from graphql import GraphQLSchema, print_schema
from strawberry.schema.config import StrawberryConfig

from schema.declarations import derive
from schema.query import Query
from schema.records import Report, StatusEvent, Takedown
from schema.resolvers import resolver
from schema.scalars import SCALARS


@cache
def contract() -> GraphQLSchema:
    """The published schema, ready to run."""
    published = strawberry.Schema(
        query=Query, types=[StatusEvent, Takedown, Report], config=StrawberryConfig(scalar_map=SCALARS)
    )
    core: GraphQLSchema = published._schema
    derive(core, resolver)
    return core


def sdl() -> str:
    """The schema as text, as `schema.graphql` beside this file publishes it."""
    return print_schema(contract()) + "\n"
