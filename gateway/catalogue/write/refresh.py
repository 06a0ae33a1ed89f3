"""Refreshes live scopes: once, or repeatedly as they become stale, each by one reader at a time."""

import asyncio
import uuid
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Self

import structlog
from msgspec import Struct, structs
from sqlalchemy import Connection

from adapters.client import Clock, SystemClock
from adapters.errors import NoAnswer, SourceError, UnknownScope
from adapters.source import Scope, Source
from gateway.catalogue.counts import RowCounts
from gateway.catalogue.disclosure.publication import publish
from gateway.catalogue.write import failures, leases
from gateway.catalogue.write.batches import ConcurrentReadError
from gateway.catalogue.write.holds import WITHDRAWAL_LIMIT, PendingHold, pending_holds
from gateway.catalogue.write.importing import Progress, import_scopes
from gateway.store.database import Database

INTERVAL = 60.0
"""Seconds between two checks for stale scopes."""

PUBLICATION_INTERVAL = 3600.0
"""Seconds between two checks for closed months."""

FAILURE_PAUSE = timedelta(minutes=5)
"""How long a scope rests after a failure, unless the publisher asks for longer."""

log = structlog.get_logger()


class ReadFailure(Struct, frozen=True):
    """Why something could not be read: the closed code, and the sentence of the SourceError, which is safe to print."""

    code: str
    message: str

    @classmethod
    def of(cls, error: SourceError) -> Self:
        """The failure that `error` stands for."""
        return cls(error.code, str(error))


class RefreshResult(Struct, frozen=True):
    """The result of one round: row counts, the scopes that were read, why others were not, and what is on hold."""

    counts: RowCounts = RowCounts()
    read: tuple[Scope, ...] = ()
    failed: Mapping[str, ReadFailure] = {}
    """Scope → failure; "" if the source as a whole could not list its scopes."""
    pauses: Mapping[str, leases.Pause] = {}
    """Scope → the rest in which it is since an earlier failure; empty for a round of stale scopes only."""
    holds: tuple[PendingHold, ...] = ()
    """The holds of the scopes that were read."""
    skipped: tuple[str, ...] = ()
    """Why parts of the scopes that were read are skipped."""


