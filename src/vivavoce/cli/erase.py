"""`vivavoce erase`: all that is kept of one person."""

import asyncio
import sys
from pathlib import Path

import click

from vivavoce.attempts.erase import Erasure, erase_person, find_person
from vivavoce.cli.opening import COMMAND_LINE, data_option, merchant_option, open_house, say, settings_for
from vivavoce.cli.recordings import open_recordings
from vivavoce.clock import now
from vivavoce.db.database import open_database
from vivavoce.errors import NotFound
from vivavoce.merchants.keys import load_keys
from vivavoce.merchants.register import find_merchant
from vivavoce.reports.erasure_receipts import find_erasure_receipt, to_receipt_file, write_erasure_receipt
from vivavoce.sound.retention import files_in


@click.command()
@click.argument("person")
@merchant_option
@click.option("--receipt", "wants_receipt", is_flag=True, help="Print the signed receipt of what is erased already.")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@data_option
def erase(person: str, merchant_name: str, wants_receipt: bool, yes: bool, data_dir: Path | None) -> None:
    """Erase all that the merchant has of PERSON, who is named by id, e-mail address or external id: now, and for good.

    In every environment, with whoever was merged with them. Run it where the servers keep sound and films, with the
    same settings. It prints that it is done; with --receipt and the id of somebody who is erased, the receipt, which
    verify-receipt checks.
    """
    settings = settings_for(data_dir)
    signer = load_keys(settings).signer

    async def read_receipt() -> bytes:
        async with open_database(house.address, connections=2) as database:
            merchant = await find_merchant(database, merchant_name)
            async with database.tenant(merchant.id) as connection:
                sought = await find_person(connection, person)
                kept = await find_erasure_receipt(connection, sought.candidate_id)
        if kept is None:
            raise NotFound("This person is not erased, or was by a version that wrote no receipts.")
        return to_receipt_file(kept)

    async def main() -> Erasure:
        async with open_database(house.address, connections=2) as database:
            merchant = await find_merchant(database, merchant_name)
            async with database.tenant(merchant.id) as connection:
                sought = await find_person(connection, person)
            if not yes:
                shown = " ".join(filter(None, (sought.name, sought.email and f"<{sought.email}>"))) or "nameless"
                click.confirm(f"Erase everything of {sought.candidate_id} ({shown})?", abort=True, err=True)
            done = await erase_person(
                database,
                files_in(open_recordings(settings)),
                merchant_id=merchant.id,
                candidate_id=sought.candidate_id,
                environment=None,
                actor=COMMAND_LINE,
                now=now(),
            )
            for candidate_id in (done.candidate_id, *done.merged):
                await write_erasure_receipt(
                    database, signer, merchant_id=merchant.id, candidate_id=candidate_id, now=now()
                )
            return done

    with open_house(settings) as house:
        if wants_receipt:
            sys.stdout.buffer.write(asyncio.run(read_receipt()))
            return
        done = asyncio.run(main())
    if done.erased_at is None:
        say("Nobody comes in as this person any more. A file is still in use: workers erase the rest in ten minutes.")
        click.echo(f"erasing {done.candidate_id}")
    else:
        click.echo("\n".join(f"erased {candidate_id}" for candidate_id in (done.candidate_id, *done.merged)))
