"""`vivavoce export`: everything that is kept of one person, as one archive."""

import asyncio
import os
import shutil
from pathlib import Path
from typing import BinaryIO

import click

from vivavoce.attempts.erase import find_person
from vivavoce.cli.opening import COMMAND_LINE, data_option, merchant_option, open_house, say, settings_for
from vivavoce.cli.recordings import open_recordings
from vivavoce.clock import now
from vivavoce.db.database import open_database
from vivavoce.events.record import Event, record
from vivavoce.merchants.register import find_merchant
from vivavoce.private import create_file
from vivavoce.reports.person_archive import ArchivePerson, make_archive


@click.command()
@click.argument("person")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@merchant_option
@click.option("--own", "is_own", is_flag=True, help="Only what they gave, and were told: as their own page gives it.")
@data_option
def export(person: str, file: Path, merchant_name: str, is_own: bool, data_dir: Path | None) -> None:
    """Write all that the merchant has of PERSON, who is named by id, e-mail address or external id, into FILE: a ZIP.

    In every environment. Without --own it may hold words of other people: look it through before you hand it on.
    """
    settings = settings_for(data_dir)
    if file.exists():
        raise click.UsageError(f"{file} is there already: name another file.")

    async def main() -> BinaryIO:
        async with open_database(house.address, connections=4) as database:
            merchant = await find_merchant(database, merchant_name)
            async with database.tenant(merchant.id) as connection:
                sought = await find_person(connection, person)
            whose = ArchivePerson(
                merchant_id=merchant.id, candidate_id=sought.candidate_id, environment=None, is_own=is_own
            )
            archive = await make_archive(database, open_recordings(settings), whose, now=now())
            async with database.tenant(merchant.id) as connection:
                await record(
                    connection,
                    Event.CANDIDATE_EXPORTED,
                    merchant_id=merchant.id,
                    environment=None,
                    subject_id=sought.candidate_id,
                    actor=COMMAND_LINE,
                )
            return archive

    with open_house(settings) as house, asyncio.run(main()) as archive, os.fdopen(create_file(file), "wb") as place:
        shutil.copyfileobj(archive, place)
    say(f"{file}, {file.stat().st_size / 1e6:.1f} MB")
