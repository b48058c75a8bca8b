"""Erasing what an attempt holds of its person. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add when an attempt was erased, and the one function that does it."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0010_erasing.sql").read_text(encoding="utf-8"))
