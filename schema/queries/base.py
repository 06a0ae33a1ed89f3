"""The base of all queries, and the interface that answers them."""

from typing import Generic, Protocol, TypeVar

from msgspec import Struct

A = TypeVar("A")
A_co = TypeVar("A_co", covariant=True)


class CatalogueQuery(Struct, Generic[A_co], frozen=True, kw_only=True):
    """A query that a `QueryReader` answers with an `A_co`."""


class QueryReader(Protocol):
    """The data as one caller may see it, at one revision."""

    async def read(self, query: CatalogueQuery[A], /) -> A:
        """Answers a query. Raises schema.errors.RequestError for an invalid argument."""
        ...
