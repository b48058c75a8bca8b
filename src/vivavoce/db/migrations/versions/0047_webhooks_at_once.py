"""Webhooks are sent by when something is due at an endpoint. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    """Add when something is due at an endpoint, and who has it now."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0047_webhooks_at_once.sql").read_text(encoding="utf-8"))
