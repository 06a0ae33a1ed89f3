"""What the tests stand on holds: real databases, no leftovers, no skips where none are allowed, no other machine."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import inspect, text

from gateway.store.database import connect
from tests.support.databases import PostgreSQL

ROOT = Path(__file__).parents[1]

NEEDS_ABSENT_SAMPLES = """
def test_that_needs_the_samples(samples):
    raise AssertionError("it must not run")
"""


SKIPPING = {
    "fixture": NEEDS_ABSENT_SAMPLES,
    "module": "import pytest\npytest.skip('the recorded samples are not here', allow_module_level=True)\n",
    "mark": "import pytest\n@pytest.mark.skip(reason='the recorded samples are not here')\ndef test_it(): pass\n",
}
"""By how each skips."""


def in_a_project_of_its_own(
    folder: Path, tests: Mapping[str, str], settings: dict[str, str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Runs pytest with our conftest on test modules of another project, by their names."""
    (folder / "tests" / "support").mkdir(parents=True)
    for name in ("conftest.py", "support/databases.py", "support/redis_server.py", "support/sentinel.py"):
        # Linked, and compiled to nowhere: a copy of the sentinel would be a file that holds the key of the tests.
        (folder / "tests" / name).symlink_to(ROOT / "tests" / name)
    (folder / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    for name, test in tests.items():
        (folder / "tests" / f"test_{name}.py").write_text(test)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
        | {"PYTHONDONTWRITEBYTECODE": "1"}
        | settings,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("time_", ["first", "second"])
async def test_each_test_gets_a_new_database_that_the_gateway_can_write_to(database_url: str, time_: str) -> None:
    database = connect(database_url)
    try:
        assert "left_behind" not in await database.write(lambda connection: inspect(connection).get_table_names())
        await database.write(lambda connection: connection.execute(text("CREATE TABLE left_behind (number INTEGER)")))
        assert "left_behind" in await database.write(lambda connection: inspect(connection).get_table_names()), time_
    finally:
        await database.close()


async def test_the_postgresql_of_the_tests_is_a_real_one(postgresql_server: PostgreSQL) -> None:
    with postgresql_server.database() as url:
        connection = await asyncpg.connect(url)
        try:
            assert "PostgreSQL 18" in await connection.fetchval("SELECT version()")
        finally:
            await connection.close()


async def test_whoever_is_still_connected_to_a_database_after_a_test_is_cut_off(postgresql_server: PostgreSQL) -> None:
    with postgresql_server.database() as url:
        left = await asyncpg.connect(url)
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
        await left.fetchval("SELECT 1")


async def test_a_database_that_is_used_again_is_as_empty_as_a_new_one(postgresql_server: PostgreSQL) -> None:
    used = []
    for _ in range(2):
        with postgresql_server.database() as url:
            used.append(url)
            connection = await asyncpg.connect(url)
            assert await connection.fetchval("SELECT count(*) FROM revision") == 0
            await connection.execute("INSERT INTO revision (number, committed_at) VALUES (1, now())")
            await connection.close()
    assert used[0] == used[1]


async def test_a_database_whose_tables_have_changed_is_not_used_again(postgresql_server: PostgreSQL) -> None:
    for change in (
        "ALTER TABLE case_version DROP COLUMN title",
        "DROP INDEX case_current_dated",
        "UPDATE alembic_version SET version_num = '9999'",
        "DROP TABLE alembic_version",
    ):
        with postgresql_server.database() as url:
            connection = await asyncpg.connect(url)
            await connection.execute(change)
            await connection.close()
        with pytest.raises(asyncpg.InvalidCatalogNameError):
            await asyncpg.connect(url)


def test_the_server_does_not_outlive_tests_that_are_killed(postgresql_server: PostgreSQL) -> None:
    assert postgresql_server.folder.is_dir(), "the fixture is here so that this test, too, is skipped without a server"
    script = (
        "import time\nfrom tests.support.databases import postgresql\n"
        "with postgresql() as server:\n    print(server.folder, flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        folder = Path(run.stdout.readline().strip())
        server = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        assert alive(server)
        run.kill()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and alive(server):
        time.sleep(0.05)
    shutil.rmtree(folder)
    assert not alive(server)


def alive(process: int) -> bool:
    """Whether a process of this id runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_skip_says_why_and_passes_where_nothing_is_required(tmp_path: Path) -> None:
    run = in_a_project_of_its_own(tmp_path, SKIPPING, {"GATEWAY_SAMPLES": str(tmp_path / "absent")})
    assert run.returncode == 0
    assert "3 skipped" in run.stdout
    assert "GATEWAY_SAMPLES says where they are" in run.stdout


@pytest.mark.parametrize("parallel", [(), ("-n", "1")])
def test_a_skip_fails_where_all_is_required(tmp_path: Path, parallel: tuple[str, ...]) -> None:
    settings = {"GATEWAY_REQUIRE": "samples,postgres", "GATEWAY_SAMPLES": str(tmp_path / "absent")}
    run = in_a_project_of_its_own(tmp_path, SKIPPING, settings, "--continue-on-collection-errors", *parallel)
    assert run.returncode != 0
    assert run.stdout.count("GATEWAY_REQUIRE allows no skip. ") >= len(SKIPPING)
    assert "the recorded samples are not" in run.stdout
    last = run.stdout.splitlines()[-1]
    assert "3 errors" in last
    assert "skipped" not in last


def test_requiring_what_nobody_knows_is_refused(tmp_path: Path) -> None:
    run = in_a_project_of_its_own(tmp_path, SKIPPING, {"GATEWAY_REQUIRE": "samples,nothing"})
    assert run.returncode == pytest.ExitCode.USAGE_ERROR
    assert "GATEWAY_REQUIRE names nothing" in run.stderr


@pytest.mark.parametrize("host", ["198.51.100.1", "source.example", "2001:db8::1"])
def test_a_test_that_calls_another_machine_fails(host: str) -> None:
    with pytest.raises(pytest.fail.Exception, match="reach no other machine"):
        socket.create_connection((host, 80), timeout=0.1)


def test_what_a_test_writes_without_a_path_lands_in_its_own_folder(tmp_path: Path) -> None:
    Path("catalogue.db").touch()
    assert (tmp_path / "catalogue.db").exists()
