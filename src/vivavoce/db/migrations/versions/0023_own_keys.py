"""A key of each person's own, which seals what is recorded of them. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Add the keys, and let erasing a person destroy theirs."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0023_own_keys.sql").read_text(encoding="utf-8"))
