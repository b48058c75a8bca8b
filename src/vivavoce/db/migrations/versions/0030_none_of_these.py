"""One more choice, where a merchant offers it. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Add whether "none of these" is offered."""
    # The driver's own cursor, as elsewhere: the file may come to hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0030_none_of_these.sql").read_text(encoding="utf-8"))
