"""What a person changed of a judgement is on its record, too. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    """Let the chain of receipts hold what people changed, and take nothing of whoever is being erased."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0042_overturns_on_record.sql").read_text(encoding="utf-8"))
