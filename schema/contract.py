"""The schema as one thing: built once from the types, and what each caller sees of it."""

from copy import copy
from functools import cache

import strawberry
from graphql import GraphQLSchema
from strawberry.printer import print_schema
from strawberry.schema.config import StrawberryConfig

from schema.access import Undeclared, View, undeclared, visible
from schema.declarations import derive
from schema.resolvers import resolver
from schema.root import Query
from schema.scalars import SCALARS
from schema.types.records import Report, StatusEvent, Takedown

PUBLIC = View()


@cache
def _built() -> strawberry.Schema:
    """The types as Strawberry builds them, with the resolvers that their declarations give."""
    built = strawberry.Schema(
        query=Query, types=[StatusEvent, Takedown, Report], config=StrawberryConfig(scalar_map=SCALARS)
    )
    if silent := sorted(undeclared(built._schema)):
        raise Undeclared(f"these fields do not say who may see them: {', '.join(silent)}")
    derive(built._schema, resolver)
    return built


def master() -> GraphQLSchema:
    """The schema with every field that there is. Raises Undeclared where one does not say who may see it."""
    whole: GraphQLSchema = _built()._schema
    return whole


def contract(view: View = PUBLIC) -> GraphQLSchema:
    """The schema as a caller of this view sees it, ready to run."""
    return visible(master(), view)


def sdl(view: View | None = None) -> str:
    """The schema that a caller of this view sees, as text; without one the whole, as `schema.graphql` publishes it."""
    shown = copy(_built())
    shown._schema = master() if view is None else contract(view)
    return print_schema(shown) + "\n"
