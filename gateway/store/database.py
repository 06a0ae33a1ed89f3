"""The two databases behind one door: snapshots to read from, and one writer at a time.

SQLite is read and written synchronously in small thread pools of its own; PostgreSQL through asyncpg. Statements and
the work of a write are the same on both.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from sqlite3 import Connection as SQLiteConnection
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, Executable, Row, Table, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import QueuePool

T = TypeVar("T")

READERS = 4
"""Connections, and for SQLite threads, that read at the same time."""

INTERRUPTED_EVERY = 0.01
"""Seconds between the interruptions of a statement whose caller has gone."""

PATIENCE = 60.0
"""Seconds that a writer waits for others, and an erasure for those who still read what is erased."""

WRITER_LOCK = 0x45474C4F434B
"""The PostgreSQL advisory lock that every writer holds until it has committed: revisions then follow commit order."""


class InvalidDatabaseURL(Exception):
    """The setting names no database that the gateway can use, or the database cannot be opened."""


class Snapshot(Protocol):
    """One unchanging view of the catalogue, for the length of a request."""

    async def fetch(self, statement: Executable) -> Sequence[Row[Any]]:
        """All rows of a statement. A snapshot is for one statement at a time."""
        ...

    async def renew(self) -> None:
        """Moves on to what is committed now."""
        ...


class Database(Protocol):
    """Where the catalogue is kept."""

    @property
    def dialect(self) -> str: ...

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]: ...

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` in one transaction that no other writer runs beside, and commits it durably."""
        ...

    async def quiesce(self) -> None:
        """Returns when every write that was under way at the call has ended."""
        ...

    async def scrub(self, tables: Iterable[Table]) -> bool:
        """Overwrites what was deleted or replaced in `tables`, which files keep until the room is needed.

        False where somebody still read an older state and kept it from being overwritten; another call is then due.
        """
        ...

    async def close(self) -> None: ...


def connect(url: str) -> Database:
    """Opens `sqlite:///file.db` or `postgresql://user@host/name`.

    Raises UnusableDatabase where the address is of neither kind.
    """
    try:
        address = make_url(url)
    except ArgumentError:
        raise InvalidDatabaseURL("the database address is not a URL") from None
    if address.get_backend_name() == "sqlite" and address.database:
        return SQLite(address.set(drivername="sqlite"))
    if address.get_backend_name() == "postgresql":
        return PostgreSQL(address.set(drivername="postgresql+asyncpg"))
    raise InvalidDatabaseURL("the database must be sqlite:///FILE or postgresql://…")


