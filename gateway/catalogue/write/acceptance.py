"""Accepting a reading on hold: what it lacks is withdrawn, without reading again."""

import re
from typing import Any

from sqlalchemy import Connection, Row, select, update

from adapters.formats.json import printable
from adapters.source import About
from gateway.catalogue.tables import RECORD_TABLES, coverage, hold
from gateway.catalogue.tables import scope as scope_table
from gateway.catalogue.write import holds
from gateway.catalogue.write.batches import Interned, Version, commit, next_revision
from gateway.errors import OperatorError
from gateway.store.json_arrays import in_list

DIGEST = re.compile(r"[0-9a-f]{8,32}", re.ASCII)


class NoSuchHold(OperatorError):
    """No reading of the scope is on hold under this digest."""


def accept(connection: Connection, about: About, scope: str, digest: str) -> int:
    """Withdraws what the reading with this digest lacks, unless a later one brought it back; returns how many records.

    The first eight hexadecimal digits of the digest are enough. Raises NoSuchHold; nothing is written then.
    """
    row = _find(connection, about.name, scope, digest)
    version = Version(connection, next_revision(connection), row.scope, row.retrieval, Interned(connection), about)
    missing = holds.missing(connection, row.scope)
    withdrawn = 0
    for kind in sorted({kind for kind, _ in missing}):
        table = RECORD_TABLES[kind].table.c
        ids = sorted(record for each, record in missing if each is kind)
        still = select(table.id).where(table.scope == row.scope, table.to_revision.is_(None), in_list(table.id, ids))
        withdrawn += version.withdraw(kind, sorted(connection.scalars(still))).withdrawn
    holds.drop(connection, row.scope)
    here = update(coverage).where(coverage.c.scope == row.scope)
    connection.execute(here.values(withdrawn=coverage.c.withdrawn + withdrawn))
    connection.execute(here.where(coverage.c.checkpoint.is_(None)).values(complete=True))
    connection.execute(here.where(coverage.c.reason == holds.REASON).values(reason=None))
    version.rollups.write()
    commit(connection)
    return withdrawn


def _find(connection: Connection, source: str, scope: str, digest: str) -> Row[Any]:
    """The hold's row. Raises NoSuchHold."""
    if not DIGEST.fullmatch(digest):
        raise NoSuchHold("a digest has 8 to 32 hexadecimal digits; `gateway sources` lists those of readings on hold")
    rows = connection.execute(
        select(hold)
        .join_from(hold, scope_table, scope_table.c.key == hold.c.scope)
        .where(scope_table.c.source == source, scope_table.c.name == scope)
    ).all()
    if not rows:
        raise NoSuchHold(f"{source}: no reading of {printable(scope, 80)} is on hold")
    for row in rows:
        if row.digest.startswith(digest):
            return row
    raise NoSuchHold(
        f"{source}: the reading of {printable(scope, 80)} on hold has another digest; `gateway sources` lists it"
    )
