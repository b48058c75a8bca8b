"""What is noticed during interviews, and the facts that come of it. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0054"
down_revision = "0053"


def upgrade() -> None:
    """Add observations, facts, and what people say of them."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0054_integrity.sql").read_text(encoding="utf-8"))
