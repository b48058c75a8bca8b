"""In which transaction an attempt's conversation was last added to. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the column, and the triggers that keep it."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0018_when_a_conversation_changed.sql").read_text(encoding="utf-8"))
