"""Indexes by which a merchant's candidates are counted. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    """Add them."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0048_counted_candidates.sql").read_text(encoding="utf-8"))
