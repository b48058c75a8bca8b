"""Which language models are asked for a merchant, each call on record, and what they may cost. The SQL stands beside.

A call is put on record before it is made, with the most that it can cost; so no number of them at once costs more than
the merchant's day and the attempt may, and what a killed server never heard of stays spent.
"""

from pathlib import Path

from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Add the choices, the days and the calls, and let them go with their attempt."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0025_language_models.sql").read_text(encoding="utf-8"))
