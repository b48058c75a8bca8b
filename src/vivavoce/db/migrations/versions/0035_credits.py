"""What attempts cost, in credits. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Add the accounts and the ledger of credits."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0035_credits.sql").read_text(encoding="utf-8"))
