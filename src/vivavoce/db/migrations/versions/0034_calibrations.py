"""What a merchant's own people's marks told of scores. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Add the calibrations of merchants."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0034_calibrations.sql").read_text(encoding="utf-8"))
