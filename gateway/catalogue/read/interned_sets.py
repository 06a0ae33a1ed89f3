"""A cache of the members of interned sets."""

from collections.abc import Collection, Mapping

import msgspec
from sqlalchemy import select

from gateway.catalogue.tables import interned_set
from gateway.store.database import Snapshot
from gateway.store.json_arrays import in_list


class InternedSets:
    """The members of interned sets, by key. Sets never change, so cached members stay valid."""

    def __init__(self) -> None:
        self._members: dict[int, tuple[str, ...]] = {}

    async def members(self, snapshot: Snapshot, keys: Collection[int]) -> Mapping[int, tuple[str, ...]]:
        """The members of at least these sets. Reads those that are not cached in one statement."""
        missing = set(keys) - self._members.keys()
        if missing:
            statement = select(interned_set).where(in_list(interned_set.c.key, sorted(missing)))
            for row in await snapshot.fetch(statement):
                self._members[row.key] = tuple(msgspec.json.decode(row.members))
        return self._members
