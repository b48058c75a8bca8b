"""How much of a table a policy is expected to let through. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0057"
down_revision = "0056"


def upgrade() -> None:
    """Plan a large merchant's lists as large ones, however many small merchants there are beside it."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0057_many_merchants.sql").read_text(encoding="utf-8"))
