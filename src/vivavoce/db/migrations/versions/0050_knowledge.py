"""Documents in stores, and passages to search. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    """Add documents and their passages, and give stores an environment and an end."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0050_knowledge.sql").read_text(encoding="utf-8"))
