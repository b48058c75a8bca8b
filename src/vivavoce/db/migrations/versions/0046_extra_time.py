"""More time for one person at one interview. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    """Add the time that a merchant gives one person more."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0046_extra_time.sql").read_text(encoding="utf-8"))
