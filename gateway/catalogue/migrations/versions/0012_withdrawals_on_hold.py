"""Withdrawals on hold: a reading that lacks most of what its scope held withdraws nothing until it is confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "hold",
        sa.Column("scope", KEY, primary_key=True, autoincrement=False),
        sa.Column("retrieval", KEY, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("readings", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "missing_record",
        sa.Column("scope", KEY, nullable=False),
        sa.Column("record_type", TEXT, nullable=False),
        sa.Column("record", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("scope", "record_type", "record"),
    )
    op.add_column("coverage", sa.Column("records_before", sa.BigInteger()))
    op.add_column("coverage", sa.Column("adapter_version", TEXT))
    op.execute(
        "UPDATE coverage SET adapter_version ="
        " (SELECT adapter_version FROM retrieval WHERE retrieval.key = coverage.retrieval) WHERE complete"
    )
