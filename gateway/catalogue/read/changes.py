"""Changes to records, in commit order."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from gateway.catalogue.read.change_positions import RECORD_ORDER, ChangePosition, parse_change_position
from gateway.catalogue.read.nodes import read_nodes
from gateway.catalogue.read.relations import RelationReader
from gateway.catalogue.read.revisions import Revisions
from gateway.catalogue.read.session import ReadSession
from gateway.catalogue.read.sources import SourceReader
from gateway.catalogue.read.sql.builder import QueryBuilder
from gateway.catalogue.tables import RECORD_TABLES, RecordTable
from schema.errors import ErrorCode, RequestError
from schema.queries.changes import ChangeKind, ChangePage, ChangesQuery, RecordChange
from schema.queries.records import FieldPath, NestedQuery


class ChangeReader:
    """Reads pages of changes."""

    def __init__(
        self, session: ReadSession, revisions: Revisions, sources: SourceReader, relations: RelationReader
    ) -> None:
        self._session = session
        self._revisions = revisions
        self._sources = sources
        self._relations = relations

    async def changes(self, query: ChangesQuery) -> ChangePage:
        """The changes after a cursor, oldest first."""
        after = parse_change_position(query.cursor)
        view = await self._revisions.view(None)
        if after is not None and after.revision > view.number:
            raise RequestError(ErrorCode.BAD_CURSOR, "The cursor belongs to another state of the catalogue.")
        builder = self._session.builder(view)
        types = [kind for kind in RECORD_ORDER if query.record_types is None or kind in query.record_types]
        tables = [RECORD_TABLES[kind] for kind in types]
        rows = (
            await self._session.snapshot.fetch(builder.changes.page(tables, query.sources, after, query.size + 1))
            if tables
            else []
        )
        changes = [self._change(row) for row in rows[: query.size]]
        more = len(rows) > query.size
        for kind, (attributes, related) in query.nodes.items():
            await self._attach_nodes(builder, RECORD_TABLES[kind], attributes, related, changes)
        candidates = await self._sources.candidates(query, {change.source for change in changes})
        return ChangePage(
            changes=changes,
            cursor=_next_cursor(query.cursor, changes, None if more else view.number),
            more=more,
            answer_sources=self._sources.answer_sources(candidates, changes),
        )

    def _change(self, row: Row[Any]) -> RecordChange:
        kind = RECORD_ORDER[row.type]
        self._session.delivery.add_record(kind, row.id, row.source, (row.change,))
        return RecordChange(
            kind=ChangeKind(row.change),
            revision=row.number,
            recorded_at=row.recorded_at,
            record_type=kind,
            id=f"{kind.value}:{row.id}",
            source=row.source,
            as_of=row.as_of,
            cursor=ChangePosition(row.number, kind, row.id).text(),
        )

    async def _attach_nodes(
        self,
        builder: QueryBuilder,
        kind: RecordTable,
        attributes: frozenset[str],
        related: Mapping[FieldPath, NestedQuery],
        changes: Sequence[RecordChange],
    ) -> None:
        """Sets the node of each change to its version at that revision: as many statements however many changes."""
        by_version = {
            (each.id.partition(":")[2], each.revision): each
            for each in changes
            if each.record_type is kind.type and each.kind in (ChangeKind.ADDED, ChangeKind.CHANGED)
        }
        if not by_version:
            return
        rows = await self._session.snapshot.fetch(builder.versions.by_start(kind, attributes, list(by_version)))
        nodes = await read_nodes(self._session, kind, attributes, rows)
        for row, node in zip(rows, nodes, strict=True):
            by_version[node.id, row.k_from].node = node
        await self._relations.attach(builder, None, kind, related, nodes)


def _next_cursor(cursor: str | None, changes: Sequence[RecordChange], last: int | None) -> str:
    """Where to continue after these changes; `last` is the newest revision if there are no more changes."""
    if last is not None:
        return ChangePosition(last).text()
    return changes[-1].cursor if changes else cursor or ChangePosition(0).text()
