"""What the handlers of one request share: the caller, the snapshot that they read, and what they deliver."""

from collections.abc import Collection, Mapping

from adapters.source import About
from gateway.access.audit.delivery import Delivery
from gateway.access.callers import Caller
from gateway.catalogue.read.interned_sets import InternedSets
from gateway.catalogue.read.rows import Members
from gateway.catalogue.read.sql.base import RevisionView
from gateway.catalogue.read.sql.builder import QueryBuilder
from gateway.pace import Pace
from gateway.store.database import Database, Snapshot

EXACT_COUNT = 100_000
"""Up to here `totalCount` is exact; beyond, it is a lower bound."""


class ReadSession:
    """One caller's view of the catalogue for the length of a request. `descriptions` holds its sources."""

    def __init__(
        self,
        database: Database,
        snapshot: Snapshot,
        caller: Caller,
        descriptions: Mapping[str, About],
        sets: InternedSets,
    ) -> None:
        self.database = database
        self.snapshot = snapshot
        self.caller = caller
        self.descriptions = {name: about for name, about in descriptions.items() if name in caller.visible_sources}
        self.delivery = Delivery(caller)
        """What the answers so far hold that must be logged."""
        self.exact_count = EXACT_COUNT
        self.pace = Pace()
        self._sets = sets

    def builder(self, view: RevisionView) -> QueryBuilder:
        """A builder of statements at a revision, with the caller's row rules."""
        return QueryBuilder(self.caller, view, self.delivery)

    async def members(self, keys: Collection[int]) -> Members:
        """The members of at least these interned sets, by key."""
        return await self._sets.members(self.snapshot, keys)
