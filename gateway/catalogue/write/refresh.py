"""Reading live scopes into the catalogue: once, or again and again as they grow old, each by one reader at a time."""

import asyncio
import uuid
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import structlog
from msgspec import Struct

from adapters.client import Clock, SystemClock
from adapters.errors import SourceError, Unanswered
from adapters.source import Scope, Source
from gateway.catalogue.counts import RowCounts
from gateway.catalogue.disclosure.publication import publish
from gateway.catalogue.write import leases
from gateway.catalogue.write.batches import ConcurrentReadError
from gateway.catalogue.write.importing import Progress, import_scopes
from gateway.store.database import Database

ROUND = 60.0
"""Seconds between two looks for what has grown old."""

PUBLISHING = 3600.0
"""Seconds between two looks for a month that has closed."""

AFTER_A_FAILURE = timedelta(minutes=5)
"""How long a scope that could not be read is left alone, unless the publisher asks for more."""

log = structlog.get_logger()


class Outcome(Struct, frozen=True):
    """What became of a round: of the rows, of the scopes that were read, and why others could not be."""

    counts: RowCounts = RowCounts()
    read: tuple[Scope, ...] = ()
    failed: Mapping[str, str] = {}
    """Scope → the closed reason; "" for the source as a whole, which could not say what it offers."""


class Refresher:
    """A reader of live scopes. `holder` tells it from all others that read into the same catalogue."""

    def __init__(self, database: Database, clock: Clock | None = None, holder: str | None = None) -> None:
        self._database = database
        self._clock = clock or SystemClock()
        self._holder = holder or uuid.uuid4().hex

    async def once(
        self,
        source: Source,
        names: Sequence[str],
        *,
        only_old: bool = False,
        progress: Progress = lambda scope, counts, complete: None,
    ) -> Outcome:
        """Reads the scopes that `names` stand for now; those that another reads at this moment are left to it.

        With `only_old`, what was read to its end within the source's cadence is left as it is.
        """
        try:
            scopes = await source.current(names)
        except SourceError as exc:
            return Outcome(failed={"": exc.code})
        outcome = Outcome()
        for scope in scopes:
            outcome = await self._scope(source, scope, outcome, only_old=only_old, progress=progress)
        return outcome

    async def watch(
        self, followed: Sequence[tuple[Source, Sequence[str]]], partners: Collection[str] = frozenset()
    ) -> None:
        """Keeps all that is followed fresh, until it is cancelled. One source that hangs holds up no other.

        Months of what `partners` send are published as they close.
        """
        async with asyncio.TaskGroup() as group:
            if partners:
                group.create_task(self._publish(partners))
            for source, names in followed:
                group.create_task(self._follow(source, names))

    async def _follow(self, source: Source, names: Sequence[str]) -> None:
        while True:
            outcome = await self.once(source, names, only_old=True)
            for scope in outcome.read:
                log.info("read", source=source.about.name, scope=scope.name)
            for name, reason in outcome.failed.items():
                log.warning("not read", source=source.about.name, scope=name, reason=reason)
            await self._clock.sleep(ROUND)

    async def _publish(self, partners: Collection[str]) -> None:
        while True:
            today = self._clock.now().date()
            if tables := await self._database.write(partial(publish, sources=partners, today=today)):
                log.info("published", tables=tables)
            await self._clock.sleep(PUBLISHING)

    async def _scope(
        self, source: Source, scope: Scope, outcome: Outcome, *, only_old: bool, progress: Progress
    ) -> Outcome:
        now = self._clock.now()
        fresh = now - source.about.cadence if only_old else None
        taken = partial(leases.take, scope=scope, holder=self._holder, now=now, fresher_than=fresh)
        if not await self._database.write(taken):
            return outcome
        try:
            async with self._renewed(scope):
                counts = await import_scopes(self._database, source, [scope], progress)
        except SourceError as exc:
            asked = exc.retry_after if isinstance(exc, Unanswered) and exc.retry_after else 0.0
            until = self._clock.now() + max(AFTER_A_FAILURE, timedelta(seconds=asked))
            await self._database.write(partial(leases.pause, scope=scope, holder=self._holder, until=until))
            return Outcome(outcome.counts, outcome.read, {**outcome.failed, scope.name: exc.code})
        except ConcurrentReadError:
            return outcome
        await self._database.write(partial(leases.release, scope=scope, holder=self._holder))
        return Outcome(outcome.counts + counts, (*outcome.read, scope), outcome.failed)

    @asynccontextmanager
    async def _renewed(self, scope: Scope) -> AsyncGenerator[None]:
        """Keeps the lease for as long as the reading takes."""

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
