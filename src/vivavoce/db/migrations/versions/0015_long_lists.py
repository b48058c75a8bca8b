"""Lists that read as many rows as they show. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add when an interview closes, and what lists are read by."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0015_long_lists.sql").read_text(encoding="utf-8"))
