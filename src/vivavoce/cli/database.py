"""`vivavoce db`."""

from pathlib import Path

import click

from vivavoce.cli.opening import data_option, say, settings_for, upgrade_here
from vivavoce.db.upgrade import upgrade as upgrade_database


@click.group()
def db() -> None:
    """The database."""


@db.command()
@data_option
def upgrade(data_dir: Path | None) -> None:
    """Bring the database to this version. Safe to run twice, and by several programs at once."""
    upgrade_here(settings_for(data_dir), upgrade_database)
    say("The database is at this version.")
