"""Keeping times: how long a merchant keeps what its candidates gave, by kind."""

from pathlib import Path

from alembic import op

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    """Add the merchants' own times."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0041_keeping_times.sql").read_text(encoding="utf-8"))
