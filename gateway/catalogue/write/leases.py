"""One reader per scope: leases that every process over the same catalogue respects.

A lease saves work, it guards nothing: two readings of one scope cannot harm each other (`writing.Overtaken`). So a
reader that dies leaves a lease that runs out, and one that hangs loses it.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update

from adapters.source import Scope
from gateway.catalogue.tables import coverage, lease
from gateway.catalogue.tables import scope as scope_table

TERM = timedelta(seconds=60)
"""How long a lease holds unless it is renewed."""


def take(connection: Connection, scope: Scope, holder: str, now: datetime, *, fresher_than: datetime | None) -> bool:
    """Whether `holder` may read the scope from `now` on, for one TERM.

    Nobody may while another's lease holds, nor, where `fresher_than` is given, when the scope has been read to its end
    since then.
    """
    if fresher_than is not None and _read_since(connection, scope, fresher_than):
        return False
    held = connection.execute(select(lease.c.holder, lease.c.until).where(_of(scope))).one_or_none()
    if held is None:
        connection.execute(insert(lease).values(**_named(scope), holder=holder, until=now + TERM))
        return True
    if held.until > now and held.holder != holder:
        return False
    connection.execute(update(lease).where(_of(scope)).values(holder=holder, until=now + TERM))
    return True


def renew(connection: Connection, scope: Scope, holder: str, now: datetime) -> None:
    """Prolongs the holder's lease by a TERM from `now`; nothing where it was lost."""
    connection.execute(update(lease).where(_of(scope), lease.c.holder == holder).values(until=now + TERM))


def release(connection: Connection, scope: Scope, holder: str) -> None:
    """Ends the holder's lease; nothing where it was lost."""
    connection.execute(delete(lease).where(_of(scope), lease.c.holder == holder))


def pause(connection: Connection, scope: Scope, holder: str, until: datetime) -> None:
    """Leaves the scope unread until then, by anybody: the publisher is asked no sooner."""
    values = {"holder": f"{holder} (paused)", "until": until}
    connection.execute(update(lease).where(_of(scope), lease.c.holder == holder).values(**values))


def _read_since(connection: Connection, scope: Scope, moment: datetime) -> bool:
    table = scope_table.c
    whole = (
        select(coverage.c.scope)
        .join_from(scope_table, coverage, coverage.c.scope == table.key)
        .where(table.source == scope.source, table.channel == scope.channel, table.name == scope.name)
        .where(coverage.c.complete, coverage.c.reason.is_(None), coverage.c.last_read_at > moment)
    )
    return connection.execute(whole).first() is not None


def _of(scope: Scope) -> ColumnElement[bool]:
    return and_(lease.c.source == scope.source, lease.c.channel == scope.channel, lease.c.name == scope.name)


def _named(scope: Scope) -> dict[str, Any]:
    return {"source": scope.source, "channel": scope.channel, "name": scope.name}
