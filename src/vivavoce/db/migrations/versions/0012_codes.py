"""Codes are counted by mailbox and by client. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add who asks for codes and for which mailbox."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0012_codes.sql").read_text(encoding="utf-8"))
