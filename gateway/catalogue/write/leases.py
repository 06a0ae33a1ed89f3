"""Leases: one reader per scope, across all processes over the same catalogue.

A lease saves work and guards nothing: two reads of one scope cannot harm each other
(`batches.ConcurrentReadError`). A reader that dies leaves a lease that expires, and one that hangs loses it.
"""

from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select, update

from adapters.source import Scope
from gateway.catalogue.tables import coverage, lease
from gateway.catalogue.tables import scope as scope_table
from gateway.catalogue.write import holds

TERM = timedelta(seconds=60)
"""How long a lease lasts unless it is renewed."""

PAUSE_PREFIX = "paused: "
"""With the reason code, the holder of a lease that keeps every reader from a scope."""


class Pause(Struct, frozen=True):
    """A scope's rest after a failure: its end, and the code of the failure."""

    until: datetime
    reason: str


def take(
    connection: Connection,
    scope: Scope,
    holder: str,
    now: datetime,
    *,
    fresher_than: datetime | None,
    during_pause: bool = False,
) -> bool:
    """Takes or renews the lease for one TERM from `now`; returns whether `holder` has it.

    It is refused while another holder's lease is active; while the scope rests, unless `during_pause`; and, with
    `fresher_than`, if the scope has been read to its end since then.
    """
    if fresher_than is not None and _read_since(connection, scope, fresher_than):
        return False
    current = connection.execute(select(lease.c.holder, lease.c.until).where(_of(scope))).one_or_none()
    if current is None:
        connection.execute(insert(lease).values(**_key(scope), holder=holder, until=now + TERM))
        return True
    is_free = current.until <= now or (during_pause and current.holder.startswith(PAUSE_PREFIX))
    if not is_free and current.holder != holder:
        return False
    connection.execute(update(lease).where(_of(scope)).values(holder=holder, until=now + TERM))
    return True


def renew(connection: Connection, scope: Scope, holder: str, now: datetime) -> None:
    """Extends the holder's lease to one TERM from `now`; does nothing if it was lost."""
    connection.execute(update(lease).where(_of(scope), lease.c.holder == holder).values(until=now + TERM))


def release(connection: Connection, scope: Scope, holder: str) -> None:
    """Ends the holder's lease; does nothing if it was lost."""
    connection.execute(delete(lease).where(_of(scope), lease.c.holder == holder))


def pause(connection: Connection, scope: Scope, holder: str, rest: Pause) -> None:
    """Turns the holder's lease into a rest, in which no reader calls the publisher; does nothing if it was lost."""
    values = {"holder": PAUSE_PREFIX + rest.reason, "until": rest.until}
    connection.execute(update(lease).where(_of(scope), lease.c.holder == holder).values(**values))


def find_pause(connection: Connection, scope: Scope, now: datetime) -> Pause | None:
    """The rest in which the scope is at `now`; None if it is in none."""
    current = connection.execute(
        select(lease.c.holder, lease.c.until).where(
            _of(scope), lease.c.until > now, lease.c.holder.startswith(PAUSE_PREFIX)
        )
    ).one_or_none()
    return None if current is None else Pause(current.until, current.holder.removeprefix(PAUSE_PREFIX))


def _read_since(connection: Connection, scope: Scope, moment: datetime) -> bool:
    table = scope_table.c
    whole = (
        select(coverage.c.scope)
        .join_from(scope_table, coverage, coverage.c.scope == table.key)
        .where(table.source == scope.source, table.channel == scope.channel, table.name == scope.name)
        .where(coverage.c.checkpoint.is_(None), coverage.c.last_read_at > moment)
        .where(or_(and_(coverage.c.complete, coverage.c.reason.is_(None)), coverage.c.reason == holds.REASON))
    )
    return connection.execute(whole).first() is not None


def _of(scope: Scope) -> ColumnElement[bool]:
    return and_(lease.c.source == scope.source, lease.c.channel == scope.channel, lease.c.name == scope.name)


def _key(scope: Scope) -> dict[str, Any]:
    return {"source": scope.source, "channel": scope.channel, "name": scope.name}
