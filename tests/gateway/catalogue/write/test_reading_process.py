"""Reading a large file in a process of its own: what it gives, and what is left when either process is killed."""

import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from multiprocessing import active_children
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs
from sqlalchemy import select

from adapters.errors import Unreadable
from adapters.records import Record
from adapters.regulators.dsa_transparency import dumps
from adapters.regulators.dsa_transparency.source import DSATransparency
from adapters.source import Batch, Scope
from gateway.catalogue.counts import RowCounts
from gateway.catalogue.tables import coverage
from gateway.catalogue.write.importing import import_scopes
from gateway.catalogue.write.reading_process import SubprocessExited
from tests.benchmarks.imports import NAME, generate
from tests.support.catalogue import Shelf, shelf_at
from tests.support.catalogue_dump import Rows, standing
from tests.support.fake_source import FakeSource, distinct
from tests.support.killed_imports import ROOT

T = TypeVar("T")

ROWS = dumps.BATCH_SIZE + 1_000
"""Two batches, and a file that is large without being told so."""

WITHIN = 60.0
"""Seconds in which a process starts or ends."""


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dump") / f"{NAME}.zip"
    generate(path, ROWS)
    return path


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(said=distinct(max_size=24), size=st.integers(1, 5))
def test_what_is_read_apart_becomes_the_same_catalogue(
    shelf: Shelf, tmp_path: Path, said: Sequence[Record], size: int
) -> None:
    shelf.empty()
    source = FakeSource({"scope": said}, size=size)
    here = source.scope("scope")
    apart = structs.replace(here, bulk=True)
    added = RowCounts(read=len(said), added=len(said))
    assert shelf.run(import_scopes(shelf.database, source, [apart])) == added
    with shelf_at(f"sqlite:///{tmp_path / 'other.db'}") as other:
        other.empty()
        other.run(import_scopes(other.database, source, [here]))
        assert found(shelf) == found(other)
    unchanged = RowCounts(read=len(said), unchanged=len(said))
    assert shelf.run(import_scopes(shelf.database, source, [apart])) == unchanged
    assert not active_children()


def found(shelf: Shelf) -> dict[str, Rows]:
    return shelf.run(shelf.database.write(standing))


def test_why_a_file_cannot_be_read_is_told_as_if_it_were_read_here(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dumps, "BULK_SIZE", 1)
    path = tmp_path / f"{NAME}.zip"
    path.write_bytes(b"no archive")
    source = DSATransparency()
    with pytest.raises(Unreadable, match=rf"^{path.name}: ") as told:
        shelf.run(import_scopes(shelf.database, source, source.files([path])))
    assert str(tmp_path) not in str(told.value)
    assert not active_children()


class Untellable(FakeSource):
    """It fails with something that cannot be handed to another process, and that quotes what was read."""

    async def read(self, scope: Scope, since: str | None) -> AsyncIterator[Batch]:
        for batch in self.batches(scope.name, since):
            yield batch
        failure = RuntimeError("the row of Jane Doe")
        failure.held = lambda: None  # type: ignore[attr-defined]
        raise failure


def test_a_failure_that_cannot_be_handed_over_is_not_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    source = Untellable({"scope": []})
    apart = structs.replace(source.scope("scope"), bulk=True)
    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf, pytest.raises(SubprocessExited):
        shelf.run(import_scopes(shelf.database, source, [apart]))
    assert "".join(capfd.readouterr()) == ""
    assert not active_children()


def test_a_reader_that_is_killed_loses_nothing_that_was_written(tmp_path: Path, dump: Path) -> None:
    source = DSATransparency()

    def kill(scope: Scope, counts: RowCounts, complete: bool) -> None:
        for child in active_children():
            child.kill()

    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        (scope,) = source.files([dump])
        assert scope.bulk
        # The reader is never more than one batch ahead, and that one is only handed over when it is asked for.
        with pytest.raises(SubprocessExited, match="ended before"):
            shelf.run(import_scopes(shelf.database, source, [scope], kill))
        (covered,) = shelf.run(shelf.database.write(lambda connection: connection.execute(select(coverage)).all()))
        assert covered.reason == "READER_ENDED"
        assert covered.added == dumps.BATCH_SIZE
        again = shelf.run(import_scopes(shelf.database, source, [scope]))
        assert again.added == ROWS - dumps.BATCH_SIZE


def test_a_reader_ends_when_the_one_who_writes_is_killed(dump: Path, tmp_path: Path) -> None:
    if not Path("/proc/self/task/").is_dir():
        pytest.skip("this system does not show which processes a process has started")
    url = f"sqlite:///{tmp_path / 'catalogue.db'}"
    writer = subprocess.Popen(
        [sys.executable, "-m", "gateway", "import", "dsa_transparency", str(dump)],
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
