"""What candidates' cameras recorded. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0053"
down_revision = "0052"


def upgrade() -> None:
    """Add takes, and how long a merchant keeps them."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0053_camera_takes.sql").read_text(encoding="utf-8"))
