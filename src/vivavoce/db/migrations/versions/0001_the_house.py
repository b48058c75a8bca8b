"""The first tables: merchants, interviews, attempts, events. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables, their policies, and the application role's grants."""
    # The driver's own cursor: the file holds per cent signs and several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0001_the_house.sql").read_text(encoding="utf-8"))
