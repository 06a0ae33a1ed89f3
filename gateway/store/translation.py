"""Translates errors of SQLAlchemy, its drivers and the operating system; the only place that does."""

from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import Error as SQLiteError

from sqlalchemy.exc import (
    CompileError,
    DataError,
    IntegrityError,
    InvalidRequestError,
    NotSupportedError,
    ProgrammingError,
    SQLAlchemyError,
)

from gateway.store.errors import StatementFailed, StoreUnavailable

REJECTIONS = (CompileError, DataError, IntegrityError, InvalidRequestError, NotSupportedError, ProgrammingError)
"""Errors that the statement causes, whatever the state of the database."""


@contextmanager
def translate_errors() -> Iterator[None]:
    """Raises StoreUnavailable or StatementFailed in place of a database error. Other exceptions pass through."""
    try:
        yield
    except REJECTIONS as exc:
        raise StatementFailed(f"the database rejected a statement ({type(exc).__name__})") from exc
    except (OSError, SQLAlchemyError, SQLiteError) as exc:
        raise StoreUnavailable(f"the database cannot be used ({type(exc).__name__})") from exc
