"""The ways in without a personal link, and tasks with a clock. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add sign-ins by e-mail, the way from an interview's id to its merchant, and when a task is due."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0004_ways_in.sql").read_text(encoding="utf-8"))
