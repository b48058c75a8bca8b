"""Scores that say whether a rough rater alone gave them. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add whether an attempt's scores are rough."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0021_rough_scores.sql").read_text(encoding="utf-8"))
