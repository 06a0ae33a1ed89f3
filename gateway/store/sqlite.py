"""SQLite: one file in WAL mode, read and written in thread pools, so that readers and the writer never wait."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from sqlite3 import Connection as SQLiteConnection
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Executable, Row, Table, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import QueuePool

from gateway.store.translation import translate_errors

T = TypeVar("T")

READERS = 4
"""Connections, and threads, that read at the same time."""

READ_CACHE, WRITE_CACHE = 8 * 1024, 64 * 1024
"""KiB of pages that a connection keeps. What a reader lacks is mostly in the operating system's cache, which all
processes share; a writer that lacks room writes pages of a large transaction twice."""

LOCK_TIMEOUT = 60.0
"""Seconds that a writer waits for others, and a scrub for open snapshots."""

INTERRUPT_INTERVAL = 0.01
"""Seconds between two interruptions of a statement whose caller was cancelled."""


class SQLite:
    """A database in one file."""

    dialect = "sqlite"

    def __init__(self, address: URL) -> None:
        self._read_engine = _engine(address, "BEGIN", READ_CACHE, "PRAGMA query_only = ON")
        self._write_engine = _engine(address, "BEGIN IMMEDIATE", WRITE_CACHE, "PRAGMA synchronous = FULL")
        self._seats = asyncio.Semaphore(READERS)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="catalogue-read")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="catalogue-write")

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator["SQLiteSnapshot"]:
        # A caller with a seat always finds a free connection and a free thread. If threads waited for connections, all
        # of them could wait for each other.
        async with self._seats:
            snapshot = SQLiteSnapshot(self._read_engine, self._readers)
            try:
                yield snapshot
            finally:
                await snapshot.close()

    async def write(self, work: Callable[[Connection], T]) -> T:
        def transaction() -> T:
            with self._write_engine.begin() as connection:
                return work(connection)

        with translate_errors():
            return await _run_in(self._writer, transaction)

    async def quiesce(self) -> None:
        await self.write(lambda _: None)

    async def scrub(self, tables: Iterable[Table]) -> bool:
        """Scrubs every table: SQLite rewrites its file as a whole."""
        with translate_errors():
            return await _run_in(self._writer, self._rewrite)

    def _rewrite(self) -> bool:
        connection = self._write_engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA busy_timeout = {int(LOCK_TIMEOUT * 1000)}")
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            outcome = cursor.fetchone()
            cursor.close()
        finally:
            connection.close()
        return outcome is not None and outcome[0] == 0

    async def close(self) -> None:
        for pool in (self._readers, self._writer):
            await asyncio.to_thread(pool.shutdown)
        self._read_engine.dispose()
        self._write_engine.dispose()


def _engine(address: URL, begin: str, cache: int, pragma: str) -> Engine:
    engine = create_engine(
        address,
        poolclass=QueuePool,
        pool_size=READERS,
        connect_args={"check_same_thread": False, "timeout": LOCK_TIMEOUT},
    )

    @event.listens_for(engine, "connect")
    def configure(connection: SQLiteConnection, _: object) -> None:
        connection.isolation_level = None
        for statement in ("PRAGMA journal_mode = WAL", f"PRAGMA cache_size = -{cache}", pragma):
            connection.execute(statement)

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


class SQLiteSnapshot:
    """A read transaction, which begins with the first statement. Only one thread uses its connection at a time."""

    def __init__(self, engine: Engine, pool: ThreadPoolExecutor) -> None:
        self._engine = engine
        self._pool = pool
        self._connection: Connection | None = None
        self._driver: Any = None

    async def fetch(self, statement: Executable) -> Sequence[Row[Any]]:
        with translate_errors():
            return await _run_in(self._pool, lambda: self._open().execute(statement).all(), self._interrupt)

    async def renew(self) -> None:
        if self._connection is not None:
            with translate_errors():
                await _run_in(self._pool, self._connection.rollback)

    async def close(self) -> None:
        if self._connection is not None:
            with translate_errors():
                await _run_in(self._pool, self._connection.close)

    def _open(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
            self._driver = self._connection.connection.dbapi_connection
        return self._connection

    def _interrupt(self) -> None:
        if self._driver is not None:
            self._driver.interrupt()


async def _run_in(pool: ThreadPoolExecutor, work: Callable[[], T], interrupt: Callable[[], None] | None = None) -> T:
    """Runs `work` in the pool.

    If the caller is cancelled, it leaves only when the work has ended: until then nobody else may use the connection.
    `interrupt` ends work that has started; work that has not started is then skipped.
    """
    loop, finished = asyncio.get_running_loop(), asyncio.Event()
    job = pool.submit(work)
    job.add_done_callback(lambda _: loop.call_soon_threadsafe(finished.set))
    try:
        await finished.wait()
    except asyncio.CancelledError:
        while not job.done():
            if interrupt is not None and not job.cancel():
                # Again and again: SQLite forgets an interruption that comes before the statement has started.
                interrupt()
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(INTERRUPT_INTERVAL)
        raise
    return job.result()
