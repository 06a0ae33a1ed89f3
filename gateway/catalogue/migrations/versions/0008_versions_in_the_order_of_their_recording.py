"""Versions of one day stand in the order in which they were recorded, and an index by scope holds no ids.

Ids are often random: an index in whose order they come first, or right after what many versions share, is written anew
page by page with every batch.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
CURRENT = sa.text("to_revision IS NULL")
TYPES = (
    *("case", "status_event", "takedown", "arrest"),
    *("information_request", "cooperation_request", "report", "statistic"),
)
STARTS = {"case": "opened", "status_event": "happened", "takedown": "executed", "arrest": "happened"} | {
    **dict.fromkeys(("information_request", "cooperation_request"), "requested"),
    **{"report": "received", "statistic": "period"},
}


def upgrade() -> None:
    for name in TYPES:
        table = f"{name}_version"
        dated = [f"{STARTS[name]}_start", "from_revision", "id"]
        for index in ("current", "current_dated", "current_scope", "dated"):
            op.drop_index(f"{name}_{index}", table)
        for index, columns in (("current_dated", dated), ("current_scope", ["scope"])):
            op.create_index(f"{name}_{index}", table, columns, sqlite_where=CURRENT, postgresql_where=CURRENT)
        op.create_index(f"{name}_dated", table, dated)
    _references_by_value()


def _references_by_value() -> None:
    """What a record names stands in its version; the table only tells which records name an identifier."""
    op.rename_table("reference", "reference_by_record")
    op.drop_index("reference_value", "reference_by_record")
    if op.get_context().dialect.name == "postgresql":
        op.drop_constraint("reference_pkey", "reference_by_record")
    op.create_table(
        "reference",
        sa.Column("record_type", TEXT, nullable=False),
        sa.Column("record", TEXT, nullable=False),
        sa.Column("scheme", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("from_revision", sa.BigInteger(), nullable=False),
        sa.Column("to_revision", sa.BigInteger()),
        sa.PrimaryKeyConstraint("scheme", "value", "record_type", "record", "from_revision"),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO reference SELECT * FROM reference_by_record ORDER BY scheme, value, record_type, record")
    op.drop_table("reference_by_record")
