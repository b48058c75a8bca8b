"""Refusals on record, and choices that are opened again. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0058"
down_revision = "0057"


def upgrade() -> None:
    """Mark refusals, and let a choice be corrected."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0058_what_an_answer_is.sql").read_text(encoding="utf-8"))
