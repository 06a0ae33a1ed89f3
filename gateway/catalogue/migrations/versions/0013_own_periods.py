"""A record's own period is the first of its periods that has a day, and takedowns are counted by each of theirs."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from hashlib import blake2b
from itertools import islice
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MINUTE, HOUR, DAY = 60, 3600, 86_400
OWN = {"OWN_INITIATIVE", "HASH_MATCH", "UNKNOWN"}
PAGE = 10_000
"""Cells written at a time."""

PERIODS = {
    "case": ("opened", "closed"),
    "takedown": ("executed", "requested"),
    "information_request": ("requested", "responded"),
    "cooperation_request": ("requested", "responded"),
}
"""By type: the periods that date a record, the best one first."""

COLUMNS: dict[str, Any] = {
    "platform": TEXT,
    "requested_by": TEXT,
    "agency": TEXT,
    "trigger": sa.Text(),
    "status": sa.Text(),
    "measures": sa.Integer(),
    "harm_categories": sa.Integer(),
    "jurisdictions": sa.Integer(),
    "automated_detection": sa.Boolean(),
    "automated_decision": sa.Text(),
    "duration_basis": sa.Text(),
}
ROLLED_UP: dict[str, tuple[str, ...]] = {
    "case": ("agency", "status", "harm_categories", "jurisdictions"),
    "takedown": (
        *("platform", "requested_by", "trigger", "status", "measures", "harm_categories", "jurisdictions"),
        *("automated_detection", "automated_decision", "duration_basis"),
    ),
}


def upgrade() -> None:
    for name, (better, last) in PERIODS.items():
        _derive_own_period(name, better, last)
    # Of two indexes that cost the same, SQLite takes the younger one.
    stated, current = "requested_start IS NOT NULL", "to_revision IS NULL AND requested_start IS NOT NULL"
    for index, condition in (("takedown_requested", stated), ("takedown_current_requested", current)):
        where = sa.text(condition)
        columns = ["period_start", "from_revision", "id", "requested_start", "requested_end"]
        op.create_index(index, "takedown_version", columns, sqlite_where=where, postgresql_where=where)
    for name in ROLLED_UP:
        _count_again(name)
    op.add_column("disclosed_month", sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))


def _derive_own_period(name: str, better: str, last: str) -> None:
    """Has the database derive the own period, and orders the type by it. PostgreSQL rewrites a table once."""
    table = f"{name}_version"
    indexes = (f"{name}_current_dated", f"{name}_dated")
    for index in indexes:
        op.drop_index(index, table)
    kind = "STORED" if op.get_context().dialect.name == "postgresql" else "VIRTUAL"
    columns = [
        f"ADD COLUMN period_{day} DATE GENERATED ALWAYS AS (CASE WHEN coalesce({better}_start, {better}_end) "
        f"IS NOT NULL THEN {better}_{day} ELSE {last}_{day} END) {kind}"
        for day in ("start", "end")
    ]
    for action in [", ".join(columns)] if kind == "STORED" else columns:
        op.execute(f"ALTER TABLE {table} {action}")
    current = sa.text("to_revision IS NULL")
    dated = ["period_start", "from_revision", "id"]
    op.create_index(indexes[0], table, dated, sqlite_where=current, postgresql_where=current)
    op.create_index(indexes[1], table, dated)
    if kind == "STORED":
        op.execute(f"ANALYZE {table}")  # PostgreSQL plans by statistics, and has none of a new column.


def _count_again(name: str) -> None:
    periods = PERIODS[name] if name == "takedown" else ()
    extra = [sa.Column("requested", sa.Boolean(), nullable=False), sa.Column("duration", sa.BigInteger())]
    op.drop_table(f"{name}_rollup")
    rollup = op.create_table(
        f"{name}_rollup",
        sa.Column("cell", sa.LargeBinary, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        *(
            sa.Column(f"{prefix}{month}", sa.Integer())
            for prefix in ("", *(f"{period}_" for period in periods))
            for month in ("start_month", "end_month")
        ),
        *(sa.Column(attribute, COLUMNS[attribute]) for attribute in ROLLED_UP[name]),
        *(extra if name == "takedown" else ()),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("cell"),
    )
    columns = [column.name for column in rollup.c if column.name not in ("cell", "count")]
    cells = iter(_cells(name).items())
    while page := list(islice(cells, PAGE)):
        op.bulk_insert(
            rollup,
            [{"cell": _digest(cell), "count": count, **dict(zip(columns, cell, strict=True))} for cell, count in page],
        )


def _cells(name: str) -> Counter[tuple[Any, ...]]:
    takedowns = name == "takedown"
    values = [
        sa.column("source", TEXT),
        *(sa.column(f"{period}_{day}", sa.Date()) for period in PERIODS[name] for day in ("start", "end")),
        *(sa.column(attribute, COLUMNS[attribute]) for attribute in ROLLED_UP[name]),
        *((sa.column("requested_precision", sa.Text()), sa.column("duration", sa.BigInteger())) if takedowns else ()),
    ]
    to_revision = sa.column("to_revision", sa.BigInteger())
    versions = sa.table(f"{name}_version", *values, to_revision)
    current = sa.select(*values, sa.func.count()).select_from(versions).where(to_revision.is_(None)).group_by(*values)
    cells: Counter[tuple[Any, ...]] = Counter()
    for source, *rest, count in op.get_bind().execute(current):
        better, last, attributes = tuple(rest[:2]), tuple(rest[2:4]), rest[4:]
        periods = [better if any(better) else last]
        if takedowns:
            periods += [better, last]
            _, by, trigger, status, *_, precision, duration = attributes
            is_requested = by is not None or (status != "EXECUTED" and (precision is not None or trigger not in OWN))
            attributes[-2:] = is_requested, None if duration is None else _step(duration)
        cells[source, *_months(periods), *attributes] += count
    return cells


def _months(periods: Sequence[tuple[date | None, date | None]]) -> Iterator[int | None]:
    for start, end in periods:
        yield None if start is None else start.year * 12 + start.month - 1
        yield None if end is None else end.year * 12 + end.month - (end.day == 1)


def _step(duration: int) -> int:
    length = abs(duration)
    step = MINUTE if length < 2 * HOUR else HOUR if length < 60 * DAY else DAY
    whole = min(length - length % step, 36_500 * DAY)
    return whole if duration > 0 else -whole


def _digest(cell: tuple[Any, ...]) -> bytes:
    return blake2b(msgspec.json.encode(cell), digest_size=16).digest()
