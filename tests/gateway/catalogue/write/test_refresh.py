"""Syncing: one reader at a time for each scope, what is fresh is left alone, and a failure holds up nobody."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from msgspec import structs
from sqlalchemy import select

from adapters.errors import RateLimitError, SourceError, SourceTimeout
from adapters.records import Case
from adapters.source import Batch, Scope
from gateway.catalogue.tables import lease
from gateway.catalogue.write import leases
from gateway.catalogue.write.refresh import FAILURE_PAUSE, INTERVAL, ReadFailure, Refresher, RefreshResult
from gateway.store.database import Database, connect
from tests.support.clocks import START, ControlledClock
from tests.support.fake_source import NAME, FakeSource

CADENCE = timedelta(days=1)


class Patient(ControlledClock):
    """A clock that only the test moves; who sleeps wakes when it has moved so far."""

    def __init__(self) -> None:
        super().__init__()
        self._moved = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        until = self.elapsed + seconds
        while self.elapsed < until:
            await self._moved.wait()

    def advance(self, seconds: float) -> None:
        super().advance(seconds)
        self._moved.set()
        self._moved = asyncio.Event()


class Live(FakeSource):
    """A fake whose scopes are those of a live channel; `asked` are the names of those that were read.

    `before` is awaited ahead of each reading and may raise.
    """

    def __init__(self, *names: str, clock: ControlledClock, **overrides: Any) -> None:
        super().__init__({name: [Case(source=NAME, external_id=name)] for name in names}, cadence=CADENCE, **overrides)
        self.asked: list[str] = []
        self.begun = asyncio.Event()
        self.before: Callable[[str], Awaitable[None]] | None = None
        self.silent: SourceError | None = None
        self._clock = clock

    def become_empty(self, name: str) -> None:
        """From now on the scope of this name states nothing."""
        self._contents[name] = []

    def lose_a_part(self, name: str) -> None:
        """From now on the scope of this name has a part without content."""
        (batch,) = self.batches(name)
        self._contents[name] = [structs.replace(batch, skipped=["a.csv: is empty"])]

    async def current(self, names: Sequence[str]) -> list[Scope]:
        if self.silent:
            raise self.silent
        return [self.scope(name) for name in names]

    async def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        self.asked.append(scope.name)
        self.begun.set()
        if self.before:
            await self.before(scope.name)
        self._read_at = self._clock.now()
        async for batch in super().read(scope, since):
            yield batch


class World(NamedTuple):
    """An empty catalogue, the clock of all who use it, and syncs by their holders' names."""

    database: Database
    clock: Patient

    def sync(self, holder: str) -> Refresher:
        return Refresher(self.database, self.clock, holder)


def told(database_url: str, story: Callable[[World], Awaitable[Any]]) -> Any:
    """Runs a story in a world of its own."""

    async def run() -> Any:
        database, clock = connect(database_url), Patient()
        try:
            return await story(World(database, clock))
        finally:
            await database.close()

    return asyncio.run(run())


async def renewed(world: World) -> None:
    """Returns when the one lease there is has been renewed since the clock last moved."""
    until = world.clock.now() + leases.TERM
    held = select(lease.c.until)
    # The lease stands in the database, which tells nobody when it changes.
    while await world.database.write(lambda connection: connection.execute(held).scalar_one()) < until:  # noqa: ASYNC110
        await asyncio.sleep(0.01)


def names(outcome: RefreshResult) -> list[str]:
    return [scope.name for scope in outcome.read]


def test_what_is_named_is_read_and_accounted_for(database_url: str) -> None:
    async def story(world: World) -> RefreshResult:
        return await world.sync("a").once(Live("x", "y", clock=world.clock), ["x", "y"])

    outcome = told(database_url, story)
    assert names(outcome) == ["x", "y"]
    assert (outcome.counts.read, outcome.counts.added) == (2, 2)
    assert outcome.failed == {}


def test_a_part_without_content_is_reported_and_the_rest_is_read(database_url: str) -> None:
    async def story(world: World) -> RefreshResult:
        source = Live("x", "y", clock=world.clock)
        source.lose_a_part("x")
        return await world.sync("a").once(source, ["x", "y"])

    outcome = told(database_url, story)
    assert (names(outcome), outcome.counts.added, outcome.skipped) == (["x", "y"], 2, ("a.csv: is empty",))


def test_what_was_read_within_the_cadence_is_left_alone_until_it_is_old(database_url: str) -> None:
    async def story(world: World) -> list[list[str]]:
        source, reader = Live("x", clock=world.clock), world.sync("a")
        rounds = [await reader.once(source, ["x"], only_stale=True)]
        world.clock.advance(CADENCE.total_seconds() - 1)
        rounds.append(await reader.once(source, ["x"], only_stale=True))
        rounds.append(await reader.once(source, ["x"]))
        world.clock.advance(CADENCE.total_seconds() + 1)
        rounds.append(await reader.once(source, ["x"], only_stale=True))
        return list(map(names, rounds))

    assert told(database_url, story) == [["x"], [], ["x"], ["x"]]


def test_a_scope_on_hold_is_read_again_once_a_cadence_and_its_hold_is_in_the_result(database_url: str) -> None:
    async def story(world: World) -> list[tuple[list[str], list[str]]]:
        source, reader = Live("x", clock=world.clock), world.sync("a")
        await reader.once(source, ["x"])
        source.become_empty("x")
        rounds = []
        for pause in (CADENCE, timedelta(hours=1), CADENCE, CADENCE):
            world.clock.advance(pause.total_seconds() + 1)
            rounds.append(await reader.once(source, ["x"], only_stale=True))
        return [(names(each), [hold.scope for hold in each.holds]) for each in rounds]

    on_hold = (["x"], ["x"])
    assert told(database_url, story) == [on_hold, ([], []), on_hold, (["x"], [])]


