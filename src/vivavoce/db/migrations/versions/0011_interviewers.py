"""Templates choose character, background, voice, and whether the interviewer may be interrupted.

The SQL stands beside this file.
"""

from pathlib import Path

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add what templates choose."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0011_interviewers.sql").read_text(encoding="utf-8"))
