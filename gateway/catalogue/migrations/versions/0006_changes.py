"""Changes in revision order: versions are found by the revision that ended them, and erasures say theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ENDED = sa.text("to_revision IS NOT NULL")
TYPES = (
    *("case", "status_event", "takedown", "arrest"),
    *("information_request", "cooperation_request", "report", "statistic"),
)


def upgrade() -> None:
    for name in TYPES:
        op.create_index(
            f"{name}_ended",
            f"{name}_version",
            ["to_revision", "id"],
            sqlite_where=ENDED,
            postgresql_where=ENDED,
        )
    op.add_column("redaction", sa.Column("revision", KEY))
    op.create_index("redaction_revision", "redaction", ["record_type", "revision", "record"])
    moment = sa.DateTime(timezone=True)
    revisions = sa.table("revision", sa.column("number", KEY), sa.column("committed_at", moment))
    redactions = sa.table("redaction", sa.column("redacted_at", moment), sa.column("revision", KEY))
    # The clock of a database may stand a little behind that of whoever erased.
    first = sa.select(sa.func.min(revisions.c.number)).where(revisions.c.committed_at >= redactions.c.redacted_at)
    last = sa.select(sa.func.max(revisions.c.number))
    op.execute(redactions.update().values(revision=sa.func.coalesce(first.scalar_subquery(), last.scalar_subquery())))
