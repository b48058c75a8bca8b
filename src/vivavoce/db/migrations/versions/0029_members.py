"""Who works at a merchant. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Add members, the codes that they sign in by, and their sessions."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0029_members.sql").read_text(encoding="utf-8"))
