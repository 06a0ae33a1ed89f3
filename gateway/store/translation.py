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

from gateway.store.errors import StatementFailed, StatementTimeout, StoreUnavailable

REJECTIONS = (CompileError, DataError, IntegrityError, InvalidRequestError, NotSupportedError, ProgrammingError)
"""Errors that the statement causes, whatever the state of the database."""

REJECTION = "SQLITE_ERROR"
"""SQLite's name of the error of a statement that it cannot run, whatever the state of the file."""

INTERRUPTIONS = ("SQLITE_INTERRUPT", "57014")
"""SQLite's name of the error of a statement that was stopped, and PostgreSQL's code."""


@contextmanager
def translate_errors() -> Iterator[None]:
    """Raises StoreUnavailable, StatementFailed or StatementTimeout in place of a database error.

    Other exceptions pass through.
    """
    try:
        yield
    except REJECTIONS as exc:
        raise StatementFailed(f"the database rejected a statement ({type(exc).__name__})") from exc
    except (OSError, SQLAlchemyError, SQLiteError) as exc:
        code = error_code(exc)
        if code in INTERRUPTIONS:
            raise StatementTimeout("a statement took too long") from exc
        if code == REJECTION:
            raise StatementFailed(f"the database rejected a statement ({code})") from exc
        raise StoreUnavailable(f"the database cannot be used ({type(exc).__name__})") from exc


def error_code(error: BaseException) -> str | None:
    """The database's own code of an error: SQLite's name of it, or PostgreSQL's SQLSTATE."""
    original = getattr(error, "orig", None) or error
    return getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None)
