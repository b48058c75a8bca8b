"""What language models' servers take, and the server's own calls. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    """Add model_abilities; let calls be nobody's."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0049_model_abilities.sql").read_text(encoding="utf-8"))
