"""What happens after an interview was sent. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Add the merchant's words on what happens next, receipts, and replies to questions that were passed on."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0028_after_sending.sql").read_text(encoding="utf-8"))
