"""Receipts of erasure: that a person was erased, signed, to be checked later."""

from pathlib import Path

from alembic import op

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    """Add the receipts."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0040_erasure_receipts.sql").read_text(encoding="utf-8"))
