"""What was heard, seen before the next question. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Add whether a candidate wants to see what was heard after each spoken answer."""
    # The driver's own cursor, as elsewhere: the file may come to hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0031_words_checked.sql").read_text(encoding="utf-8"))
