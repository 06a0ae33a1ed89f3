"""What everybody may read of partners' records: counts by month, published once."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "disclosed_month",
        sa.Column("record_type", TEXT, nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("harm_categories", sa.Text(), nullable=False),
        sa.Column("platforms", sa.Text()),
        sa.PrimaryKeyConstraint("record_type", "month"),
    )
    op.create_table(
        "disclosed_count",
        sa.Column("record_type", TEXT, nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("jurisdiction", TEXT, nullable=False),
        sa.Column("harm_category", TEXT, nullable=False),
        sa.Column("platform", TEXT, nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record_type", "month", "jurisdiction", "harm_category", "platform"),
    )
