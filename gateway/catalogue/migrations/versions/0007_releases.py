"""Indexes by which the releases of one figure find each other."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    series = ["series_key", "released_at"]
    current = sa.text("to_revision IS NULL")
    op.create_index(
        "statistic_current_series", "statistic_version", series, sqlite_where=current, postgresql_where=current
    )
    op.create_index("statistic_series", "statistic_version", series)
