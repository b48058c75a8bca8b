"""An interview's voice is made when somebody comes near it. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add for which revision a voice is wanted."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0013_wanted_voices.sql").read_text(encoding="utf-8"))
