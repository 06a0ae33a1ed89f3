"""SQLite: one file in WAL mode, read and written in thread pools, so that readers and the writer never wait."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from sqlite3 import Connection as SQLiteConnection
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Executable, Row, Table, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import QueuePool

from gateway.store.limits import COMMAND_SECONDS, CONNECTIONS
from gateway.store.quiescence import Quiescence
from gateway.store.seats import Seats
from gateway.store.snapshots import SeatedSnapshot
from gateway.store.translation import translate_errors

T = TypeVar("T")

READ_CACHE, WRITE_CACHE = 8 * 1024, 64 * 1024
"""KiB of pages that a connection keeps. What a reader lacks is mostly in the operating system's cache, which all
processes share; a writer that lacks room writes pages of a large transaction twice."""

LOCK_TIMEOUT = 60.0
"""Seconds that a writer waits for others, and a scrub for open snapshots."""

POLL_INTERVAL = 0.01
"""Seconds between two looks at a statement whose caller was cancelled."""

STEPS = 100_000
"""Steps of SQLite between two looks at the time. A look waits for Python's lock."""

SECONDS_PER_STEP = 5e-8
"""What a step takes, about, on one core of 2026."""


class SQLite:
    """A database in one file. `connections` read at the same time, and one more for the gateway itself."""

    dialect = "sqlite"

    def __init__(self, address: URL, connections: int = CONNECTIONS) -> None:
        self._read_engine = _engine(address, "BEGIN", READ_CACHE, "PRAGMA query_only = ON", connections + 1)
        self._write_engine = _engine(address, "BEGIN IMMEDIATE", WRITE_CACHE, "PRAGMA synchronous = FULL", 1)
        self._seats = Seats(connections)
        self._readers = ThreadPoolExecutor(connections + 1, thread_name_prefix="catalogue-read")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="catalogue-write")
        self._quiescence = Quiescence(lambda: self.write(lambda _: None))

    @asynccontextmanager
    async def snapshot(
        self, caller: str | None = None, seconds: float = COMMAND_SECONDS
    ) -> AsyncGenerator["SQLiteSnapshot"]:
        snapshot = SQLiteSnapshot(self._read_engine, self._readers, self._seats, caller, seconds)
        try:
            yield snapshot
        finally:
            await snapshot.renew()

    async def write(self, work: Callable[[Connection], T], seconds: float | None = COMMAND_SECONDS) -> T:
        def transaction() -> T:
            with self._write_engine.begin() as connection, _limit(_driver(connection), seconds):
                return work(connection)

        with translate_errors():
            return await _run_in(self._writer, transaction)

    async def quiesce(self) -> None:
        await self._quiescence.reach()

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
        await self._quiescence.close()
        for pool in (self._readers, self._writer):
            await asyncio.to_thread(pool.shutdown)
        self._read_engine.dispose()
        self._write_engine.dispose()


def _engine(address: URL, begin: str, cache: int, pragma: str, connections: int) -> Engine:
    engine = create_engine(
        address,
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
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


def _driver(connection: Connection) -> Any:
    """The connection of the driver."""
    return connection.connection.dbapi_connection


@contextmanager
def _limit(driver: Any, seconds: float | None, is_cancelled: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Stops what runs on the connection after so many seconds, or once nobody waits for it."""
    end = float("inf") if seconds is None else time.monotonic() + seconds
    driver.set_progress_handler(lambda: is_cancelled() or time.monotonic() > end, STEPS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)


class SQLiteSnapshot(SeatedSnapshot):
    """A read transaction, which takes a seat and begins with the first statement.

    Whoever has a seat finds a free connection and a free thread. If threads waited for connections, all of them could
    wait for each other.
    """

    def __init__(
        self, engine: Engine, pool: ThreadPoolExecutor, seats: Seats, caller: str | None, limit: float
    ) -> None:
        super().__init__(seats, caller, limit)
        self._engine = engine
        self._pool = pool
        self._connection: Connection | None = None
        self._is_cancelled = False

    async def _fetch(self, statement: Executable) -> Sequence[Row[Any]]:
        return await _run_in(self._pool, lambda: self._execute(statement), self._cancel)

    async def _end(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await _run_in(self._pool, connection.close)

    def _execute(self, statement: Executable) -> Sequence[Row[Any]]:
        if self._connection is None:
            self._connection = self._engine.connect()
        with _limit(_driver(self._connection), self._limit, self._look):
            return self._connection.execute(statement).all()

    def _look(self) -> bool:
        """Counts what was done since the last look, and returns whether to stop."""
        self.seconds += STEPS * SECONDS_PER_STEP
        return self._is_cancelled

    def _cancel(self) -> None:
        self._is_cancelled = True


async def _run_in(pool: ThreadPoolExecutor, work: Callable[[], T], cancel: Callable[[], None] | None = None) -> T:
    """Runs `work` in the pool.

    If the caller is cancelled, it leaves only when the work has ended: until then nobody else may use the connection.
    `cancel` ends work that has started; work that has not started is then skipped.
    """
    loop, finished = asyncio.get_running_loop(), asyncio.Event()
    job = pool.submit(work)
    job.add_done_callback(lambda _: loop.call_soon_threadsafe(finished.set))
    try:
        await finished.wait()
    except asyncio.CancelledError:
        while not job.done():
            if cancel is not None and not job.cancel():
                cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(POLL_INTERVAL)
        raise
    return job.result()
