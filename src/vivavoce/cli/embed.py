"""`vivavoce embed`: the key that signs for an embedded interview, replaced without a failed link."""

import asyncio
from datetime import timedelta
from pathlib import Path

import click

from vivavoce.cli.opening import COMMAND_LINE, data_option, merchant_option, open_house, say, settings_for
from vivavoce.clock import now
from vivavoce.db.database import open_database
from vivavoce.db.ids import to_id
from vivavoce.errors import NotFound
from vivavoce.interviews.create import Embed
from vivavoce.interviews.embedding import OLD_KEY_HOURS, rotate_embed_key
from vivavoce.interviews.read import find_to_change
from vivavoce.merchants.keys import load_keys
from vivavoce.merchants.register import find_merchant
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT


@click.group()
def embed() -> None:
    """Interviews in a frame on somebody else's page."""


@embed.command("rotate")
@click.argument("interview")
@click.option(
    "--old-key-hours",
    type=click.IntRange(0, 720),
    default=OLD_KEY_HOURS,
    show_default=True,
    help="For how long the key before still signs; 0: it ends at once.",
)
@click.option("--environment", default=DEFAULT_ENVIRONMENT, show_default=True, help="Where the interview belongs.")
@merchant_option
@data_option
def embed_rotate(
    interview: str, old_key_hours: int, environment: str, merchant_name: str, data_dir: Path | None
) -> None:
    """Give the embed of INTERVIEW (its id) a new key, and print the embed's id and the key."""
    settings = settings_for(data_dir)
    sealer = load_keys(settings).sealer

    async def main() -> Embed:
        async with open_database(house.address, connections=2) as database:
            merchant = await find_merchant(database, merchant_name)
            interview_id = to_id(interview)
            async with database.tenant(merchant.id) as connection:
                stored = (
                    None
                    if interview_id is None
                    else await find_to_change(connection, interview_id, environment=environment)
                )
                made = (
                    None
                    if stored is None
                    else await rotate_embed_key(
                        connection,
                        stored,
                        old_key_for=timedelta(hours=old_key_hours),
                        sealer=sealer,
                        actor=COMMAND_LINE,
                        now=now(),
                    )
                )
        if made is None:
            raise NotFound(f"{merchant.name} has no embedded interview of this id in {environment}.")
        return made

    with open_house(settings) as house:
        made = asyncio.run(main())
    say(f"The key before signs for {old_key_hours} more hours. This is the embed's id, and its new key:")
    click.echo(f"{made.id} {made.signing_key}")
