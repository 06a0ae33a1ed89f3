"""Rollups: how many current records each cell holds, made here from what the catalogue holds already."""

from collections import Counter
from hashlib import blake2b
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MINUTE, HOUR, DAY = 60, 3600, 86_400
OWN = {"OWN_INITIATIVE", "HASH_MATCH", "UNKNOWN"}

COLUMNS: dict[str, Any] = {
    "platform": TEXT,
    "requested_by": TEXT,
    "agency": TEXT,
    "event": sa.Text(),
    "counting_unit": sa.Text(),
    "trigger": sa.Text(),
    "status": sa.Text(),
    "measures": sa.Integer(),
    "harm_categories": sa.Integer(),
    "jurisdictions": sa.Integer(),
    "automated_detection": sa.Boolean(),
    "automated_decision": sa.Text(),
    "duration_basis": sa.Text(),
}
ROLLED_UP: dict[str, tuple[str, tuple[str, ...]]] = {
    "case": ("opened", ("agency", "status", "harm_categories", "jurisdictions")),
    "takedown": (
        "executed",
        (
            *("platform", "requested_by", "trigger", "status", "measures", "harm_categories", "jurisdictions"),
            *("automated_detection", "automated_decision", "duration_basis"),
        ),
    ),
    "arrest": ("happened", ("agency", "event", "counting_unit", "harm_categories", "jurisdictions")),
}


def upgrade() -> None:
    for name, (period_attribute, attributes) in ROLLED_UP.items():
        answered = [sa.Column("requested", sa.Boolean(), nullable=False), sa.Column("duration", sa.BigInteger())]
        rollup = op.create_table(
            f"{name}_rollup",
            sa.Column("cell", sa.LargeBinary, nullable=False),
            sa.Column("source", TEXT, nullable=False),
            sa.Column("start_month", sa.Integer()),
            sa.Column("end_month", sa.Integer()),
            *(sa.Column(attribute, COLUMNS[attribute]) for attribute in attributes),
            *(answered if name == "takedown" else ()),
            sa.Column("count", sa.BigInteger(), nullable=False),
            sa.PrimaryKeyConstraint("cell"),
        )
        columns = [column.name for column in rollup.c if column.name not in ("cell", "count")]
        rows = [
            {"cell": _digest(cell), "count": count, **dict(zip(columns, cell, strict=True))}
            for cell, count in _counted(name, period_attribute, attributes).items()
        ]
        if rows:
            op.bulk_insert(rollup, rows)


def _counted(name: str, period_attribute: str, attributes: tuple[str, ...]) -> Counter[tuple[Any, ...]]:
    takedowns = name == "takedown"
    stated = [
        sa.column("source", TEXT),
        *(sa.column(f"{period_attribute}_{end}", sa.Date()) for end in ("start", "end")),
        *(sa.column(attribute, COLUMNS[attribute]) for attribute in attributes),
        *((sa.column("requested_precision", sa.Text()), sa.column("duration", sa.BigInteger())) if takedowns else ()),
    ]
    to_revision = sa.column("to_revision", sa.BigInteger())
    versions = sa.table(f"{name}_version", *stated, to_revision)
    current = sa.select(*stated, sa.func.count()).select_from(versions).where(to_revision.is_(None)).group_by(*stated)
    cells: Counter[tuple[Any, ...]] = Counter()
    for source, start, end, *said, count in op.get_bind().execute(current):
        if takedowns:
            _, by, trigger, status, *_, requested, duration = said
            dated = requested is not None
            asked_for = by is not None or (status != "EXECUTED" and (dated or trigger not in OWN))
            said[-2:] = asked_for, None if duration is None else _kept(duration)
        first = None if start is None else start.year * 12 + start.month - 1
        last = None if end is None else end.year * 12 + end.month - (end.day == 1)
        cells[source, first, last, *said] += count
    return cells


def _kept(duration: int) -> int:
    length = abs(duration)
    step = MINUTE if length < 2 * HOUR else HOUR if length < 60 * DAY else DAY
    whole = min(length - length % step, 36_500 * DAY)
    return whole if duration > 0 else -whole


def _digest(cell: tuple[Any, ...]) -> bytes:
    return blake2b(msgspec.json.encode(cell), digest_size=16).digest()
