"""Answers the schema's queries from the catalogue, as one caller may see it, at one revision."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from adapters.source import About
from gateway.access.audit.delivery import Delivery
from gateway.access.callers import Caller, viewer
from gateway.catalogue.disclosure.publication import published
from gateway.catalogue.read.changes import ChangeReader
from gateway.catalogue.read.coverage import CoverageReader
from gateway.catalogue.read.figures.reader import FigureReader
from gateway.catalogue.read.interned_sets import InternedSets
from gateway.catalogue.read.records import RecordReader
from gateway.catalogue.read.rejections import RejectionReader
from gateway.catalogue.read.relations import RelationReader
from gateway.catalogue.read.revisions import Revisions
from gateway.catalogue.read.session import ReadSession
from gateway.catalogue.read.sources import SourceReader
from gateway.catalogue.read.summaries import SummaryReader
from gateway.store.database import Database, Snapshot
from schema.queries.base import CatalogueQuery
from schema.queries.changes import ChangesQuery
from schema.queries.coverage import CoverageQuery
from schema.queries.disclosure import DisclosureQuery, DisclosureTable
from schema.queries.figures import ComparisonQuery, TotalQuery
from schema.queries.records import LookupQuery, PageQuery
from schema.queries.rejections import RejectionsQuery
from schema.queries.sources import AnswerSources, SourcesQuery
from schema.queries.summaries import SummaryQuery
from schema.queries.viewer import ViewerInfo, ViewerQuery

A = TypeVar("A")


class CatalogueReader:
    """One caller's view of the catalogue for the length of a request; fulfils `schema.queries.base.QueryReader`."""

    def __init__(
        self,
        database: Database,
        snapshot: Snapshot,
        caller: Caller,
        descriptions: Mapping[str, About],
        sets: InternedSets,
    ) -> None:
        self._session = ReadSession(database, snapshot, caller, descriptions, sets)
        self._sources = SourceReader(self._session)
        self._turn = asyncio.Lock()
        revisions = Revisions(self._session)
        relations = RelationReader(self._session, revisions, self._sources)
        records = RecordReader(self._session, revisions, self._sources, relations)
        coverage = CoverageReader(self._session, self._sources)
        figures = FigureReader(self._session, records, coverage)
        self._handlers: Mapping[type[CatalogueQuery[Any]], Callable[[Any], Awaitable[Any]]] = {
            PageQuery: records.page,
            LookupQuery: records.lookup,
            ChangesQuery: ChangeReader(self._session, revisions, self._sources, relations).changes,
            SummaryQuery: SummaryReader(self._session, self._sources, coverage).summary,
            TotalQuery: figures.total,
            ComparisonQuery: figures.compare,
            SourcesQuery: self._sources.sources,
            RejectionsQuery: RejectionReader(self._session).rejections,
            CoverageQuery: coverage.coverage,
            DisclosureQuery: self._disclosure,
            ViewerQuery: self._viewer,
        }

    @property
    def delivery(self) -> Delivery:
        """What the answers so far hold that must be logged."""
        return self._session.delivery

    @property
    def seconds(self) -> float:
        """What the statements of all answers took so far."""
        return self._session.snapshot.seconds

    @property
    def answer_sources(self) -> AnswerSources:
        """The sources of all answers so far."""
        return self._sources.all_answers

    def count_exactly(self, most: int) -> None:
        """Sets up to which number `totalCount` is exact."""
        self._session.exact_count = most

    async def read(self, query: CatalogueQuery[A]) -> A:
        """Answers a query. Queries of one request are answered one after the other."""
        async with self._turn:
            answer: A = await self._handlers[type(query)](query)
            return answer

    async def _disclosure(self, query: DisclosureQuery) -> DisclosureTable | None:
        return await published(self._session.snapshot, query)

    async def _viewer(self, query: ViewerQuery) -> ViewerInfo:
        return viewer(self._session.caller)
