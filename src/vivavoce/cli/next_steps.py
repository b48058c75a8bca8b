"""`vivavoce merchant next`: what candidates are told of what happens after they have sent their interview."""

import asyncio
from pathlib import Path

import click

from vivavoce.cli.opening import COMMAND_LINE, data_option, open_house, settings_for
from vivavoce.db.database import open_database
from vivavoce.merchants.next_steps import NextSteps, read_next_steps, set_next_steps
from vivavoce.merchants.register import find_merchant


@click.command("next")
@click.argument("merchant_name", metavar="MERCHANT")
@click.option("--text", help="One to three sentences in your words; an empty text takes it away.")
@click.option("--days", type=int, help="Within how many days candidates hear from you; 0: no day is promised.")
@data_option
def next_steps(merchant_name: str, text: str | None, days: int | None, data_dir: Path | None) -> None:
    """Print what candidates of MERCHANT read after sending, on the page and in the receipt, or change it.

    Without a text of yours they read that a person decides, and that they hear whatever the answer is.
    """
    settings = settings_for(data_dir)

    async def main() -> NextSteps:
        async with open_database(house.address, connections=2) as database:
            merchant = await find_merchant(database, merchant_name)
            if text is not None or days is not None:
                await set_next_steps(database, text=text, days=days, merchant_id=merchant.id, actor=COMMAND_LINE)
            async with database.tenant(merchant.id) as connection:
                return await read_next_steps(connection, merchant.id)

    with open_house(settings) as house:
        said = asyncio.run(main())
        click.echo(f"text {said.text}\ndays {said.days or 'none'}")
