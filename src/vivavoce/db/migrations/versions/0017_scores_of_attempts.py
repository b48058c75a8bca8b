"""Scores that stand with the attempt they are of. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the scores, fill them from what was judged, and let them go when an attempt is erased."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0017_scores_of_attempts.sql").read_text(encoding="utf-8"))
