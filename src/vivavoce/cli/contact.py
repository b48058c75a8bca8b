"""`vivavoce merchant contact`: what candidates are asked for before they hand in, where it is not known."""

import asyncio
from pathlib import Path

import click

from vivavoce.cli.opening import COMMAND_LINE, data_option, open_house, settings_for
from vivavoce.db.database import open_database
from vivavoce.merchants.contact import Detail, Need, read_needs, set_contact
from vivavoce.merchants.register import find_merchant

_NEEDS = click.Choice([need.value for need in Need])


@click.command()
@click.argument("merchant_name", metavar="MERCHANT")
@click.option("--name", type=_NEEDS, help="The name; it is asked for unless you say otherwise.")
@click.option("--email", type=_NEEDS, help="An e-mail address; it is asked for unless you say otherwise.")
@click.option("--phone", type=_NEEDS, help="A phone number; it is not asked for unless you say so.")
@data_option
def contact(merchant_name: str, name: str | None, email: str | None, phone: str | None, data_dir: Path | None) -> None:
    """Print what candidates of MERCHANT are asked for on the results page where it is not known, or change it.

    With `asked` they may leave it empty; with `required` nobody sends an interview without it. Practice asks for
    nothing.
    """
    given = {Detail.NAME: name, Detail.EMAIL: email, Detail.PHONE: phone}
    changes = {detail: Need(need) for detail, need in given.items() if need is not None}
    settings = settings_for(data_dir)

    async def main() -> dict[Detail, Need]:
        async with open_database(house.address, connections=2) as database:
            merchant = await find_merchant(database, merchant_name)
            if changes:
                await set_contact(database, changes, merchant_id=merchant.id, actor=COMMAND_LINE)
            async with database.tenant(merchant.id) as connection:
                return await read_needs(connection, merchant.id)

    with open_house(settings) as house:
        for detail, need in asyncio.run(main()).items():
            click.echo(f"{detail.value} {need.value}")
