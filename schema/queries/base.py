"""The base of all queries, and the one interface that answers them."""

from typing import Generic, Protocol, TypeVar

from msgspec import Struct

A = TypeVar("A")


class CatalogueQuery(Struct, Generic[A], frozen=True, kw_only=True):
    """Something that the holder of the data answers with an `A`."""


class QueryReader(Protocol):
    """Who holds the data, as one caller may see it, at one revision."""

    async def read(self, question: CatalogueQuery[A]) -> A:
        """Answers a question. Raises schema.errors.RequestError where an argument cannot be met."""
        ...
