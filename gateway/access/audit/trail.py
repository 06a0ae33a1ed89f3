"""The audit trail: what the audit log tells an agency about who read the records that it sent."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from strawberry.utils.str_converters import to_camel_case

from adapters.vocabulary.enums import RecordType
from gateway.access.audit.delivery import SUMMARY, source_of
from gateway.access.audit.log import AuditLog
from gateway.access.audit.tables import audit_entry, audit_subject
from gateway.cursors import decode, encode
from schema.errors import ErrorCode, RequestError
from schema.queries.audit_trail import AuditTrailItem, AuditTrailPage, AuditTrailQuery
from schema.queries.base import CatalogueQuery, QueryReader

T = TypeVar("T")

Position = tuple[datetime, int]
"""The moment of the last entry of a page, and how many entries of that moment were delivered.

An entry's number would disclose how many entries there are, those about other agencies' records included.
"""

MAX_DIGITS = 5


class TrailCursor:
    """Cursors of the trail: `trail`, the moment in ISO 8601 and the count, separated by spaces."""

    def write(self, values: Position) -> bytes:
        moment, count = values
        return f"trail {moment.isoformat()} {count}".encode()

    def read(self, content: bytes) -> Position:
        name, moment, count = content.decode().split(" ")
        at = datetime.fromisoformat(moment)
        if name != "trail" or at.tzinfo is not UTC or not count.isdecimal() or len(count) > MAX_DIGITS:
            raise ValueError("not a place in the trail")
        return at, int(count)


CURSOR = TrailCursor()


class AuditTrailReader:
    """A catalogue that also answers AuditTrailQuery, for the sources in `own`."""

    def __init__(self, catalogue: QueryReader, log: AuditLog | None, own: Collection[str]) -> None:
        self._catalogue = catalogue
        self._log = log
        self._own = sorted(own)

    async def read(self, question: CatalogueQuery[T]) -> T:
        if isinstance(question, AuditTrailQuery):
            return await self._trail(question)  # type: ignore[return-value]  # AuditTrailQuery is a query for this page
        return await self._catalogue.read(question)

    async def _trail(self, query: AuditTrailQuery) -> AuditTrailPage:
        until, offset = (None, 0) if query.cursor is None else decode(CURSOR, query.cursor)
        if not self._own:
            return AuditTrailPage()
        if self._log is None:
            raise RequestError(ErrorCode.NOT_READY, "The gateway keeps no audit log.")
        numbers = select(audit_subject.c.number).where(audit_subject.c.source.in_(self._own))
        page = select(audit_entry).where(audit_entry.c.number.in_(numbers)).order_by(audit_entry.c.number.desc())
        if until is not None:
            page = page.where(audit_entry.c.at <= until)
        async with self._log.database.snapshot() as snapshot:
            rows = list(await snapshot.fetch(page.limit(offset + query.size + 1)))[offset:]
        entries = rows[: query.size]
        return AuditTrailPage(
            entries=[self._item(row) for row in entries],
            cursor=_end([row.at for row in entries], until, offset) if entries else query.cursor,
            more=len(rows) > query.size,
        )

    def _item(self, row: Any) -> AuditTrailItem:
        """What the agency may know of an entry: nothing about records that are not its own."""
        own = [reading for reading in row.readings if source_of(reading) in self._own]
        types = [reading.record.partition(":")[0] for reading in own]
        summaries = {RecordType(name.removesuffix(SUMMARY)) for name in types if name.endswith(SUMMARY)}
        return AuditTrailItem(
            read_at=row.at,
            agency=row.agency,
            purpose=row.purpose,
            records=tuple(
                reading.record for reading, name in zip(own, types, strict=True) if not name.endswith(SUMMARY)
            ),
            summarised=tuple(sorted(summaries)),
            fields_read=tuple(sorted({to_camel_case(name) for reading in own for name in reading.fields})),
        )


def _end(moments: Sequence[datetime], until: datetime | None, offset: int) -> str:
    """The cursor behind entries of these moments, on a page from `until` on."""
    last = moments[-1]
    return encode(CURSOR, (last, moments.count(last) + (offset if last == until else 0)))
