"""What people decide, change and say of results. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Add decisions, changed verdicts and scores, blind ratings, comments and saved views."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0036_deciding.sql").read_text(encoding="utf-8"))
