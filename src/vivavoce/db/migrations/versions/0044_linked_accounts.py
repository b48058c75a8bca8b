"""Accounts by which members sign in. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    """Add the accounts that members sign in by, and by what a session began."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0044_linked_accounts.sql").read_text(encoding="utf-8"))