class SQLite:
    """One file, in WAL mode: readers and the writer do not wait for each other."""

    dialect = "sqlite"

    def __init__(self, address: URL) -> None:
        self._reading = self._engine(address, "BEGIN", "PRAGMA query_only = ON")
        self._writing = self._engine(address, "BEGIN IMMEDIATE", "PRAGMA synchronous = FULL")
        self._seats = asyncio.Semaphore(READERS)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="catalogue-read")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="catalogue-write")

    @staticmethod
    def _engine(address: URL, begin: str, pragma: str) -> Engine:
        engine = create_engine(
            address,
            poolclass=QueuePool,
            pool_size=READERS,
            connect_args={"check_same_thread": False, "timeout": PATIENCE},
        )

        @event.listens_for(engine, "connect")
        def configure(connection: SQLiteConnection, _: object) -> None:
            connection.isolation_level = None
            for statement in ("PRAGMA journal_mode = WAL", "PRAGMA cache_size = -65536", pragma):
                connection.execute(statement)

        @event.listens_for(engine, "begin")
        def start(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

        return engine

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[Snapshot]:
        # Whoever has a seat finds a connection and a thread free. A thread that waited for a connection would be
        # missing to those who hold one: all would wait for each other.
        async with self._seats:
            view = _ThreadView(self._reading, self._readers)
            try:
                yield view
            finally:
                await view.close()

    async def write(self, work: Callable[[Connection], T]) -> T:
        def transaction() -> T:
            with self._writing.begin() as connection:
                return work(connection)

        return await _in(self._writer, transaction)

    async def quiesce(self) -> None:
        await self.write(lambda _: None)

    async def scrub(self, tables: Iterable[Table]) -> bool:
        """As promised, and for all tables: SQLite rewrites its file as a whole."""

        def rewrite() -> bool:
            connection = self._writing.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute(f"PRAGMA busy_timeout = {int(PATIENCE * 1000)}")
                cursor.execute("VACUUM")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                outcome = cursor.fetchone()
                cursor.close()
            finally:
                connection.close()
            return outcome is not None and outcome[0] == 0

        return await _in(self._writer, rewrite)

    async def close(self) -> None:
        for pool in (self._readers, self._writer):
            await asyncio.to_thread(pool.shutdown)
        self._reading.dispose()
        self._writing.dispose()


class PostgreSQL:
    """A server that several gateways share."""

    dialect = "postgresql"

    def __init__(self, address: URL) -> None:
        self._engine = create_async_engine(address, pool_size=READERS, max_overflow=READERS, pool_pre_ping=True)

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[Snapshot]:
        async with self._engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield _AsyncView(connection)

    async def write(self, work: Callable[[Connection], T]) -> T:
        async with self._engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": WRITER_LOCK})
            return await connection.run_sync(work)

    async def quiesce(self) -> None:
        await self.write(lambda _: None)

    async def scrub(self, tables: Iterable[Table]) -> bool:
        """As promised, but for the server's own write-ahead log, which it recycles in its own time."""
        async with self._engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            if not await self._unread(connection):
                return False
            for table in tables:
                # FULL, because a plain VACUUM frees the room of a row and leaves its bytes standing there.
                await connection.execute(text(f"VACUUM (FULL) {table.name}"))
        return True

    @staticmethod
    async def _unread(connection: AsyncConnection) -> bool:
        """Whether all have ended, in time, who read a state from before the call."""
        older = text(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND age(backend_xmin) > age(CAST(CAST(:now AS text) AS xid)))"
        )
        now = await connection.scalar(text("SELECT pg_current_xact_id()::xid::text"))
        deadline = time.monotonic() + PATIENCE
        while await connection.scalar(older, {"now": now}):
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.05)
        return True

    async def close(self) -> None:
        await self._engine.dispose()


class _ThreadView:
    """Connects when the first statement comes. Only one of the pool's threads uses the connection at a time."""

    def __init__(self, engine: Engine, pool: ThreadPoolExecutor) -> None:
        self._engine = engine
        self._pool = pool
        self._connection: Connection | None = None
        self._driver: Any = None

    async def fetch(self, statement: Executable) -> Sequence[Row[Any]]:
        return await _in(self._pool, lambda: self._opened().execute(statement).all(), self._interrupt)

    async def renew(self) -> None:
        if self._connection is not None:
            await _in(self._pool, self._connection.rollback)

    async def close(self) -> None:
        if self._connection is not None:
            await _in(self._pool, self._connection.close)

    def _opened(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
            self._driver = self._connection.connection.dbapi_connection
        return self._connection

    def _interrupt(self) -> None:
        if self._driver is not None:
            self._driver.interrupt()


class _AsyncView:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def fetch(self, statement: Executable) -> Sequence[Row[Any]]:
        return (await self._connection.execute(statement)).all()

    async def renew(self) -> None:
        await self._connection.rollback()


async def _in(pool: ThreadPoolExecutor, work: Callable[[], T], interrupt: Callable[[], None] | None = None) -> T:
    """Runs `work` in the pool.

    A caller that is cancelled leaves when the work has ended, because what it uses must not be used by another in the
    meantime. `interrupt`, where given, makes work end that has begun; work that has not begun is then left undone.
    """
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    job = pool.submit(work)
    job.add_done_callback(lambda _: loop.call_soon_threadsafe(ended.set))
    try:
        await ended.wait()
    except asyncio.CancelledError:
        while not job.done():
            if interrupt is not None and not job.cancel():
                # Again and again: SQLite forgets an interruption that comes before the statement has begun.
                interrupt()
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(INTERRUPTED_EVERY)
        raise
    return job.result()
