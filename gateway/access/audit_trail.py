"""Who read an agency's own records: what the audit log tells the agency that sent them.

Beside each entry stands of which sources the records are that were read, so that nobody looks through the whole log.
"""

import base64
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from strawberry.utils.str_converters import to_camel_case

from adapters.vocabulary.enums import RecordType
from gateway.access.audit_log import SUMMARISED, AuditLog, source_of
from gateway.access.tables import entry, subject
from schema.errors import ErrorCode, RequestError
from schema.queries.audit_trail import AuditTrailItem, AuditTrailPage, AuditTrailQuery
from schema.queries.base import CatalogueQuery, QueryReader

T = TypeVar("T")


class Trailing:
    """A catalogue that also tells who read the records of some sources, from the log."""

    def __init__(self, catalogue: QueryReader, log: AuditLog | None, own: Collection[str]) -> None:
        self._catalogue = catalogue
        self._log = log
        self._own = sorted(own)

    async def read(self, question: CatalogueQuery[T]) -> T:
        if isinstance(question, AuditTrailQuery):
            return await self._trail(question)  # type: ignore[return-value]  # that is what a trail is answered with
        return await self._catalogue.read(question)

    async def _trail(self, asked: AuditTrailQuery) -> AuditTrailPage:
        until, met = _place(asked.cursor)
        if not self._own:
            return AuditTrailPage()
        if self._log is None:
            raise RequestError(ErrorCode.NOT_READY, "The gateway keeps no audit log that it could look into.")
        numbers = select(subject.c.number).where(subject.c.source.in_(self._own))
        page = select(entry).where(entry.c.number.in_(numbers)).order_by(entry.c.number.desc())
        if until is not None:
            page = page.where(entry.c.at <= until)
        async with self._log.database.snapshot() as snapshot:
            rows = list(await snapshot.fetch(page.limit(met + asked.size + 1)))[met:]
        shown = rows[: asked.size]
        return AuditTrailPage(
            entries=[self._entry(row) for row in shown],
            cursor=_cursor([row.at for row in shown], until, met) if shown else asked.cursor,
            more=len(rows) > asked.size,
        )

    def _entry(self, row: Any) -> AuditTrailItem:
        """What the agency is told of an entry: nothing of what is not its own."""
        own = [reading for reading in row.readings if source_of(reading) in self._own]
        kinds = [reading.record.partition(":")[0] for reading in own]
        counted = {RecordType(kind.removesuffix(SUMMARISED)) for kind in kinds if kind.endswith(SUMMARISED)}
        return AuditTrailItem(
            read_at=row.at,
            agency=row.agency,
            purpose=row.purpose,
            records=tuple(
                reading.record for reading, kind in zip(own, kinds, strict=True) if not kind.endswith(SUMMARISED)
            ),
            summarised=tuple(sorted(counted)),
            fields_read=tuple(sorted({to_camel_case(name) for reading in own for name in reading.fields})),
        )


# A cursor names the moment of the last entry that was shown, and how many of that moment were: the numbers of entries
# would tell how many there are, which is nobody's own.


def _cursor(moments: Sequence[datetime], until: datetime | None, met: int) -> str:
    last = moments[-1]
    shown = moments.count(last) + (met if last == until else 0)
    return base64.urlsafe_b64encode(f"trail {last.isoformat()} {shown}".encode()).decode().rstrip("=")


def _place(cursor: str | None) -> tuple[datetime | None, int]:
    if cursor is None:
        return None, 0
    try:
        given = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        name, moment, met = given.split(" ")
        if (
            name == "trail"
            and met.isdecimal()
            and len(met) < 6
            and (at := datetime.fromisoformat(moment)).tzinfo is UTC
        ):
            return at, int(met)
    except ValueError:
        pass
    raise RequestError(ErrorCode.BAD_CURSOR, "The cursor is none that `auditTrail` gave out.")
