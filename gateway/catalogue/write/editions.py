"""Editions of a file: an older one does not replace a newer one by accident."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, select

from adapters.formats.json import printable
from adapters.source import Batch, Scope
from gateway.catalogue.tables import RECORD_TABLES, coverage, retrieval
from gateway.catalogue.tables import scope as scope_table
from gateway.errors import OperatorError

DATES = ("stated_at", "released_at")
"""The attributes of records that date the edition that states them: the first that a record has, as in `Batch`."""


class OlderEdition(OperatorError):
    """A file is an earlier edition of what its scope already holds."""

    code = "OLDER_EDITION"


def refuse_older(connection: Connection, scope: Scope, batch: Batch) -> None:
    """Raises OlderEdition if the first batch is of a file that a later edition has replaced.

    The newest date in the file and in the scope decides. Where they are equal or missing, a file is older if another
    one was read to its end after it. What an address answers is always of now.
    """
    if scope.path is None or batch.since is not None:
        return
    current = _coverage(connection, scope)
    if current is None:
        return
    edition = _newest_date(connection, scope, current.scope) if batch.edition is not None else None
    if edition is not None and batch.edition is not None and edition != batch.edition:
        is_older = batch.edition < edition
    else:
        is_older = current.complete and _was_replaced(connection, current, batch.origin.sha256)
    if is_older:
        raise OlderEdition(
            f"{scope.source}: {printable(scope.name, 80)}: the file is an older edition than the one imported last; "
            "`gateway import --older` imports it nevertheless"
        )


def _coverage(connection: Connection, scope: Scope) -> Row[Any, Any, Any, Any] | None:
    """The scope's key, whether its last reading is complete, and that reading and its bytes."""
    table = scope_table.c
    return connection.execute(
        select(coverage.c.scope, coverage.c.retrieval, coverage.c.complete, retrieval.c.sha256)
        .join_from(scope_table, coverage, coverage.c.scope == table.key)
        .join(retrieval, retrieval.c.key == coverage.c.retrieval)
        .where(table.source == scope.source, table.channel == scope.channel, table.name == scope.name)
    ).one_or_none()


def _newest_date(connection: Connection, scope: Scope, scope_key: int) -> date | None:
    """The newest date of the records that the scope holds."""
    dates: list[date | None] = []
    for kind in sorted(scope.records):
        table = RECORD_TABLES[kind].table.c
        # SQLite's coalesce takes at least two arguments.
        edition = func.coalesce(*(table[name] for name in DATES if name in table), None)
        here = (table.scope == scope_key, table.to_revision.is_(None))
        dates.append(connection.execute(select(func.max(edition)).where(*here)).scalar_one())
    return max(filter(None, dates), default=None)


def _was_replaced(connection: Connection, current: Row[Any, Any, Any, Any], sha256: str | None) -> bool:
    """Whether these bytes were read before the ones that were read last."""
    if sha256 is None or sha256 == current.sha256:
        return False
    earlier = select(retrieval.c.key).where(
        retrieval.c.scope == current.scope, retrieval.c.sha256 == sha256, retrieval.c.key < current.retrieval
    )
    return connection.execute(earlier).first() is not None
