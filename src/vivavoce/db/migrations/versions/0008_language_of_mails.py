"""In which language somebody is written to. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the language of the page on which a code was asked for."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0008_language_of_mails.sql").read_text(encoding="utf-8"))
