"""What is said beside an answer, and what a language model proposed. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Keep the words of asides and their replies, the quote of a branch, and the words that follow an answer."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0024_what_was_that.sql").read_text(encoding="utf-8"))
