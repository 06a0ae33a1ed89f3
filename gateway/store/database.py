"""The database as the rest of the gateway sees it: snapshots to read from, and one writer at a time.

Statements, and the work of a write, are the same for SQLite and PostgreSQL.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Executable, Row, Table
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from gateway.store.errors import InvalidDatabaseURL
from gateway.store.limits import COMMAND_SECONDS, CONNECTIONS
from gateway.store.sqlite import SQLite

T = TypeVar("T")


class Snapshot(Protocol):
    """An unchanging view of the database, for the length of a request. It begins with the first statement."""

    @property
    def seconds(self) -> float:
        """What its statements took so far, also those that failed: SQLite by its steps, PostgreSQL by the clock."""
        ...

    async def fetch(self, statement: Executable) -> Sequence[Row[Any]]:
        """Returns all rows of a statement. A snapshot runs one statement at a time.

        Raises StoreError; StoreBusy if too many wait for the database, and StatementTimeout if the statement takes too
        long, and for every statement after it.
        """
        ...

    async def renew(self) -> None:
        """Moves on to what is committed when the next statement runs. Until then it uses no connection.

        Raises StoreError.
        """
        ...


class Database(Protocol):
    """A database of the gateway: the catalogue, or the audit log."""

    @property
    def dialect(self) -> str:
        """The name of SQLAlchemy's dialect: `sqlite` or `postgresql`."""
        ...

    def snapshot(
        self, caller: str | None = None, seconds: float = COMMAND_SECONDS
    ) -> AbstractAsyncContextManager[Snapshot]:
        """A snapshot whose statements may take so many seconds each.

        `caller` is whose share of the connections it uses; None is the gateway itself, for which one is kept.
        """
        ...

    async def write(self, work: Callable[[Connection], T], seconds: float | None = COMMAND_SECONDS) -> T:
        """Runs `work` in a transaction, with no other writer beside it, and commits durably.

        SQLite stops the transaction after so many seconds, PostgreSQL each of its statements; None sets no limit.

        Inside `work`, errors are SQLAlchemy's. Those that leave it are raised as StoreError; other exceptions roll the
        transaction back and pass through.
        """
        ...

    async def quiesce(self) -> None:
        """Returns when every write that was under way at the call has ended. Raises StoreError."""
        ...

    async def scrub(self, tables: Iterable[Table]) -> bool:
        """Overwrites rows of `tables` that were deleted or replaced; files keep their bytes until the space is reused.

        Returns False if an open snapshot still needs an older state; the call must then be repeated. Raises StoreError.
        """
        ...

    async def close(self) -> None:
        """Closes all connections."""
        ...


def connect(url: str, connections: int = CONNECTIONS, *, transaction_pooler: bool = False) -> Database:
    """Opens `sqlite:///file.db` or `postgresql://user@host/name`. Raises InvalidDatabaseURL for any other address.

    `connections` read for callers at the same time. With `transaction_pooler`, a pooler such as PgBouncer lends a
    connection of the server for a transaction only.
    """
    try:
        address = make_url(url)
    except ArgumentError:
        raise InvalidDatabaseURL("the database address is not a URL") from None
    if address.get_backend_name() == "sqlite" and address.database:
        return SQLite(address.set(drivername="sqlite"), connections)
    if address.get_backend_name() == "postgresql":
        # SQLAlchemy's asynchronous half imports its ORM, which SQLite does not need.
        from gateway.store.postgresql import PostgreSQL

        driver = address.set(drivername="postgresql+asyncpg")
        return PostgreSQL(driver, connections, transaction_pooler=transaction_pooler)
    raise InvalidDatabaseURL("the database must be sqlite:///FILE or postgresql://…")
