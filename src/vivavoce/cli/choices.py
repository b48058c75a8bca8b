"""`vivavoce merchant choices`: what candidates may choose besides the choices of a question."""

import asyncio
from pathlib import Path

import click

from vivavoce.cli.opening import COMMAND_LINE, data_option, open_house, settings_for
from vivavoce.db.database import open_database
from vivavoce.merchants.choices import offer_none, offers_none
from vivavoce.merchants.register import find_merchant


@click.command("choices")
@click.argument("merchant_name", metavar="MERCHANT")
@click.option(
    "--none-of-these/--no-none-of-these",
    "is_offered",
    default=None,
    help="Offer “None of these” below the choices of each question, and then ask for an answer in own words.",
)
@data_option
def choices(merchant_name: str, is_offered: bool | None, data_dir: Path | None) -> None:
    """Print whether candidates of MERCHANT may choose “None of these”, or change it.

    A change holds from the next question on, in interviews under way too. Unless you offer it, it isn't.
    """
    settings = settings_for(data_dir)

    async def main() -> bool:
        async with open_database(house.address, connections=2) as database:
            merchant = await find_merchant(database, merchant_name)
            if is_offered is not None:
                await offer_none(database, is_offered=is_offered, merchant_id=merchant.id, actor=COMMAND_LINE)
            async with database.tenant(merchant.id) as connection:
                return await offers_none(connection, merchant.id)

    with open_house(settings) as house:
        click.echo("none-of-these on" if asyncio.run(main()) else "none-of-these off")
