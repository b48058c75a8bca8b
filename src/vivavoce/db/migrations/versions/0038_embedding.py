"""Embedding: keys that are replaced, signatures that are pinned, tokens that were used."""

from pathlib import Path

from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Add what a signed frame is checked by."""
    # The driver's own cursor: the file holds several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0038_embedding.sql").read_text(encoding="utf-8"))
