"""Rejected rows, for the agency that sends a source, and for operators."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from adapters.vocabulary.enums import Audience
from adapters.vocabulary.spelling import find_nearest
from gateway.catalogue.read.session import ReadSession
from gateway.catalogue.read.sql.base import LATEST
from gateway.catalogue.read.sql.coverage import RejectionPlace
from gateway.cursors import JSONCursor, decode, encode
from schema.errors import unknown_name
from schema.queries.rejections import RejectionItem, RejectionPage, RejectionsQuery

CURSOR = JSONCursor(RejectionPlace)


class RejectionReader:
    """Reads rejected rows of the sources that the caller is answerable for."""

    def __init__(self, session: ReadSession) -> None:
        self._session = session

    async def rejections(self, query: RejectionsQuery) -> RejectionPage:
        """A page. Raises RequestError for a name of no such source, and for an invalid cursor."""
        own = self._own_sources()
        for name in query.sources or ():
            if name not in own:
                raise unknown_name("source", name, find_nearest(name, own), "sources")
        after = None if query.cursor is None else decode(CURSOR, query.cursor)
        names = own if query.sources is None else query.sources
        statement = self._session.builder(LATEST).coverage.rejections(names, after, query.size + 1)
        rows = await self._session.snapshot.fetch(statement)
        entries = rows[: query.size]
        return RejectionPage(
            entries=[_item(row) for row in entries],
            cursor=encode(CURSOR, _place(entries[-1])) if entries else query.cursor,
            more=len(rows) > query.size,
        )

    def _own_sources(self) -> Sequence[str]:
        caller, descriptions = self._session.caller, self._session.descriptions
        if caller.audience is Audience.OPERATOR:
            return sorted(descriptions)
        agency = caller.principal.agency if caller.principal else None
        return sorted(name for name, about in descriptions.items() if agency and about.owner == agency)


def _item(row: Row[Any]) -> RejectionItem:
    return RejectionItem(
        source=row.source,
        channel=row.channel,
        scope=row.name,
        position=row.position,
        reason=row.reason,
        column=row.column,
        read_at=row.last_read_at,
    )


def _place(row: Row[Any]) -> RejectionPlace:
    return row.source, row.name, row.channel, row.position
