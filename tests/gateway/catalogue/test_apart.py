"""Reading a large file in a process of its own: what it gives, and what is left when either process is killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing import active_children
from pathlib import Path
from typing import TypeVar

import pytest
from msgspec import structs
from sqlalchemy import select

from adapters.errors import Unreadable
from adapters.regulators.dsa_transparency import DSATransparency, dumps
from adapters.source import Scope
from gateway.benching import NAME, generate
from gateway.catalogue.apart import ReaderEnded
from gateway.catalogue.importing import import_scopes
from gateway.catalogue.tables import coverage
from gateway.catalogue.writing import Counts
from tests.killing import ROOT
from tests.shelf import Shelf, shelf_at
from tests.standing import Rows, standing

T = TypeVar("T")

ROWS = dumps.BATCH + 5_000
"""Two batches."""

WITHIN = 60.0
"""Seconds in which a process starts or ends."""


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dump") / f"{NAME}.zip"
    generate(path, ROWS)
    return path


@pytest.fixture(autouse=True)
def _large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dumps, "BULK", 1)


def test_a_file_read_apart_becomes_the_same_catalogue(shelf: Shelf, dump: Path, tmp_path: Path) -> None:
    source = DSATransparency()
    (apart,) = source.files([dump])
    assert apart.bulk
    here = structs.replace(apart, bulk=False)
    assert shelf.run(import_scopes(shelf.database, source, [apart])) == Counts(read=ROWS, added=ROWS)
    with shelf_at(f"sqlite:///{tmp_path / 'other.db'}") as other:
        other.run(import_scopes(other.database, source, [here]))
        assert found(shelf) == found(other)
    assert shelf.run(import_scopes(shelf.database, source, [apart])) == Counts(read=ROWS, unchanged=ROWS)
    assert not active_children()


def found(shelf: Shelf) -> dict[str, Rows]:
    return shelf.run(shelf.database.write(standing))


def test_why_a_file_cannot_be_read_is_told_as_if_it_were_read_here(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / f"{NAME}.zip"
    path.write_bytes(b"no archive")
    source = DSATransparency()
    with pytest.raises(Unreadable, match=rf"^{path.name}: ") as told:
        shelf.run(import_scopes(shelf.database, source, source.files([path])))
    assert str(tmp_path) not in str(told.value)
    assert not active_children()


def test_a_reader_that_is_killed_loses_nothing_that_was_written(shelf: Shelf, dump: Path) -> None:
    source = DSATransparency()

    def kill(scope: Scope, counts: Counts, complete: bool) -> None:
        for child in active_children():
            child.kill()

    # The reader is never more than one batch ahead, and that one is only handed over when it is asked for.
    with pytest.raises(ReaderEnded, match="ended before"):
        shelf.run(import_scopes(shelf.database, source, source.files([dump]), kill))
    (covered,) = shelf.run(shelf.database.write(lambda connection: connection.execute(select(coverage)).all()))
    assert covered.reason == "READER_ENDED"
    assert covered.added == dumps.BATCH
    assert shelf.run(import_scopes(shelf.database, source, source.files([dump]))).added == ROWS - dumps.BATCH


def test_a_reader_ends_when_the_one_who_writes_is_killed(dump: Path, tmp_path: Path) -> None:
    if not Path("/proc/self/task/").is_dir():
        pytest.skip("this system does not show which processes a process has started")
    large = tmp_path / f"{NAME}.zip"
    generate(large, 8 * ROWS)
    url = f"sqlite:///{tmp_path / 'catalogue.db'}"
    writer = subprocess.Popen(
        [sys.executable, "-m", "gateway", "import", "dsa_transparency", str(large)],
        env={"GATEWAY_DATABASE_URL": url, "PYTHONPATH": str(ROOT), "PATH": os.environ.get("PATH", "")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        readers = eventually(lambda: readers_of(writer.pid))
    finally:
        writer.kill()
        writer.wait()
    eventually(lambda: not any(map(lives, readers)))


def readers_of(process: int) -> list[int]:
    """The processes in which this one reads."""
    started = [each for of in Path(f"/proc/{process}/task").glob("*/children") for each in of.read_text().split()]
    return [int(each) for each in started if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()]


def lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def eventually(holds: Callable[[], T]) -> T:
    """What is waited for, once it is something."""
    deadline = time.monotonic() + WITHIN
    while not (found := holds()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found
