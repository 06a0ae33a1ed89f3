"""An import that is killed, at any point, and repeated ends where one that was left alone ends.

What the repetition reads a second time it finds unchanged, where the undisturbed import added it; so coverage is
compared by the sum of both.
"""

import asyncio
import csv
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import func, select

from adapters.police.uk_police import STREET
from adapters.reading import BATCH
from gateway.catalogue.checking import faults
from gateway.catalogue.database import Database, connect
from gateway.catalogue.tables import coverage, revision
from gateway.catalogue.upgrading import upgrade
from tests.databases import PostgreSQL
from tests.standing import Rows, standing

MONTHS = {"2031-01": BATCH + 100, "2031-02": 30, "2031-03": BATCH + 1}
"""Files of several batches, of less than one, and of one row more than one."""


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of the archive's shape; every tenth crime stands twice, and every thirtieth row cannot be read."""
    folder = tmp_path_factory.mktemp("archive")
    for month, rows in MONTHS.items():
        with (folder / f"{month}-city-of-london-street.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, STREET, restval="")
            writer.writeheader()
            for number in range(rows):
                crime = number - number % 10 if number % 10 == 1 else number
                writer.writerow(
                    {
                        "Crime ID": f"{month}-{crime:08}",
                        "Month": month,
                        "Reported by": "City of London Police",
                        "Falls within": "City of London Police",
                        "Longitude": "nowhere" if number % 30 == 29 else "-0.1",
                        "Latitude": "51.5",
                        "Crime type": "Shoplifting",
                        "Last outcome category": "Under investigation",
                    }
                )
    return folder


@pytest.fixture(scope="session")
def undisturbed(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rows]:
    """What stands in a catalogue whose import was left alone."""
    url = f"sqlite:///{tmp_path_factory.mktemp('undisturbed') / 'catalogue.db'}"
    assert _import(url, archive).wait(timeout=120) == 0
    return asyncio.run(_standing(url))


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Gives the address of another empty database at each call."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            numbers = count()
            yield lambda: f"sqlite:///{tmp_path / f'{next(numbers)}.db'}"
        else:
            server: PostgreSQL = request.getfixturevalue("postgresql_server")
            yield lambda: stack.enter_context(server.database())


def _import(url: str, archive: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "gateway", "import", "uk_police", str(archive), "--json"]
    settings = os.environ | {"GATEWAY_DATABASE_URL": url}
    return subprocess.Popen(command, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


async def _standing(url: str) -> dict[str, Rows]:
    database = connect(url)
    try:
        assert await database.write(lambda connection: list(faults(connection))) == []
        return await database.write(partial(standing, told_once=False))
    finally:
        await database.close()


async def _commits(database: Database) -> int:
    async with database.snapshot() as snapshot:
        (row,) = await snapshot.fetch(select(func.count()).select_from(revision))
    return int(row[0])


async def _unfinished(database: Database) -> int:
    async with database.snapshot() as snapshot:
        (row,) = await snapshot.fetch(select(func.count()).where(~coverage.c.complete))
    return int(row[0])


async def killed_and_repeated(url: str, archive: Path, chance: random.Random) -> tuple[dict[str, Rows], bool]:
    """What stands after a kill at a random point and a second import, and whether the kill left a scope half read."""
    database = connect(url)
    try:
        await database.write(upgrade)
        # Importing these files commits five times; between two commits the moment is as random as the wait is.
        commits, moment = chance.randrange(5), chance.random() * 0.15
        run = _import(url, archive)
        while run.poll() is None and await _commits(database) < commits:  # noqa: ASYNC110 - it is another process
            await asyncio.sleep(0.005)
        await asyncio.sleep(moment)
        run.kill()
        run.wait(timeout=60)
        await database.quiesce()
        cut_short = await _unfinished(database) > 0
    finally:
        await database.close()
    again = _import(url, archive)
    assert await asyncio.to_thread(again.wait, 120) == 0
    return await _standing(url), cut_short


async def _campaign(url: Callable[[], str], archive: Path, undisturbed: dict[str, Rows], seeds: range) -> None:
    cut_short = 0
    for seed in seeds:
        chance = random.Random(seed)  # noqa: S311 - no secret
        stands, unfinished = await killed_and_repeated(url(), archive, chance)
        assert stands == undisturbed, f"seed {seed}"
        cut_short += unfinished
    # Kills that never meet an import at its writing would show nothing.
    assert cut_short > len(seeds) // 10


async def test_a_killed_import_repeated_ends_row_for_row_in_the_same_catalogue(
    new_database: Callable[[], str], archive: Path, undisturbed: dict[str, Rows]
) -> None:
    await _campaign(new_database, archive, undisturbed, range(20))


@pytest.mark.proof
async def test_two_hundred_killed_imports_end_in_the_same_catalogue(
    new_database: Callable[[], str], archive: Path, undisturbed: dict[str, Rows]
) -> None:
    await _campaign(new_database, archive, undisturbed, range(20, 220))
