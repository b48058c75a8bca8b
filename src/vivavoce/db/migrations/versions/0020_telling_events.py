"""Events in one order, with their environment, and who wants to hear of them. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Number the events, fill in where they belong, and add the listeners and the function that tells them."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0020_telling_events.sql").read_text(encoding="utf-8"))
