"""What a candidate chooses on the start screen. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add what an attempt is adjusted to its candidate by."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0006_the_start.sql").read_text(encoding="utf-8"))
