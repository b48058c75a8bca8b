"""Procrastinate's tables, frozen as of its version 3.10, and the application role's grants on them."""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the queue. Its tables have no row-level security: notes hold ids only."""
    # The driver's own cursor: the file holds per cent signs and several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0002_jobs.sql").read_text(encoding="utf-8"))
