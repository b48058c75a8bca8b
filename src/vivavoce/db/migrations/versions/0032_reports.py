"""Reports that are kept as files, and those that are made by themselves. The SQL stands beside this file."""

from pathlib import Path

from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Add reports, which results each is of, and how an automatic one stands."""
    # The driver's own cursor: the file may hold several statements.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(__file__).with_name("0032_reports.sql").read_text(encoding="utf-8"))
