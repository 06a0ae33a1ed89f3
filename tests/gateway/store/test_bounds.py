"""Nothing waits or runs without bound in a database: statements, connections, and the wait for writers."""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from sqlalchemy import Connection, text

from gateway.store.database import Database, connect
from gateway.store.errors import StatementTimeout
from tests.support.databases import PostgreSQL

LOOP = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT count(*) FROM n"
"""A statement that ends for nobody who waits for it; on both databases."""

MOST_SECONDS = 10.0
"""Far more than a busy machine takes for what a test does, and less than it would wait without a bound."""


@pytest.fixture
async def database(database_url: str) -> AsyncGenerator[Database]:
    database = connect(database_url, connections=2)
    yield database
    await database.close()


async def read(database: Database, statement: str = "SELECT 1", caller: str | None = None) -> Any:
    async with database.snapshot(caller) as snapshot:
        return (await snapshot.fetch(text(statement)))[0][0]


async def test_a_statement_that_takes_too_long_is_stopped_and_none_follows_in_its_snapshot(database: Database) -> None:
    async with database.snapshot("a", 0.05) as snapshot:
        for statement in (LOOP, "SELECT 1"):
            with pytest.raises(StatementTimeout):
                await asyncio.wait_for(snapshot.fetch(text(statement)), MOST_SECONDS)
    async with database.snapshot("a") as snapshot:
        assert (await snapshot.fetch(text("SELECT 1")))[0][0] == 1


async def test_a_write_that_takes_too_long_is_stopped_and_changes_nothing(database: Database) -> None:
    def work(connection: Connection) -> None:
        connection.execute(text("DELETE FROM alembic_version"))
        connection.execute(text(LOOP))

    with pytest.raises(StatementTimeout):
        await asyncio.wait_for(database.write(work, seconds=0.05), MOST_SECONDS)
    assert await read(database, "SELECT count(*) FROM alembic_version") == 1


async def test_a_caller_with_long_statements_leaves_connections_to_others(database: Database) -> None:
    tasks = [asyncio.create_task(read(database, LOOP, "a")) for _ in range(10)]
    await asyncio.sleep(0.1)
    for caller in ("b", None):
        assert await asyncio.wait_for(read(database, caller=caller), MOST_SECONDS) == 1
    for task in tasks:
        task.cancel()
    await asyncio.wait_for(asyncio.wait(tasks), MOST_SECONDS)
    assert await asyncio.wait_for(read(database, caller="a"), MOST_SECONDS) == 1


async def test_a_snapshot_that_reads_nothing_uses_no_connection(database: Database) -> None:
    async with database.snapshot("a") as first, database.snapshot("a") as second:
        for snapshot in (first, second):
            assert (await asyncio.wait_for(snapshot.fetch(text("SELECT 1")), MOST_SECONDS))[0][0] == 1
            await snapshot.renew()


async def test_who_waits_for_a_writer_uses_no_connection_and_leaves_at_once(
    database: Database, database_url: str
) -> None:
    start, end = threading.Event(), threading.Event()

    def work(connection: Connection) -> None:
        start.set()
        end.wait(MOST_SECONDS)

    def write() -> None:
        # Another process: on PostgreSQL, a writer runs on the event loop of its own.
        async def run() -> None:
            other = connect(database_url)
            await other.write(work)
            await other.close()

        asyncio.run(run())

    writing = asyncio.create_task(asyncio.to_thread(write))
    await asyncio.to_thread(start.wait)
    waiting = [asyncio.create_task(database.quiesce()) for _ in range(20)]
    for caller in ("a", "a", "a", None):
        assert await asyncio.wait_for(read(database, caller=caller), MOST_SECONDS) == 1
    assert not any(task.done() for task in waiting)
    waiting[0].cancel()
    await asyncio.wait_for(asyncio.wait({waiting[0]}), MOST_SECONDS / 2)
    end.set()
    await asyncio.wait_for(asyncio.wait([writing, *waiting]), MOST_SECONDS)
    assert [task.cancelled() for task in waiting] == [True] + [False] * 19
    assert [task.exception() for task in waiting[1:]] == [None] * 19


async def test_a_cancelled_statement_of_postgresql_ends_on_the_server(postgresql_server: PostgreSQL) -> None:
    with postgresql_server.database() as url:
        database = connect(url)
        reading = asyncio.create_task(read(database, LOOP))
        running = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'WITH RECURSIVE n%'"
        await _becomes(database, running, 1)
        reading.cancel()
        await asyncio.wait({reading})
        await _becomes(database, running, 0)
        await database.close()


async def _becomes(database: Database, statement: str, value: int) -> None:
    end = time.monotonic() + MOST_SECONDS
    while await read(database, statement) != value:
        assert time.monotonic() < end
        await asyncio.sleep(0.02)


async def test_connections_that_the_server_ended_are_replaced(postgresql_server: PostgreSQL) -> None:
    with postgresql_server.database() as url:
        database = connect(url)
        ended = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database()"
        for _ in range(2):
            await asyncio.gather(*(read(database, "SELECT 1 FROM pg_sleep(0.05)", name) for name in "abcd"))
            await database.write(lambda connection: connection.execute(text("SELECT 1")).all())
            postgresql_server.run(f"{ended} AND pid <> pg_backend_pid()", url.partition("@/")[2].partition("?")[0])
            assert await asyncio.gather(*(read(database, caller=name) for name in "abcd")) == [1] * 4
            await database.write(lambda connection: connection.execute(text("SELECT 1")).all())
        await database.close()


@pytest.mark.parametrize("transaction_pooler", [False, True])
async def test_no_statement_is_prepared_for_a_pooler_that_lends_connections(
    postgresql_server: PostgreSQL, *, transaction_pooler: bool
) -> None:
    with postgresql_server.database() as url:
        database = connect(url, transaction_pooler=transaction_pooler)
        async with database.snapshot() as snapshot:
            statement = text("SELECT count(*) FROM pg_prepared_statements")
            await snapshot.fetch(statement)
            ((count,),) = await snapshot.fetch(statement)
        await database.close()
    assert (count == 0) is transaction_pooler


async def test_a_server_without_connections_is_waited_for(postgresql_server: PostgreSQL) -> None:
    with postgresql_server.database() as url:
        postgresql_server.run("CREATE ROLE one LOGIN CONNECTION LIMIT 1")
        databases = [connect(url.replace("postgres@", "one@")) for _ in range(2)]
        tasks: set[asyncio.Task[object]] = set()
        try:
            async with databases[0].snapshot() as snapshot:
                await snapshot.fetch(text("SELECT 1"))
                tasks.add(asyncio.create_task(read(databases[1])))
                tasks.add(
                    asyncio.create_task(databases[1].write(lambda connection: connection.execute(text("SELECT 1"))))
                )
                await asyncio.sleep(0.3)
                assert not any(task.done() for task in tasks)
            await databases[0].close()
            await asyncio.wait_for(asyncio.wait(tasks, return_when="FIRST_COMPLETED"), MOST_SECONDS)
        finally:
            for task in tasks:
                task.cancel()
            if tasks:
                await asyncio.wait(tasks)
            for database in databases:
                await database.close()
            postgresql_server.run("DROP ROLE one")
