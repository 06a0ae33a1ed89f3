"""The indexes of the record tables, which migrations create.

They stand apart from the tables because PostgreSQL's conditions load its dialect, which SQLite does not need.
"""

from functools import cache
from typing import Any

from sqlalchemy import Index, MetaData

from gateway.catalogue.tables import FILTER_PERIODS, RECORD_TABLES, RecordTable, metadata


@cache
def indexed_metadata() -> MetaData:
    """The catalogue's tables with their indexes."""
    for kind in RECORD_TABLES.values():
        _add_indexes(kind)
    return metadata


def _add_indexes(kind: RecordTable) -> None:
    table = kind.table
    name, start = table.name.removesuffix("_version"), table.c[kind.start]
    current = table.c.to_revision.is_(None)
    where: dict[str, Any] = {"sqlite_where": current, "postgresql_where": current}
    # Ids are often random: of an index in which they come first, or right after what many versions share, a batch
    # writes nearly every page. So that is the primary key alone, and versions of one day stand as they were recorded.
    Index(f"{name}_current_dated", start, table.c.from_revision, table.c.id, **where)
    Index(f"{name}_current_recorded", table.c.from_revision, table.c.id, **where)
    Index(f"{name}_current_scope", table.c.scope, **where)
    Index(f"{name}_dated", start, table.c.from_revision, table.c.id)
    Index(f"{name}_recorded", table.c.from_revision, table.c.id)
    withdrawn = table.c.to_revision.is_not(None)
    Index(f"{name}_ended", table.c.to_revision, table.c.id, sqlite_where=withdrawn, postgresql_where=withdrawn)
    if "series_key" in kind.attributes:
        Index(f"{name}_current_series", table.c.series_key, table.c.released_at, **where)
        Index(f"{name}_series", table.c.series_key, table.c.released_at)
    for period in FILTER_PERIODS.get(kind.type, ())[1:]:
        # Few records state it, and all others need not be passed on the way through the order.
        days = [table.c[f"{period}_{end}"] for end in ("start", "end")]
        dated = days[0].is_not(None)
        keys = (start, table.c.from_revision, table.c.id, *days)
        Index(f"{name}_current_{period}", *keys, sqlite_where=current & dated, postgresql_where=current & dated)
        Index(f"{name}_{period}", *keys, sqlite_where=dated, postgresql_where=dated)
