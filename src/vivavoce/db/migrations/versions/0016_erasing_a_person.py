"""Erasing one person, and claiming an attempt before anything of it is erased. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add since when somebody is being erased, the doors that are shut from then on, and the functions that do it."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0016_erasing_a_person.sql").read_text(encoding="utf-8"))
