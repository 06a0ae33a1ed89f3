"""The revision that a request reads at."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, func, select

from gateway.catalogue.read.session import ReadSession
from gateway.catalogue.read.sql.base import RevisionView
from gateway.catalogue.tables import revision
from schema.errors import ErrorCode, RequestError


class Revisions:
    """Chooses revisions for one request. Without `asOf`, all its queries read the same one."""

    def __init__(self, session: ReadSession) -> None:
        self._session = session
        self._latest: int | None = None

    async def view(self, as_of: datetime | None, cursor_revision: int | None = None) -> RevisionView:
        """The revision that a cursor carries, the last one committed by `as_of`, or the latest.

        Raises RequestError: BAD_INPUT for a future `as_of`, BAD_CURSOR for a cursor of another state.
        """
        number, latest = await self._numbers(as_of)
        if cursor_revision is not None:
            if cursor_revision > latest or (as_of is not None and cursor_revision != number):
                raise RequestError(ErrorCode.BAD_CURSOR, "The cursor belongs to another state of the catalogue.")
            number = cursor_revision
        return RevisionView(number, number == latest)

    async def _numbers(self, as_of: datetime | None) -> tuple[int, int]:
        """The revision to read and the newest visible one.

        A commit in progress may carry a time before `as_of`. A moment after the last visible commit is therefore
        answered only after all current writers have ended: what was true at a moment never changes afterwards.
        """
        newest = await self._newest()
        visible: int = 0 if newest is None else newest.number
        if self._latest is None:
            self._latest = visible
        if as_of is None:
            # An asOf beside this query in one request may have renewed the snapshot.
            return self._latest, visible
        if as_of > await self._now():
            raise RequestError(ErrorCode.BAD_INPUT, "`asOf` is in the future.")
        if newest is None or as_of > newest.committed_at:
            # The snapshot ends first: who waits for a writer uses no connection.
            await self._session.snapshot.renew()
            await self._session.database.quiesce()
            newest = await self._newest()
        last = select(func.max(revision.c.number)).where(revision.c.committed_at <= as_of)
        (row,) = await self._session.snapshot.fetch(last)
        return row[0] or 0, 0 if newest is None else newest.number

    async def _newest(self) -> Row[Any] | None:
        newest = select(revision.c.number, revision.c.committed_at).order_by(revision.c.number.desc()).limit(1)
        return next(iter(await self._session.snapshot.fetch(newest)), None)

    async def _now(self) -> datetime:
        """Now, by the clock that times commits: this machine's may run ahead of the database's."""
        if self._session.database.dialect == "postgresql":
            (row,) = await self._session.snapshot.fetch(select(func.clock_timestamp()))
            now: datetime = row[0]
            return now
        return datetime.now(UTC)
