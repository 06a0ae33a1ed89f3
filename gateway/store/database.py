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
from gateway.store.sqlite import SQLite

T = TypeVar("T")


class Snapshot(Protocol):
    """An unchanging view of the database, for the length of a request."""

    async def fetch(self, statement: Executable) -> Sequence[Row[Any]]:
        """Returns all rows of a statement. A snapshot runs one statement at a time. Raises StoreError."""
        ...

    async def renew(self) -> None:
        """Moves on to what is committed now. Raises StoreError."""
        ...


class Database(Protocol):
    """A database of the gateway: the catalogue, or the audit log."""

    @property
    def dialect(self) -> str:
        """The name of SQLAlchemy's dialect: `sqlite` or `postgresql`."""
        ...

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        """Opens a snapshot. Raises StoreError."""
        ...

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` in a transaction, with no other writer beside it, and commits durably.

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


def connect(url: str) -> Database:
    """Opens `sqlite:///file.db` or `postgresql://user@host/name`. Raises InvalidDatabaseURL for any other address."""
    try:
        address = make_url(url)
    except ArgumentError:
        raise InvalidDatabaseURL("the database address is not a URL") from None
    if address.get_backend_name() == "sqlite" and address.database:
        return SQLite(address.set(drivername="sqlite"))
    if address.get_backend_name() == "postgresql":
        # SQLAlchemy's asynchronous half imports its ORM, which SQLite does not need.
        from gateway.store.postgresql import PostgreSQL

        return PostgreSQL(address.set(drivername="postgresql+asyncpg"))
    raise InvalidDatabaseURL("the database must be sqlite:///FILE or postgresql://…")
