"""PostgreSQL through asyncpg: one database that several gateways share."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, Row, Table, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from gateway.store.translation import translate_errors

T = TypeVar("T")

CONNECTIONS = 4
"""Connections that stay open; under load, as many again are opened."""

LOCK_TIMEOUT = 60.0
"""Seconds that a scrub waits for open snapshots."""

WRITER_LOCK = 0x45474C4F434B
"""The advisory lock that every writer holds until it has committed: revisions then follow commit order."""


class PostgreSQL:
    """A database on a server."""

    dialect = "postgresql"

    def __init__(self, address: URL) -> None:
        self._engine = create_async_engine(address, pool_size=CONNECTIONS, max_overflow=CONNECTIONS, pool_pre_ping=True)

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator["PostgreSQLSnapshot"]:
        with translate_errors():
            connection = await self._engine.connect()
        snapshot = PostgreSQLSnapshot(connection)
        try:
            await snapshot.start()
            yield snapshot
        finally:
            await snapshot.close()

    async def write(self, work: Callable[[Connection], T]) -> T:
        with translate_errors():
            async with self._engine.begin() as connection:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": WRITER_LOCK})
                return await connection.run_sync(work)

    async def quiesce(self) -> None:
        await self.write(lambda _: None)

    async def scrub(self, tables: Iterable[Table]) -> bool:
        """Scrubs the tables, but not the server's own write-ahead log, which it recycles in its own time."""
        with translate_errors():
            async with self._engine.connect() as connection:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                if not await _older_snapshots_end(connection):
                    return False
                for table in tables:
                    # FULL, because a plain VACUUM frees the space of a row and leaves its bytes there.
                    await connection.execute(text(f"VACUUM (FULL) {table.name}"))
        return True

    async def close(self) -> None:
        await self._engine.dispose()


class PostgreSQLSnapshot:
    """A read-only transaction at REPEATABLE READ."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def start(self) -> None:
        with translate_errors():
            await self._connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    async def fetch(self, statement: Executable) -> Sequence[Row[Any]]:
        with translate_errors():
            return (await self._connection.execute(statement)).all()

    async def renew(self) -> None:
        with translate_errors():
            await self._connection.rollback()

    async def close(self) -> None:
        with translate_errors():
            # Shielded, as in SQLAlchemy's own context manager: a connection goes back to the pool in any case.
            await asyncio.shield(asyncio.create_task(self._connection.close()))


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
