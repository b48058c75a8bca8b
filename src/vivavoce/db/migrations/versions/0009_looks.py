"""How a merchant's pages look. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add merchants' colours, names and logos."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0009_looks.sql").read_text(encoding="utf-8"))
