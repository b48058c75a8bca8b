"""When the interviewer's lines were heard. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0052"
down_revision = "0051"


def upgrade() -> None:
    """Let playouts tell which lines were heard, and when."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0052_lines_heard.sql").read_text(encoding="utf-8"))
