"""The two databases behind one door: snapshots to read from, and one writer at a time.

SQLite is read and written synchronously in small thread pools of its own; PostgreSQL through asyncpg. Statements and
the work of a write are the same on both.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from sqlite3 import Connection as SQLiteConnection
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, Executable, Row, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import QueuePool

T = TypeVar("T")

READERS = 4
"""Connections, and for SQLite threads, that read at the same time."""

WRITER_LOCK = 0x45474C4F434B
"""The PostgreSQL advisory lock that every writer holds until it has committed: revisions then follow commit order."""


class UnusableDatabase(Exception):
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

    async def close(self) -> None: ...


def connect(url: str) -> Database:
    """Opens `sqlite:///file.db` or `postgresql://user@host/name`.

    Raises UnusableDatabase where the address is of neither kind.
    """
    try:
        address = make_url(url)
    except ArgumentError:
        raise UnusableDatabase("the database address is not a URL") from None
    if address.get_backend_name() == "sqlite" and address.database:
        return SQLite(address.set(drivername="sqlite"))
    if address.get_backend_name() == "postgresql":
        return PostgreSQL(address.set(drivername="postgresql+asyncpg"))
    raise UnusableDatabase("the database must be sqlite:///FILE or postgresql://…")


class SQLite:
    """One file, in WAL mode: readers and the writer do not wait for each other."""

    dialect = "sqlite"

    def __init__(self, address: URL) -> None:
        self._reading = self._engine(address, "BEGIN", "PRAGMA query_only = ON")
        self._writing = self._engine(address, "BEGIN IMMEDIATE", "PRAGMA synchronous = FULL")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="catalogue-read")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="catalogue-write")

    @staticmethod
    def _engine(address: URL, begin: str, pragma: str) -> Engine:
        engine = create_engine(
            address, poolclass=QueuePool, pool_size=READERS, connect_args={"check_same_thread": False, "timeout": 60}
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
        connection = await _in(self._readers, self._reading.connect)
        try:
            yield _ThreadView(connection, self._readers)
        finally:
            await _in(self._readers, connection.close)

    async def write(self, work: Callable[[Connection], T]) -> T:
        def transaction() -> T:
            with self._writing.begin() as connection:
                return work(connection)

        return await _in(self._writer, transaction)

    async def quiesce(self) -> None:
        await self.write(lambda _: None)

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

    async def close(self) -> None:
        await self._engine.dispose()


class _ThreadView:
    def __init__(self, connection: Connection, pool: ThreadPoolExecutor) -> None:
        self._connection = connection
        self._pool = pool

    async def fetch(self, statement: Executable) -> Sequence[Row[Any]]:
        return await _in(self._pool, lambda: self._connection.execute(statement).all())

    async def renew(self) -> None:
        await _in(self._pool, self._connection.rollback)


class _AsyncView:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def fetch(self, statement: Executable) -> Sequence[Row[Any]]:
        return (await self._connection.execute(statement)).all()

    async def renew(self) -> None:
        await self._connection.rollback()


async def _in(pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(pool, work)
