"""Groups of records without an id of the publisher, which the authoritative channel replaces as a whole.

One channel may tell the members of a group apart by more than another does, so their ids need not be equal.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from sqlalchemy import Connection, and_, or_, select

from adapters.source import About
from gateway.catalogue.tables import RecordTable, scope

CHUNK = 200
"""Groups in one statement."""


class RecordGroups:
    """The groups in the ids of one source's records; see `About.separator`."""

    def __init__(self, connection: Connection, about: About) -> None:
        self._connection = connection
        self._source = about.name
        self._authoritative = about.authoritative
        self._separator = about.separator

    def replaced_ids(self, kind: RecordTable, ids: Sequence[str]) -> frozenset[str]:
        """Those of `ids` whose group the authoritative channel states."""
        authoritative = self._current_ids(kind, ids, in_authoritative=True)
        groups = {self._group(id) for id in authoritative}
        return frozenset(id for id in ids if self._group(id) in groups)

    def other_channels_ids(self, kind: RecordTable, ids: Sequence[str]) -> list[str]:
        """The current records of other channels in the groups of `ids`, sorted."""
        return sorted(self._current_ids(kind, ids, in_authoritative=False))

    def _current_ids(self, kind: RecordTable, ids: Iterable[str], *, in_authoritative: bool) -> Iterator[str]:
        groups = sorted(set(filter(None, map(self._group, ids))))
        if not groups or not self._has_other_channels:
            return
        table = kind.table.c
        is_authoritative = scope.c.channel == self._authoritative
        for start in range(0, len(groups), CHUNK):
            members = (and_(table.id >= group, table.id < _end_of(group)) for group in groups[start : start + CHUNK])
            yield from self._connection.scalars(
                select(table.id)
                .join(scope, scope.c.key == table.scope)
                .where(table.to_revision.is_(None), is_authoritative if in_authoritative else ~is_authoritative)
                .where(or_(*members))
            )

    @cached_property
    def _has_other_channels(self) -> bool:
        """Whether another channel of the source was ever read."""
        others = select(scope.c.key).where(scope.c.source == self._source, scope.c.channel != self._authoritative)
        return self._connection.scalar(others.limit(1)) is not None

    def _group(self, id: str) -> str | None:
        """The beginning that the ids of a group share, with its separator; None for an id without one."""
        if self._separator is None or self._separator not in id:
            return None
        return id.partition(self._separator)[0] + self._separator


def _end_of(group: str) -> str:
    """The first text after all those that begin with the group, in binary order."""
    return group[:-1] + chr(ord(group[-1]) + 1)
