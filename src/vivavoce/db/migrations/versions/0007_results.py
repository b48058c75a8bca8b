"""What a candidate adds between the last question and the handing in. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add corrected words, provisional judgements, introductions, remarks, and how to reach somebody."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0007_results.sql").read_text(encoding="utf-8"))
