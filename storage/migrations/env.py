"""Run by Alembic: the migrations join the transaction of the connection they are given."""

from alembic import context

from storage.migrations.upgrade import VERSION_TABLE
from storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
context.run_migrations()
