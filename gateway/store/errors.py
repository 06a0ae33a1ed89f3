"""Errors of the database, in the gateway's own terms.

  · InvalidDatabaseURL
  · StoreError
    · StoreUnavailable
      · StoreBusy
    · StatementFailed
    · StatementTimeout

`translation` turns the errors of SQLAlchemy, its drivers and the operating system into these. No message holds SQL,
values or paths: the original error is the `__cause__`.
"""

from gateway.errors import OperatorError


class InvalidDatabaseURL(OperatorError):
    """The setting is not the address of a SQLite file or a PostgreSQL database."""


class StoreError(Exception):
    """The database did not do what it was asked to do."""


class StoreUnavailable(StoreError):
    """The database cannot be reached, is locked, or failed by itself. The same call may succeed later."""


class StoreBusy(StoreUnavailable):
    """Too many wait for the database already."""


class StatementFailed(StoreError):
    """The database rejected a statement, for example because a table is missing or a constraint is violated."""


class StatementTimeout(StoreError):
    """A statement took longer than its limit and was stopped."""
