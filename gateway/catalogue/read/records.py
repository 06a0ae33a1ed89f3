"""Pages and lookups of records."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from gateway.catalogue.read.nodes import read_nodes
from gateway.catalogue.read.page_positions import parse_position
from gateway.catalogue.read.pages import build_page, set_total
from gateway.catalogue.read.relations import RelationReader
from gateway.catalogue.read.revisions import Revisions
from gateway.catalogue.read.session import ReadSession
from gateway.catalogue.read.sources import SourceReader
from gateway.catalogue.read.sql.base import SortKey
from gateway.catalogue.read.sql.conditions import attributes_of
from gateway.catalogue.read.sql.pages import PageStatements
from gateway.catalogue.read.values import check_values
from gateway.catalogue.tables import RECORD_TABLES, RecordTable
from schema.queries.records import LookupQuery, Order, OrderBy, PageQuery, RecordPage, RecordRow


class RecordReader:
    """Reads pages and single records, with what is nested below them."""

    def __init__(
        self, session: ReadSession, revisions: Revisions, sources: SourceReader, relations: RelationReader
    ) -> None:
        self._session = session
        self._revisions = revisions
        self._sources = sources
        self._relations = relations

    async def page(self, query: PageQuery) -> RecordPage:
        """A page of records of one type."""
        kind = RECORD_TABLES[query.record_type]
        field = kind.type.value
        position = parse_position(query, field)
        view = await self._revisions.view(query.as_of, None if position is None else position.revision)
        builder = self._session.builder(view)
        rows = await self._rows(builder.pages, kind, query, None if position is None else position.key)
        if position is None:
            await check_values(self._session, builder, kind, query.conditions, is_empty=not rows)
        nodes = await read_nodes(self._session, kind, attributes_of(kind, query), rows[: query.window.size])
        candidates = await self._sources.candidates(query, {node.source for node in nodes})
        page = build_page(field, query, view, rows, nodes, self._sources.answer_sources(candidates, nodes))
        if query.with_total:
            limit = self._session.exact_count
            (count,) = await self._session.snapshot.fetch(builder.pages.count(kind, query.conditions, limit + 1))
            set_total(page, count[0], limit)
        await self._relations.attach(builder, query.as_of, kind, query.related, page.nodes)
        return page

    async def lookup(self, query: LookupQuery) -> Mapping[str, RecordRow]:
        """The records with these ids, by id."""
        kind = RECORD_TABLES[query.record_type]
        builder = self._session.builder(await self._revisions.view(query.as_of))
        rows = await self._session.snapshot.fetch(builder.pages.by_id(kind, query.attributes, query.ids))
        nodes = await read_nodes(self._session, kind, query.attributes, rows)
        candidates = await self._sources.candidates(query, {node.source for node in nodes})
        self._sources.answer_sources(candidates, nodes)
        await self._relations.attach(builder, query.as_of, kind, query.related, nodes)
        return {node.id: node for node in nodes}

    async def _rows(
        self, statements: PageStatements, kind: RecordTable, query: PageQuery, after: SortKey | None
    ) -> Sequence[Row[Any]]:
        """The rows of a page and one more: first those with an order value, then those without; backward, reversed."""
        order, window = query.order, query.window
        direction = Order(order.by, order.descending != window.backward)
        runs = [True] if order.by is OrderBy.RECORDED_AT else [True, False]
        if window.backward:
            runs.reverse()
        if after is not None:
            runs = runs[runs.index(after[0] is not None) :]
        attributes = attributes_of(kind, query)
        rows: list[Row[Any]] = []
        for with_value in runs:
            limit = window.size + 1 - len(rows)
            if limit:
                statement = statements.page(
                    kind, attributes, query.conditions, direction, after=after, with_value=with_value, limit=limit
                )
                rows += await self._session.snapshot.fetch(statement)
            after = None
        return rows