class Refresher:
    """Reads live scopes. `holder` identifies it among all readers of the same catalogue.

    A reading that lacks more than `withdrawal_limit` of a scope's records withdraws none of them yet.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock | None = None,
        holder: str | None = None,
        *,
        withdrawal_limit: float = WITHDRAWAL_LIMIT,
    ) -> None:
        self._database = database
        self._withdrawal_limit = withdrawal_limit
        self._clock = clock or SystemClock()
        self._holder = holder or uuid.uuid4().hex

    async def once(
        self,
        source: Source,
        names: Sequence[str],
        *,
        only_stale: bool = False,
        during_pause: bool = False,
        progress: Progress = lambda scope, counts, complete: None,
    ) -> RefreshResult:
        """Reads the scopes that `names` resolve to now, except those that another reader holds.

        A scope that rests after a failure is read only `during_pause`. With `only_stale`, skips scopes that were read
        completely within the source's cadence. Raises UnknownScope for a name that the source does not know.
        """
        try:
            scopes = await source.current(names)
        except UnknownScope:
            raise
        except SourceError as exc:
            return await self._fail(source, exc)
        await self._database.write(partial(failures.clear, source=source.about.name, scope=None))
        outcome = RefreshResult()
        for scope in scopes:
            outcome = await self._scope(
                source, scope, outcome, only_stale=only_stale, during_pause=during_pause, progress=progress
            )
        names_read = {scope.name for scope in outcome.read}
        pending = await pending_holds(self._database, source.about.name) if names_read else []
        return structs.replace(outcome, holds=tuple(each for each in pending if each.scope in names_read))

    async def watch(
        self, subscriptions: Sequence[tuple[Source, Sequence[str]]], partners: Collection[str] = frozenset()
    ) -> None:
        """Keeps the given scopes fresh until it is cancelled. A source that hangs does not delay the others.

        Publishes closed months of the records that `partners` send.
        """
        async with asyncio.TaskGroup() as group:
            if partners:
                group.create_task(self._publish(partners))
            for source, names in subscriptions:
                group.create_task(self._follow(source, names))

    async def _follow(self, source: Source, names: Sequence[str]) -> None:
        while True:
            try:
                outcome = await self.once(source, names, only_stale=True)
            except UnknownScope as exc:
                outcome = await self._fail(source, exc)
            for scope in outcome.read:
                log.info("read", source=source.about.name, scope=scope.name)
            for hold in outcome.holds:
                log.warning("withdrawals on hold", source=hold.source, scope=hold.scope, digest=hold.digest)
            for reason in outcome.skipped:
                log.warning("skipped", source=source.about.name, reason=reason)
            for name, failure in outcome.failed.items():
                log.warning(
                    "not read", source=source.about.name, scope=name, reason=failure.code, message=failure.message
                )
            await self._clock.sleep(INTERVAL)

    async def _fail(self, source: Source, error: SourceError) -> RefreshResult:
        """The result where a source cannot list its scopes; the reason is kept."""
        now = self._clock.now()
        await self._database.write(
            partial(failures.note, source=source.about.name, scope=None, code=error.code, now=now)
        )
        return RefreshResult(failed={"": ReadFailure.of(error)})

    async def _publish(self, partners: Collection[str]) -> None:
        while True:
            today = self._clock.now().date()
            if tables := await self._database.write(partial(publish, sources=partners, today=today)):
                log.info("published", tables=tables)
            await self._clock.sleep(PUBLICATION_INTERVAL)

    async def _scope(
        self,
        source: Source,
        scope: Scope,
        outcome: RefreshResult,
        *,
        only_stale: bool,
        during_pause: bool,
        progress: Progress,
    ) -> RefreshResult:
        now = self._clock.now()
        fresh = now - source.about.cadence if only_stale else None
        take = partial(
            leases.take, scope=scope, holder=self._holder, now=now, fresher_than=fresh, during_pause=during_pause
        )
        if not await self._database.write(take):
            return outcome if only_stale else await self._add_pause(scope, outcome)
        skipped: list[str] = []
        try:
            async with self._keep_lease(scope):
                counts = await import_scopes(
                    self._database,
                    source,
                    [scope],
                    progress,
                    withdrawal_limit=self._withdrawal_limit,
                    skip=skipped.append,
                )
        except SourceError as exc:
            retry_after = exc.retry_after if isinstance(exc, NoAnswer) and exc.retry_after else 0.0
            until = self._clock.now() + max(FAILURE_PAUSE, timedelta(seconds=retry_after))
            rest = leases.Pause(until, exc.code)
            await self._database.write(partial(self._rest, scope=scope, rest=rest))
            return structs.replace(outcome, failed={**outcome.failed, scope.name: ReadFailure.of(exc)})
        except ConcurrentReadError:
            return outcome
        await self._database.write(partial(self._end, scope=scope))
        return structs.replace(
            outcome,
            counts=outcome.counts + counts,
            read=(*outcome.read, scope),
            skipped=(*outcome.skipped, *skipped),
        )

    def _rest(self, connection: Connection, scope: Scope, rest: leases.Pause) -> None:
        leases.pause(connection, scope, self._holder, rest)
        failures.note(connection, scope.source, scope, rest.reason, self._clock.now())

    def _end(self, connection: Connection, scope: Scope) -> None:
        leases.release(connection, scope, self._holder)
        failures.clear(connection, scope.source, scope)

    async def _add_pause(self, scope: Scope, outcome: RefreshResult) -> RefreshResult:
        """The outcome with the rest in which the scope is, if it is in one."""
        rest = await self._database.write(partial(leases.find_pause, scope=scope, now=self._clock.now()))
        return outcome if rest is None else structs.replace(outcome, pauses={**outcome.pauses, scope.name: rest})

    @asynccontextmanager
    async def _keep_lease(self, scope: Scope) -> AsyncGenerator[None]:
        """Renews the lease while the read runs."""

        async def renew() -> None:
            while True:
                await self._clock.sleep(leases.TERM.total_seconds() / 3)
                await self._database.write(
                    partial(leases.renew, scope=scope, holder=self._holder, now=self._clock.now())
                )

        task = asyncio.create_task(renew())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])
