"""Links can be revoked, and closed with their interview. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add when an invitation was revoked, when an interview's links were closed, and the one question about both."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0014_revoking.sql").read_text(encoding="utf-8"))
