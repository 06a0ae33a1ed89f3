"""What resolvers are given of a request."""

from graphql import GraphQLResolveInfo
from msgspec import Struct

from schema.queries.base import QueryReader


class RequestContext(Struct):
    """The catalogue, as the caller of the request may see it."""

    catalogue: QueryReader


ResolveInfo = GraphQLResolveInfo[RequestContext]
