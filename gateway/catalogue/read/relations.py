"""Nested pages and histories: as many statements per relation, however many parents there are."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Row

from gateway.catalogue.read.nodes import read_nodes
from gateway.catalogue.read.page_positions import PagePosition, parse_position
from gateway.catalogue.read.pages import build_page, set_total
from gateway.catalogue.read.revisions import Revisions
from gateway.catalogue.read.session import ReadSession
from gateway.catalogue.read.sources import SourceReader
from gateway.catalogue.read.sql.base import RECORDED_AT
from gateway.catalogue.read.sql.builder import QueryBuilder
from gateway.catalogue.read.sql.conditions import attributes_of
from gateway.catalogue.read.sql.versions import VERSION_END
from gateway.catalogue.read.values import check_values
from gateway.catalogue.tables import RECORD_TABLES, RecordTable
from schema.queries.records import FieldPath, HistoryQuery, NestedQuery, PageQuery, RecordPage, RecordRow, VersionPage

RowGroup = tuple[Sequence[Row[Any]], Sequence[RecordRow]]
"""The rows of one parent, and the nodes of the first of them: a row may follow that only shows that there are more."""

NO_ROWS: RowGroup = ((), ())


class RelationReader:
    """Reads what is nested below records."""

    def __init__(self, session: ReadSession, revisions: Revisions, sources: SourceReader) -> None:
        self._session = session
        self._revisions = revisions
        self._sources = sources

    async def attach(
        self,
        builder: QueryBuilder,
        as_of: datetime | None,
        parent: RecordTable,
        related: Mapping[FieldPath, NestedQuery],
        nodes: Sequence[RecordRow],
    ) -> None:
        """Sets the related pages and histories of nodes of one type."""
        ids = sorted({node.id for node in nodes})
        for path, query in related.items():
            results: Mapping[str, RecordPage | VersionPage]
            if isinstance(query, HistoryQuery):
                results = await self._histories(builder, parent, ids, query)
            else:
                results = await self._pages(builder, as_of, parent, ids, query)
            for node in nodes:
                node.related[path] = results[node.id]

    async def _pages(
        self, builder: QueryBuilder, as_of: datetime | None, parent: RecordTable, ids: Sequence[str], query: PageQuery
    ) -> Mapping[str, RecordPage]:
        """By parent, its page of related records, with what is nested below them."""
        kind = RECORD_TABLES[query.record_type]
        field = f"{parent.type.value}/{kind.type.value}"
        position = parse_position(query, field)
        if position is not None:
            builder = self._session.builder(await self._revisions.view(as_of, position.revision))
        groups = await self._related(builder, parent, ids, kind, query, position) if ids else {}
        if ids and position is None:
            await check_values(self._session, builder, kind, query.conditions, is_empty=not groups)
        candidates = await self._sources.candidates(query)
        pages: dict[str, RecordPage] = {}
        async for identity in self._session.pace.over(ids):
            rows, nodes = groups.get(identity, NO_ROWS)
            pages[identity] = build_page(
                field, query, builder.view, rows, nodes, self._sources.answer_sources(candidates, nodes)
            )
        if query.with_total and ids:
            statement = builder.relations.related_counts(parent, ids, kind, query.conditions)
            counts = {row.k_parent: row.k_count for row in await self._session.snapshot.fetch(statement)}
            for identity, page in pages.items():
                set_total(page, counts.get(identity, 0), self._session.exact_count)
        children = [child for page in pages.values() for child in page.nodes]
        await self.attach(builder, as_of, kind, query.related, children)
        return pages

    async def _related(
        self,
        builder: QueryBuilder,
        parent: RecordTable,
        parents: Sequence[str],
        kind: RecordTable,
        query: PageQuery,
        position: PagePosition | None,
    ) -> Mapping[str, RowGroup]:
        attributes = attributes_of(kind, query)
        rows = await self._session.snapshot.fetch(
            builder.relations.related(
                parent,
                parents,
                kind,
                attributes,
                query.conditions,
                query.order,
                backward=query.window.backward,
                after=None if position is None else position.key,
                limit=query.window.size + 1,
            )
        )
        return await self._group(kind, attributes, rows, "k_parent", query.window.size)

    async def _histories(
        self, builder: QueryBuilder, kind: RecordTable, ids: Sequence[str], query: HistoryQuery
    ) -> Mapping[str, VersionPage]:
        """By record, its versions as of the builder's revision."""
        attributes = query.attributes - {VERSION_END} | {RECORDED_AT}
        statement = builder.versions.history(kind, attributes, ids, query.limit + 1)
        rows = await self._session.snapshot.fetch(statement) if ids else []
        histories = {identity: VersionPage(versions=[], complete=True) for identity in ids}
        groups = await self._group(kind, attributes, rows, "id", query.limit)
        for identity, (group, versions) in groups.items():
            for row, version in zip(group, versions, strict=False):  # There may be one row more.
                version.ended_at = row.v_ended_at
            histories[identity] = VersionPage(versions=list(versions), complete=len(group) <= query.limit)
        return histories

    async def _group(
        self, kind: RecordTable, attributes: frozenset[str], rows: Sequence[Row[Any]], column: str, size: int
    ) -> Mapping[str, RowGroup]:
        """The rows by the value of a column, each group with the nodes of its first `size` rows."""
        groups: dict[str, list[Row[Any]]] = {}
        for row in rows:
            groups.setdefault(row._mapping[column], []).append(row)
        delivered = [row for group in groups.values() for row in group[:size]]
        nodes = iter(await read_nodes(self._session, kind, attributes, delivered))
        return {value: (group, list(islice(nodes, min(size, len(group))))) for value, group in groups.items()}
