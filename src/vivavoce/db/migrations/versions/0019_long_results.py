"""A list of results that reads as many as it shows. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add what the list of results is counted and sorted by."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0019_long_results.sql").read_text(encoding="utf-8"))
