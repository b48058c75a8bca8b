"""Receipts of judgements. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Add the receipts of judgements: signed, each chained to the one before."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0033_receipts.sql").read_text(encoding="utf-8"))
