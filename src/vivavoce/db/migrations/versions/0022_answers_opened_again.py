"""Answers that are opened again within the conversation. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Let a correction be sent again, and be seen by whoever holds the conversation."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0022_answers_opened_again.sql").read_text(encoding="utf-8"))
