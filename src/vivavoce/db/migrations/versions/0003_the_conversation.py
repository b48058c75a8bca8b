"""What a whole conversation keeps, and how it is judged. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the tables and columns of follow-ups, wishes, faults, tasks, rubrics and judgements."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0003_the_conversation.sql").read_text(encoding="utf-8"))
