"""What Alembic runs: the migrations in one transaction, one server at a time."""

from alembic import context
from sqlalchemy import text

# Any number; two programs that start at once take turns on it.
UPGRADE_LOCK = 0x56495641

connection = context.config.attributes["connection"]
context.configure(connection=connection, transaction_per_migration=False)
with context.begin_transaction():
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
    context.run_migrations()
