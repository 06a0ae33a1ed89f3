"""What Alembic runs: the migrations, on the connection that `gateway.catalogue.migration` hands over."""

from alembic import context

from gateway.catalogue.indexes import indexed_metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=indexed_metadata())
with context.begin_transaction():
    context.run_migrations()
