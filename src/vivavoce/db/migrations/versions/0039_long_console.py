"""What the pages of the console read at a merchant with many results. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    """Add indexes for what is listed, counted and looked up, and the words by which people are searched for."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0039_long_console.sql").read_text(encoding="utf-8"))
