"""Passkeys of members. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    """Add passkeys."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0045_passkeys.sql").read_text(encoding="utf-8"))
