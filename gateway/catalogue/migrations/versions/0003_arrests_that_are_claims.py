"""Arrests that somebody claims in public cite who and where, as other claims do."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("arrest_version", sa.Column("citation", TEXT))
    op.add_column("arrest_version", sa.Column("url", TEXT))
