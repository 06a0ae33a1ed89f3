"""Errors of the database arrive in the gateway's own terms, whichever database it is and wherever they arise."""

from collections.abc import AsyncGenerator
from typing import NoReturn

import pytest
from sqlalchemy import Connection, literal, select, table, text
from sqlalchemy.exc import IntegrityError

from gateway.store.database import Database, connect
from gateway.store.errors import StatementFailed, StoreError, StoreUnavailable

MARK = "a-value-that-nobody-may-see"
UNREACHABLE = [f"sqlite:////absent/{MARK}/catalogue.db", f"postgresql://{MARK}@/x?host=/absent"]


@pytest.fixture
async def database(database_url: str) -> AsyncGenerator[Database]:
    database = connect(database_url)
    yield database
    await database.close()


@pytest.mark.parametrize("url", UNREACHABLE, ids=["sqlite", "postgresql"])
async def test_a_database_that_cannot_be_reached_is_unavailable(url: str) -> None:
    database = connect(url)
    with pytest.raises(StoreUnavailable) as on_read:
        async with database.snapshot() as snapshot:
            await snapshot.fetch(text("SELECT 1"))
    with pytest.raises(StoreUnavailable) as on_write:
        await database.write(lambda connection: connection.execute(text("SELECT 1")))
    with pytest.raises(StoreUnavailable) as on_scrub:
        await database.scrub([])
    for raised in (on_read, on_write, on_scrub):
        assert raised.value.__cause__ is not None
        assert MARK not in str(raised.value)
    await database.close()


async def test_a_bad_statement_fails_and_the_next_one_is_answered(database: Database) -> None:
    async with database.snapshot() as snapshot:
        with pytest.raises(StoreError) as raised:
            await snapshot.fetch(select(literal(MARK)).select_from(table("nowhere")))
        await snapshot.renew()
        assert (await snapshot.fetch(text("SELECT 1")))[0][0] == 1
    assert MARK not in str(raised.value)


async def test_work_sees_the_errors_of_sqlalchemy_and_its_caller_those_of_the_gateway(database: Database) -> None:
    def insert_twice(connection: Connection) -> bool:
        connection.execute(text("CREATE TABLE names (name TEXT PRIMARY KEY)"))
        connection.execute(text("INSERT INTO names VALUES ('a')"))
        savepoint = connection.begin_nested()
        try:
            connection.execute(text("INSERT INTO names VALUES ('a')"))
        except IntegrityError:
            savepoint.rollback()
            return True
        return False

    assert await database.write(insert_twice) is True
    with pytest.raises(StatementFailed) as raised:
        await database.write(lambda connection: connection.execute(text("INSERT INTO names VALUES ('a')")))
    assert isinstance(raised.value.__cause__, IntegrityError)


async def test_exceptions_that_are_not_the_databases_pass_through(database: Database) -> None:
    def fail(connection: Connection) -> NoReturn:
        raise ValueError(MARK)

    with pytest.raises(ValueError, match=MARK):
        await database.write(fail)
    with pytest.raises(FileNotFoundError):
        await _fail_while_reading(database)


async def _fail_while_reading(database: Database) -> NoReturn:
    async with database.snapshot() as snapshot:
        await snapshot.fetch(text("SELECT 1"))
        raise FileNotFoundError(MARK)
