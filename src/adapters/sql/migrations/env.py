"""The script with which Alembic runs the revisions, on a connection from `adapters.sql.schema`."""

from alembic import context

from adapters.sql.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by creating a new one
)
with context.begin_transaction():
    context.run_migrations()
