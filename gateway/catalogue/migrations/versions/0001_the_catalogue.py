"""The catalogue: versions of eight record types, and what stands around them."""

from alembic import op

from gateway.catalogue.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    metadata.create_all(op.get_bind())
