"""Lookups by key that need not be told from lists. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0055"
down_revision = "0054"


def upgrade() -> None:
    """Keep the indexes of lists out of lookups by key."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0055_checked_by_key.sql").read_text(encoding="utf-8"))
