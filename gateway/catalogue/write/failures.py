"""Failures of live readings: kept until the same scope, or the source's list of scopes, is read."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, insert

from adapters.source import Scope
from gateway.catalogue.tables import failure


def note(connection: Connection, source: str, scope: Scope | None, code: str, now: datetime) -> None:
    """Keeps why the last reading failed: of a scope, or with None of the source's list of scopes."""
    clear(connection, source, scope)
    connection.execute(insert(failure).values(**_key(source, scope), code=code, failed_at=now))


def clear(connection: Connection, source: str, scope: Scope | None) -> None:
    """Forgets the failure of a scope, or with None of the source's list of scopes."""
    connection.execute(delete(failure).where(_of(source, scope)))


def _of(source: str, scope: Scope | None) -> ColumnElement[bool]:
    return and_(*(failure.c[column] == value for column, value in _key(source, scope).items()))


def _key(source: str, scope: Scope | None) -> dict[str, str]:
    return {"source": source, "channel": scope.channel if scope else "", "name": scope.name if scope else ""}
