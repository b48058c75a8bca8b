"""What the living voice keeps. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add what spoken answers, their words, and published lines need."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0005_the_living_voice.sql").read_text(encoding="utf-8"))
