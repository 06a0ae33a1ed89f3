"""Figures have the name of the release that states them, so that releases without a date have their place."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

STATISTIC = sa.table(
    "statistic_version", *(sa.column(name) for name in ("source", "scope", "stated_at", "released_at", "release_name"))
)
SCOPE = sa.table("scope", *(sa.column(name) for name in ("key", "name")))


def upgrade() -> None:
    op.add_column("statistic_version", sa.Column("release_name", TEXT))
    # The scope of a file has the file's name.
    name, constant = SCOPE.c.name, sa.literal("PRPL", sa.Text())
    _name_releases("meta_enforcement_reports", sa.func.lower(sa.func.substr(name, len("meta-") + 1)))
    _name_releases("tiktok_enforcement_reports", sa.func.lower(sa.func.substr(name, len("tiktok-") + 1)))
    _name_releases(
        "meta_government_requests",
        sa.case(
            (name.like("facebook-gov-requests-%"), sa.func.substr(name, len("facebook-gov-requests-") + 1)),
            (name.like("PRPL-%"), constant),
        ),
    )
    _name_releases("korea_open_data", sa.func.substr(name, sa.func.length(name) - 7))
    # A release of the FBI has the last month with data and, where it is known, the day of the refresh.
    month = sa.func.substr(sa.cast(STATISTIC.c.stated_at, sa.Text()), 1, 7)
    day = sa.func.coalesce(sa.literal("/", sa.Text()) + sa.cast(STATISTIC.c.released_at, sa.Text()), "")
    op.execute(
        sa.update(STATISTIC).where(STATISTIC.c.source == "fbi_crime_data").values(release_name=month.concat(day))
    )


def _name_releases(source: str, release_name: Any) -> None:
    of_scope = sa.select(release_name).where(SCOPE.c.key == STATISTIC.c.scope).scalar_subquery()
    op.execute(sa.update(STATISTIC).where(STATISTIC.c.source == source).values(release_name=of_scope))
