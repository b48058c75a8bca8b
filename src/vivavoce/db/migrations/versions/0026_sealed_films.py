"""Films say whether they are sealed. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Add whether a film lies sealed."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0026_sealed_films.sql").read_text(encoding="utf-8"))
