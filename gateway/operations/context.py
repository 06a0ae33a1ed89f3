"""What resolvers are given of a request."""

from graphql import GraphQLResolveInfo
from msgspec import Struct, field

from gateway.pace import Pace
from schema.queries.base import QueryReader


class RequestContext(Struct):
    """The catalogue, as the caller of the request may see it, and the pace of its answer."""

    catalogue: QueryReader
    pace: Pace = field(default_factory=Pace)
    is_long: bool = False
    """Whether the answer takes so long that others need a turn in between."""


ResolveInfo = GraphQLResolveInfo[RequestContext]
