"""How Alembic runs the migrations: on the connection that it is given, within its transaction."""

from alembic import context

from catalog.storage.tables import metadata
from catalog.storage.tables.schema import MIGRATIONS_TABLE

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, version_table=MIGRATIONS_TABLE
)
with context.begin_transaction():
    context.run_migrations()