def test_of_two_that_would_read_a_scope_one_does(database_url: str) -> None:
    async def story(world: World) -> tuple[list[str], list[str], list[str]]:
        source, gate = Live("x", clock=world.clock), asyncio.Event()

        async def wait(name: str) -> None:
            await gate.wait()

        source.before = wait
        first = asyncio.create_task(world.sync("a").once(source, ["x"]))
        await source.begun.wait()
        second = await world.sync("b").once(source, ["x"])
        gate.set()
        return names(await first), names(second), source.asked

    assert told(database_url, story) == (["x"], [], ["x"])


def test_a_lease_is_kept_while_its_holder_reads_and_runs_out_when_it_has_died(database_url: str) -> None:
    async def story(world: World) -> tuple[list[str], list[str]]:
        source, gate = Live("x", clock=world.clock), asyncio.Event()

        async def wait(name: str) -> None:
            await gate.wait()

        source.before = wait
        dying = asyncio.create_task(world.sync("a").once(source, ["x"]))
        await source.begun.wait()
        term = leases.TERM.total_seconds()
        for _ in range(6):
            world.clock.advance(term / 3)
            await renewed(world)
        while_alive = names(await world.sync("b").once(source, ["x"]))
        dying.cancel()
        await asyncio.wait([dying])
        world.clock.advance(term + 1)
        gate.set()
        return while_alive, names(await world.sync("b").once(source, ["x"]))

    assert told(database_url, story) == ([], ["x"])


def test_a_scope_that_fails_is_left_alone_for_a_while_and_holds_up_no_other(database_url: str) -> None:
    async def story(world: World) -> list[tuple[list[str], dict[str, str]]]:
        source = Live("x", "y", clock=world.clock)
        rounds = []

        async def fail(name: str) -> None:
            if name == "x":
                raise RateLimitError("not now", retry_after=2 * FAILURE_PAUSE.total_seconds())

        source.before = fail
        reader = world.sync("a")
        for pause in (FAILURE_PAUSE, FAILURE_PAUSE + timedelta(seconds=1), timedelta(0)):
            outcome = await reader.once(source, ["x", "y"])
            rounds.append((names(outcome), {name: failure.code for name, failure in outcome.failed.items()}))
            world.clock.advance(pause.total_seconds())
            if len(rounds) == 2:
                source.before = None
        return rounds

    assert told(database_url, story) == [(["y"], {"x": "RATE_LIMITED"}), (["y"], {}), (["x", "y"], {})]


def test_a_scope_that_rests_is_named_with_the_end_and_the_reason_and_is_read_on_demand(database_url: str) -> None:
    async def story(world: World) -> tuple[RefreshResult, RefreshResult, RefreshResult, list[str]]:
        source = Live("x", "y", clock=world.clock)

        async def fail(name: str) -> None:
            if name == "x":
                raise SourceTimeout("silent")

        source.before = fail
        await world.sync("a").once(source, ["x"])
        source.before = None
        world.clock.advance(1)
        stale = await world.sync("a").once(source, ["x", "y"], only_stale=True)
        resting = await world.sync("b").once(source, ["x", "y"])
        reading = await world.sync("b").once(source, ["x"], during_pause=True)
        return stale, resting, reading, names(await world.sync("b").once(source, ["x"]))

    stale, resting, reading, then = told(database_url, story)
    assert (names(stale), stale.pauses) == (["y"], {})
    assert (names(resting), resting.failed) == (["y"], {})
    assert resting.pauses == {"x": leases.Pause(START + FAILURE_PAUSE, "TIMEOUT")}
    assert (names(reading), reading.pauses, then) == (["x"], {}, ["x"])


def test_who_reads_during_pauses_disturbs_no_other_reader(database_url: str) -> None:
    async def story(world: World) -> tuple[list[str], RefreshResult]:
        source, gate = Live("x", clock=world.clock), asyncio.Event()

        async def wait(name: str) -> None:
            await gate.wait()

        source.before = wait
        first = asyncio.create_task(world.sync("a").once(source, ["x"]))
        await source.begun.wait()
        second = await world.sync("b").once(source, ["x"], during_pause=True)
        gate.set()
        return names(await first), second

    assert told(database_url, story) == (["x"], RefreshResult())


def test_a_source_that_cannot_say_what_it_offers_is_named_with_the_reason(database_url: str) -> None:
    async def story(world: World) -> RefreshResult:
        source = Live("x", clock=world.clock)
        source.silent = SourceTimeout("silent")
        return await world.sync("a").once(source, ["x"])

    assert told(database_url, story) == RefreshResult(failed={"": ReadFailure("TIMEOUT", "silent")})


def test_watching_reads_again_what_has_grown_old_and_a_source_that_hangs_holds_up_no_other(database_url: str) -> None:
    async def story(world: World) -> tuple[int, int]:
        hanging = Live("x", clock=world.clock, name="hanging")
        well = Live("y", clock=world.clock)

        async def hang(name: str) -> None:
            await asyncio.Event().wait()

        hanging.before = hang
        watching = asyncio.create_task(world.sync("a").watch([(hanging, ["x"]), (well, ["y"])]))
        for wanted in (1, 2):
            while len(well.asked) < wanted:
                await asyncio.sleep(0.01)
                world.clock.advance(INTERVAL)
            world.clock.advance(CADENCE.total_seconds())
        watching.cancel()
        await asyncio.wait([watching])
        return len(hanging.asked), len(well.asked)

    assert told(database_url, story) == (1, 2)
