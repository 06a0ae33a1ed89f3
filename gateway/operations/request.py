"""A GraphQL request, from wherever it comes."""

from collections.abc import Mapping

from msgspec import Struct, field

from gateway.operations.errors import new_correlation_id


class Request(Struct, kw_only=True):
    """A document, its variables, and which of its operations to run. `correlation_id` finds the request in the log."""

    query: str
    variables: Mapping[str, object] | None = None
    operation_name: str | None = None
    correlation_id: str = field(default_factory=new_correlation_id)
