"""The bits of a document's passages in one row. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0056"
down_revision = "0055"


def upgrade() -> None:
    """Put the bits of each document together, as searches read them."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0056_bits_of_documents.sql").read_text(encoding="utf-8"))
