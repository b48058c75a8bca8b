"""`vivavoce merchant reach`: whom candidates write to, and the merchant's own privacy notice and terms."""

import asyncio
from dataclasses import asdict
from pathlib import Path

import click

from vivavoce.cli.opening import COMMAND_LINE, data_option, open_house, say, settings_for
from vivavoce.db.database import open_database
from vivavoce.merchants.reach import Reach, find_reach, set_reach
from vivavoce.merchants.register import find_merchant


@click.command()
@click.argument("merchant_name", metavar="MERCHANT")
@click.option("--person", metavar="NAME", help="Who answers candidates, as `Tom Adeyemi, Recruiting`.")
@click.option("--email", metavar="ADDRESS", help="Where candidates write to.")
@click.option("--privacy", "privacy_url", metavar="URL", help="Your privacy notice, instead of ours.")
@click.option("--terms", "terms_url", metavar="URL", help="Your terms, instead of ours.")
@data_option
def reach(
    merchant_name: str,
    person: str | None,
    email: str | None,
    privacy_url: str | None,
    terms_url: str | None,
    data_dir: Path | None,
) -> None:
    """Print whom MERCHANT's candidates write to, or change it; '' takes a part away.

    Every page before the interview shows it. Sub-merchants that say nothing of it have it too.
    """
    given = {"person": person, "email": email, "privacy_url": privacy_url, "terms_url": terms_url}
    changes = {name: text for name, text in given.items() if text is not None}
    settings = settings_for(data_dir)

    async def main() -> Reach:
        async with open_database(house.address, connections=2) as database:
            merchant = await find_merchant(database, merchant_name)
            if changes:
                await set_reach(database, changes, merchant_id=merchant.id, actor=COMMAND_LINE)
                say(f"Changed whom candidates of {merchant.name} write to: {', '.join(changes)}.")
            return await find_reach(database, merchant.id)

    with open_house(settings) as house:
        for name, text in asdict(asyncio.run(main())).items():
            click.echo(f"{name} {text or '-'}")
