"""What requests cost, so that tests of budgets need not know the prices of fields."""

from adapters.vocabulary.enums import Audience
from gateway.access.callers import Caller
from gateway.operations.document_caches import DocumentCaches
from gateway.operations.execution import cost_of
from gateway.operations.request import Request

CACHES = DocumentCaches()


def price_of_query(query: str) -> int:
    """The cost of a query of anybody."""
    return cost_of(CACHES, Caller(Audience.PUBLIC), Request(query=query, correlation_id="price"))
