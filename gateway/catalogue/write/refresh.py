"""Refreshes live scopes: once, or repeatedly as they become stale, each by one reader at a time."""

import asyncio
import uuid
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import structlog
from msgspec import Struct, structs

from adapters.client import Clock, SystemClock
from adapters.errors import NoAnswer, SourceError
from adapters.source import Scope, Source
from gateway.catalogue.counts import RowCounts
from gateway.catalogue.disclosure.publication import publish
from gateway.catalogue.write import leases
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


class RefreshResult(Struct, frozen=True):
    """The result of one round: row counts, the scopes that were read, why others failed, and what is on hold."""

    counts: RowCounts = RowCounts()
    read: tuple[Scope, ...] = ()
    failed: Mapping[str, str] = {}
    """Scope → reason code; "" if the source as a whole could not list its scopes."""
    holds: tuple[PendingHold, ...] = ()
    """The holds of the scopes that were read."""


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
        progress: Progress = lambda scope, counts, complete: None,
    ) -> RefreshResult:
        """Reads the scopes that `names` resolve to now, except those that another reader holds.

        With `only_stale`, skips scopes that were read completely within the source's cadence.
        """
        try:
            scopes = await source.current(names)
        except SourceError as exc:
            return RefreshResult(failed={"": exc.code})
        outcome = RefreshResult()
        for scope in scopes:
            outcome = await self._scope(source, scope, outcome, only_stale=only_stale, progress=progress)
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
            outcome = await self.once(source, names, only_stale=True)
            for scope in outcome.read:
                log.info("read", source=source.about.name, scope=scope.name)
            for hold in outcome.holds:
                log.warning("withdrawals on hold", source=hold.source, scope=hold.scope, digest=hold.digest)
            for name, reason in outcome.failed.items():
                log.warning("not read", source=source.about.name, scope=name, reason=reason)
            await self._clock.sleep(INTERVAL)

    async def _publish(self, partners: Collection[str]) -> None:
        while True:
            today = self._clock.now().date()
            if tables := await self._database.write(partial(publish, sources=partners, today=today)):
                log.info("published", tables=tables)
            await self._clock.sleep(PUBLICATION_INTERVAL)

    async def _scope(
        self, source: Source, scope: Scope, outcome: RefreshResult, *, only_stale: bool, progress: Progress
    ) -> RefreshResult:
        now = self._clock.now()
        fresh = now - source.about.cadence if only_stale else None
        take = partial(leases.take, scope=scope, holder=self._holder, now=now, fresher_than=fresh)
        if not await self._database.write(take):
            return outcome
        try:
            async with self._keep_lease(scope):
                counts = await import_scopes(
                    self._database, source, [scope], progress, withdrawal_limit=self._withdrawal_limit
                )
        except SourceError as exc:
            retry_after = exc.retry_after if isinstance(exc, NoAnswer) and exc.retry_after else 0.0
            until = self._clock.now() + max(FAILURE_PAUSE, timedelta(seconds=retry_after))
            await self._database.write(partial(leases.pause, scope=scope, holder=self._holder, until=until))
            return RefreshResult(outcome.counts, outcome.read, {**outcome.failed, scope.name: exc.code})
        except ConcurrentReadError:
            return outcome
        await self._database.write(partial(leases.release, scope=scope, holder=self._holder))
        return RefreshResult(outcome.counts + counts, (*outcome.read, scope), outcome.failed)

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
