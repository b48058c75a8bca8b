"""Mails to candidates: what is to be sent and how that went, in whose words, and which addresses get none."""

from pathlib import Path

from alembic import op

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    """Add what mails to candidates are kept in."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0043_mails.sql").read_text(encoding="utf-8"))
