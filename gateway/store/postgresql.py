"""PostgreSQL through asyncpg: one database that several gateways share."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, Row, Table, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from gateway.store.limits import COMMAND_SECONDS, CONNECTIONS
from gateway.store.quiescence import Quiescence
from gateway.store.seats import Seats
from gateway.store.snapshots import SeatedSnapshot
from gateway.store.translation import error_code, translate_errors

T = TypeVar("T")

WRITE_CONNECTIONS = 3
"""Connections of a process beside those that read: for a writer, a wait for writers, and a scrub."""

LOCK_TIMEOUT = 60.0
"""Seconds that a scrub waits for open snapshots."""

WRITER_LOCK = 0x45474C4F434B
"""The advisory lock that every writer holds until it has committed: revisions then follow commit order."""

EXCLUSIVE, SHARED = (text(f"SELECT pg_advisory_xact_lock{suffix}({WRITER_LOCK})") for suffix in ("", "_shared"))
"""A writer's hold of the lock, and that of those who wait for writers: they do not wait for each other."""

SET_TIMEOUT = text("SELECT set_config('statement_timeout', :milliseconds, true)")
"""Limits the statements of one transaction: a pooler lends a connection to others after it."""

OUT_OF_CONNECTIONS = ("53300", "57P03")
"""The codes of a server that has no connection to give: too many clients use it, or it is starting."""

CONNECT_SECONDS, CONNECT_INTERVAL = 60.0, 0.1
"""Seconds for which such a server is tried, and between two tries. A request is cancelled at its deadline."""

UNPREPARED: Mapping[str, Any] = {
    "statement_cache_size": 0,
    "prepared_statement_cache_size": 0,
    "prepared_statement_name_func": str,
}
"""Options of asyncpg and SQLAlchemy for a pooler: statements have no name, and none outlives its transaction."""


class PostgreSQL:
    """A database on a server. `connections` read for callers, and one more for the gateway itself."""

    dialect = "postgresql"

    def __init__(self, address: URL, connections: int = CONNECTIONS, *, transaction_pooler: bool = False) -> None:
        self._read_engine = _engine(address, connections + 1, transaction_pooler=transaction_pooler)
        self._write_engine = _engine(address, WRITE_CONNECTIONS, transaction_pooler=transaction_pooler)
        self._seats = Seats(connections)
        self._turn = asyncio.Lock()
        self._quiescence = Quiescence(self._wait_for_writers)

    @asynccontextmanager
    async def snapshot(
        self, caller: str | None = None, seconds: float = COMMAND_SECONDS
    ) -> AsyncGenerator["PostgreSQLSnapshot"]:
        snapshot = PostgreSQLSnapshot(self._read_engine, self._seats, caller, seconds)
        try:
            yield snapshot
        finally:
            await snapshot.renew()

    async def write(self, work: Callable[[Connection], T], seconds: float | None = COMMAND_SECONDS) -> T:
        with translate_errors():
            async with self._turn, _transaction(self._write_engine, EXCLUSIVE) as connection:
                if seconds is not None:
                    await connection.execute(SET_TIMEOUT, _milliseconds(seconds))
                outcome = await connection.run_sync(work)
                await connection.commit()
                return outcome

    async def quiesce(self) -> None:
        await self._quiescence.reach()

    async def _wait_for_writers(self) -> None:
        with translate_errors():
            async with _transaction(self._write_engine, SHARED):
                pass

    async def scrub(self, tables: Iterable[Table]) -> bool:
        """Scrubs the tables, but not the server's own write-ahead log, which it recycles in its own time."""
        with translate_errors():
            async with self._write_engine.connect() as connection:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                if not await _older_snapshots_end(connection):
                    return False
                for table in tables:
                    # FULL, because a plain VACUUM frees the space of a row and leaves its bytes there.
                    await connection.execute(text(f"VACUUM (FULL) {table.name}"))
        return True

    async def close(self) -> None:
        await self._quiescence.close()
        await self._read_engine.dispose()
        await self._write_engine.dispose()


class PostgreSQLSnapshot(SeatedSnapshot):
    """A read-only transaction at REPEATABLE READ, which takes a seat and begins with the first statement."""

    def __init__(self, engine: AsyncEngine, seats: Seats, caller: str | None, limit: float) -> None:
        super().__init__(seats, caller, limit)
        self._engine = engine
        self._connection: AsyncConnection | None = None

    async def _fetch(self, statement: Executable) -> Sequence[Row[Any]]:
        if self._connection is None:
            self._connection = await self._begin()
        start = time.perf_counter()
        try:
            return (await self._connection.execute(statement)).all()
        finally:
            self.seconds += time.perf_counter() - start

    async def _end(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            await _close(connection)

    async def _begin(self) -> AsyncConnection:
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        return await _begin(self._engine, SET_TIMEOUT, _milliseconds(self._limit), **options)


def _engine(address: URL, connections: int, *, transaction_pooler: bool) -> AsyncEngine:
    return create_async_engine(
        address,
        pool_size=connections,
        max_overflow=0,
        connect_args=dict(UNPREPARED) if transaction_pooler else {},
    )


def _milliseconds(seconds: float) -> Mapping[str, str]:
    """The parameters of SET_TIMEOUT; PostgreSQL takes 0 for no limit."""
    return {"milliseconds": str(max(1, round(seconds * 1000)))}


@asynccontextmanager
async def _transaction(engine: AsyncEngine, statement: Executable) -> AsyncGenerator[AsyncConnection]:
    """A transaction that begins with a statement, and is rolled back unless it is committed."""
    connection = await _begin(engine, statement)
    try:
        yield connection
    finally:
        await _close(connection)


async def _begin(
    engine: AsyncEngine, statement: Executable, parameters: Mapping[str, str] | None = None, **options: Any
) -> AsyncConnection:
    """A connection with a transaction that has begun with a statement, which changes nothing.

    The server may have ended a connection of the pool, which this statement is the first to notice: the second try has
    a new one. A server without connections is tried until it has one.
    """
    end, is_second = time.monotonic() + CONNECT_SECONDS, False
    while True:
        try:
            return await _try_to_begin(engine, statement, parameters, options)
        except Exception as exc:
            if error_code(exc) in OUT_OF_CONNECTIONS and time.monotonic() < end:
                await asyncio.sleep(CONNECT_INTERVAL)
            elif isinstance(exc, DBAPIError) and exc.connection_invalidated and not is_second:
                is_second = True
            else:
                raise


async def _try_to_begin(
    engine: AsyncEngine, statement: Executable, parameters: Mapping[str, str] | None, options: Mapping[str, Any]
) -> AsyncConnection:
    connection = await engine.connect()
    try:
        await connection.execution_options(**options)
        await connection.execute(statement, parameters)
    except BaseException:
        await _close(connection)
        raise
    return connection


async def _close(connection: AsyncConnection) -> None:
    # Shielded, as in SQLAlchemy's own context manager: a connection goes back to the pool in any case.
    await asyncio.shield(asyncio.create_task(connection.close()))


async def _older_snapshots_end(connection: AsyncConnection) -> bool:
    """Waits until nobody reads a state from before the call; False if somebody still does after LOCK_TIMEOUT."""
    older = text(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND age(backend_xmin) > age(CAST(CAST(:now AS text) AS xid)))"
    )
    now = await connection.scalar(text("SELECT pg_current_xact_id()::xid::text"))
    deadline = time.monotonic() + LOCK_TIMEOUT
    while await connection.scalar(older, {"now": now}):
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.05)
    return True
