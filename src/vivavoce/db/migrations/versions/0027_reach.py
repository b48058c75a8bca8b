"""Whom a merchant's candidates write to. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Add where a merchant can be reached."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0027_reach.sql").read_text(encoding="utf-8"))
