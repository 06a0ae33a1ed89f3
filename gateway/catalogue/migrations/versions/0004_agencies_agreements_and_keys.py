"""Agencies, the agreements that they ask under, and their keys, known by digests."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "agency",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "agreement",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("agency", TEXT, nullable=False),
        sa.Column("purpose", TEXT, nullable=False),
        sa.Column("sources", sa.Text()),
        sa.Column("record_types", sa.Text()),
        sa.Column("jurisdictions", sa.Text()),
        sa.Column("classes", sa.Text()),
        sa.Column("budget", sa.BigInteger()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("agreement_agency", "agreement", ["agency"])
    op.create_table(
        "api_key",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("agreement", TEXT, nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("pepper", sa.Integer(), nullable=False),
        sa.Column("networks", sa.Text()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.Column("reason", TEXT),
        sa.Column("replaces", TEXT),
        sa.Column("overlap", sa.BigInteger()),
        sa.Column("last_used_at", MOMENT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("api_key_agreement", "api_key", ["agreement"])
