"""What was pushed: by the digest of its body, another message under the same id is told from the same one again."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("message", sa.Column("sha256", sa.Text().with_variant(sa.Text(collation="C"), "postgresql")))
