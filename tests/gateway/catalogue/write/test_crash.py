"""An import that is killed and repeated ends in the same catalogue, and two at once do not disturb each other."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec import Struct
from sqlalchemy import Connection, func, select

from adapters.source import Source
from gateway.catalogue.counts import RowCounts
from gateway.catalogue.integrity import faults
from gateway.catalogue.tables import coverage, revision
from gateway.catalogue.write.importing import import_scopes
from gateway.settings import Settings
from gateway.store.database import connect
from gateway.wiring import sources
from tests.support.catalogue_dump import Rows, standing
from tests.support.databases import with_tables
from tests.support.killed_imports import Command, Fork, Start
from tests.support.police_archive import make

WITHIN = 120.0
"""Seconds in which an import must commit once more, or end."""

NewDatabase = Callable[[], str]


class Catalogue:
    """A catalogue, made where there is none, and seen from a process that nobody kills."""

    def __init__(self, url: str) -> None:
        self._runner = asyncio.Runner()
        self._database = connect(with_tables(url))

    def __enter__(self) -> "Catalogue":
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._database.close())
        self._runner.close()

    def do(self, work: Callable[[Connection], Any]) -> Any:
        return self._runner.run(self._database.write(work))

    def read(self, folder: Path) -> RowCounts:
        """Imports the archive without being killed."""
        source = police()
        return self._runner.run(import_scopes(self._database, source, list(source.files([folder]))))

    def ask(self, statement: Any) -> Any:
        async def asked() -> Any:
            async with self._database.snapshot() as snapshot:
                return (await snapshot.fetch(statement))[0][0]

        return self._runner.run(asked())

    def commits(self) -> int:
        return int(self.ask(select(func.count()).select_from(revision)))

    def unfinished(self) -> bool:
        """Whether a scope is read in part."""
        return bool(self.ask(select(func.count()).select_from(coverage).where(~coverage.c.complete)))

    def standing(self) -> dict[str, Rows]:
        return self.do(lambda connection: standing(connection, told_once=False))  # type: ignore[no-any-return]  # `do` returns what the work returns

    def sound(self) -> bool:
        return not self.do(lambda connection: list(faults(connection)))


def police() -> Source:
    return next(source for source in sources(Settings()) if source.about.name == "uk_police")


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewDatabase]:
    """Makes catalogues that hold nothing."""
    with ExitStack() as opened:

        def sqlite() -> str:
            return f"sqlite:///{tmp_path / f'{time.monotonic_ns()}.db'}"

        def postgresql() -> str:
            return str(opened.enter_context(request.getfixturevalue("postgresql_server").database()))

        yield sqlite if request.param == "sqlite" else postgresql


class Kill(Struct):
    """Where an import was killed: after how many commits, and whether it left a scope that is read in part."""

    commits: int
    unfinished: bool


def killed(
    start: Start, catalogue: Catalogue, url: str, folder: Path, *, after: int, within: bool, delay: float
) -> Kill | None:
    """Kills an import `delay` seconds after so many commits; None where it had ended by then.

    With `within`, it is also waited for a scope that is read in part.
    """
    before = catalogue.commits()
    process = start(url, folder)
    patience = time.monotonic() + WITHIN
    while process.running() and (catalogue.commits() - before < after or (within and not catalogue.unfinished())):
        assert time.monotonic() < patience, "the import neither commits nor ends"
        time.sleep(0.005)
    time.sleep(delay)
    running = process.running()
    process.kill()
    process.wait()
    return Kill(catalogue.commits() - before, catalogue.unfinished()) if running else None


def campaign(
    start: Start, new_database: NewDatabase, folder: Path, points: int, in_a_row: int, dice: Random, rows: int
) -> None:
    """Kills imports at so many random points, some of them on top of each other, and lets the last in a row end.

    Every other row begins with a catalogue that holds an earlier edition, so that versions are closed and records
    withdrawn while imports are killed.
    """
    first, second = make(folder / "first", 1, rows), make(folder / "second", 2, rows)
    expected = []
    with Catalogue(new_database()) as whole:
        for edition in (first, second):
            whole.read(edition)
            expected.append(whole.standing())
        commits = whole.commits() // 2

    kills: list[Kill] = []
    for row in range(-(-points // in_a_row)):
        url = new_database()
        with Catalogue(url) as catalogue:
            if row % 2:
                catalogue.read(first)
            edition = second if row % 2 else first
            wanted = min(points, len(kills) + in_a_row)
            while len(kills) < wanted:
                # Files of many batches are few, so every other kill is aimed at one.
                within = len(kills) % 2 == 1
                delay = dice.uniform(0, 0.02 if within else 0.15)
                after = dice.randrange(commits // 2 if within else commits)
                kill = killed(start, catalogue, url, edition, after=after, within=within, delay=delay)
                kills += [kill] if kill else []
            last = start(url, edition)
            assert last.wait() == 0
            assert catalogue.standing() == expected[row % 2]
            assert catalogue.sound()
            again = catalogue.read(edition)
            assert (again.added, again.superseded, again.withdrawn) == (0, 0, 0)

    spread = sorted(kill.commits for kill in kills)
    unfinished = sum(kill.unfinished for kill in kills)
    print(f"{len(kills)} kills, {unfinished} in the middle of a scope, after so many commits: {spread}")
    assert len(kills) == points
    assert unfinished >= points // 10
    assert len(set(spread)) >= 5


def test_an_import_killed_at_20_points_and_repeated_ends_in_the_same_catalogue(
    new_database: NewDatabase, tmp_path: Path
) -> None:
    campaign(Fork, new_database, tmp_path, points=20, in_a_row=5, dice=Random(2031), rows=1_900)  # noqa: S311 - no secret


@pytest.mark.proof
def test_an_import_killed_at_200_points_and_repeated_ends_in_the_same_catalogue(
    new_database: NewDatabase, tmp_path: Path
) -> None:
    seed = time.time_ns()
    print(f"seed {seed}")
    campaign(Fork, new_database, tmp_path, points=200, in_a_row=8, dice=Random(seed), rows=2_800)  # noqa: S311 - no secret


def test_the_command_itself_can_be_killed_and_repeated(new_database: NewDatabase, tmp_path: Path) -> None:
    folder = make(tmp_path / "archive", rows=1200)
    with Catalogue(new_database()) as whole:
        whole.read(folder)
        expected = whole.standing()
    url = new_database()
    with Catalogue(url) as catalogue:
        kill = killed(Command, catalogue, url, folder, after=3, within=False, delay=0)
        assert kill
        assert kill.commits >= 3
        assert Command(url, folder).wait() == 0
        assert catalogue.standing() == expected


def test_two_imports_at_once_of_different_files_lose_nothing(new_database: NewDatabase, tmp_path: Path) -> None:
    folder = make(tmp_path / "archive", rows=1200)
    with Catalogue(new_database()) as alone:
        alone.read(folder)
        expected = alone.standing()
    url = new_database()
    both = [Command(url, part) for part in sorted(folder.iterdir())]
    assert [(each.wait(), each.errors) for each in both] == [(0, each.errors) for each in both]
    with Catalogue(url) as catalogue:
        assert catalogue.standing() == expected
        assert catalogue.sound()


def test_two_imports_at_once_of_the_same_files_repeat_nothing_and_one_ends(
    new_database: NewDatabase, tmp_path: Path
) -> None:
    folder = make(tmp_path / "archive", rows=2200)
    with Catalogue(new_database()) as alone:
        alone.read(folder)
        expected = alone.standing()
    url = new_database()
    both = [Command(url, folder) for _ in range(2)]
    codes = [each.wait() for each in both]
    assert 0 in codes
    for code, each in zip(codes, both, strict=True):
        if code:
            assert code == 2
            assert each.errors.startswith("gateway: another import reads ")
            assert len(each.errors.splitlines()) == 1
    with Catalogue(url) as catalogue:
        assert catalogue.standing() == expected
        assert catalogue.sound()
