"""Webhooks: where they go, what they say, and how each try went. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    """Add endpoints, messages and deliveries; an attempt that is erased takes its messages along."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0037_webhooks.sql").read_text(encoding="utf-8"))
