"""What every test stands on: databases, the recorded samples, and the rules that hold while tests run.

`GATEWAY_REQUIRE=samples,postgres,redis,chromium` says that this machine has them all: any skip is then a failure.
"""

import gc
import os
import shutil
import sys
from collections.abc import Generator, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.support.databases import CannotStart, PostgreSQL, postgresql, share_compiled_statements, with_tables
from tests.support.redis_server import NoRedis, RedisServer, redis_server
from tests.support.sentinel import KEY, Leaked, unseen, unseen_in

ROOT = Path(__file__).parents[1]
SAMPLES = Path(os.environ.get("GATEWAY_SAMPLES") or ROOT.parent / "shared" / "samples").absolute()
"""The publishers' recorded answers. They are not ours to pass on, so they lie outside the project."""

REQUIRABLE = {"samples", "postgres", "redis", "chromium"}
REQUIRED = {name.strip() for name in os.environ.get("GATEWAY_REQUIRE", "").split(",")} - {""}

# What a run of `make test` finds, the next one finds too; `make proof` looks further each time, and prints how to
# repeat what it found.
settings.register_profile("ci", deadline=None, derandomize=True, database=None, max_examples=50)
settings.register_profile("proof", deadline=None, max_examples=5_000, database=None, print_blob=True)
settings.load_profile("ci")


MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder in it that only its user can enter
ENOUGH_MEMORY = 2 << 30
"""Bytes; a run leaves about a tenth of it, and less than that where a test has failed."""


def pytest_configure() -> None:
    """Refuses what GATEWAY_REQUIRE cannot mean, and keeps the tests' files in memory where there is enough of it.

    A commit to SQLite waits for the disk, which is seven milliseconds or none.
    """
    if unknown := REQUIRED - REQUIRABLE:
        raise pytest.UsageError(
            f"GATEWAY_REQUIRE names {', '.join(sorted(unknown))}; it can name {', '.join(sorted(REQUIRABLE))}"
        )
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH_MEMORY:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    share_compiled_statements()


def pytest_collection_finish() -> None:
    """Hides what is loaded by now from the garbage collector, which would walk through it again and again."""
    gc.collect()
    gc.freeze()


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if REQUIRED and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
        report.outcome = "failed"
        report.longrepr = f"GATEWAY_REQUIRE allows no skip. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that is skipped where skips are not allowed has failed."""
    report = yield
    _fail_if_skipped(report)
    _fail_if_leaked(report)
    return report


def _fail_if_leaked(report: pytest.TestReport) -> None:
    """A test that printed or logged the key of the tests has failed."""
    for name, content in report.sections:
        try:
            unseen(content, name)
        except Leaked as leaked:
            report.outcome = "failed"
            report.longrepr = str(leaked)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A module that is skipped where skips are not allowed has failed."""
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of the publishers' recorded answers."""
    if not SAMPLES.is_dir():
        pytest.skip(f"the recorded samples are not at {SAMPLES}; GATEWAY_SAMPLES says where they are")
    return SAMPLES


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQL]:
    """A PostgreSQL of this process; each worker of a parallel run starts its own."""
    server = postgresql()
    try:
        started = server.__enter__()
    except CannotStart as exc:
        pytest.skip(f"no PostgreSQL to test on: {exc}")
    try:
        yield started
        unseen_in(started.folder)
    finally:
        server.__exit__(None, None, None)


@pytest.fixture(scope="session")
def redis() -> Iterator[RedisServer]:
    """A Redis of this process, whose password is the tests' key. Whoever ends it starts it again."""
    server = redis_server(KEY)
    try:
        started = server.__enter__()
    except NoRedis as exc:
        pytest.skip(f"no Redis to test on: {exc}")
    try:
        yield started
    finally:
        server.__exit__(None, None, None)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a catalogue with empty tables, as GATEWAY_DATABASE_URL takes it. The test runs once on each."""
    if request.param == "sqlite":
        yield with_tables(f"sqlite:///{tmp_path / 'catalogue.db'}")
        return
    server: PostgreSQL = request.getfixturevalue("postgresql_server")
    with server.database() as url:
        yield url


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests run in a folder of their own: the default catalogue and whatever else is named by no path lands there."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _only_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of whoever runs the tests are not those of the tests; the credentials are the tests' key."""
    for name in os.environ:
        if name.startswith("GATEWAY_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GATEWAY_SOURCES__DSA_TRANSPARENCY__KEY", KEY)
    monkeypatch.setenv("GATEWAY_SOURCES__KOREA_OPEN_DATA__KEY", KEY)
    monkeypatch.setenv("GATEWAY_SOURCES__FBI_CRIME_DATA__KEY", KEY)
    monkeypatch.setenv("GATEWAY_SOURCES__SOCRATA_ARRESTS__KEY", KEY)
    monkeypatch.setenv("GATEWAY_SOURCES__LUMEN__KEY", KEY)
    monkeypatch.setenv("GATEWAY_SOURCES__KOREA_LAW__KEY", KEY)


@pytest.fixture(autouse=True)
def _no_key_in_files(tmp_path: Path) -> Iterator[None]:
    """What a test leaves behind, its catalogue above all, holds no credential."""
    yield
    unseen_in(tmp_path)


def _stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    """Fails a test that looks up or calls another machine. uvloop's own calls are not seen."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    else:
        return
    name = host.decode(errors="replace") if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return
    try:
        here = ip_address(name).is_loopback
    except ValueError:
        here = False
    if not here:
        pytest.fail(f"tests reach no other machine, and this one called {name}")


sys.addaudithook(_stay_here)
