"""`vivavoce merchant credits`: what a merchant has to spend, and whether it is limited at all."""

import asyncio
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from vivavoce.attempts.ledger import set_credits
from vivavoce.cli.opening import COMMAND_LINE, data_option, open_house, settings_for
from vivavoce.clock import now
from vivavoce.db.database import open_database
from vivavoce.errors import Invalid
from vivavoce.merchants.credits import CreditAccount, read_account
from vivavoce.merchants.register import find_merchant


@click.command("credits")
@click.argument("merchant_name", metavar="MERCHANT")
@click.option("--monthly", help="How many credits each month begins with, this one included.")
@click.option("--add", "added", help="Credits on top, which are kept until they are spent.")
@click.option("--unlimited", is_flag=True, help="Take the limit away.")
@data_option
def merchant_credits(
    merchant_name: str, monthly: str | None, added: str | None, unlimited: bool, data_dir: Path | None
) -> None:
    """Print the credits that MERCHANT has left, or change them.

    Nothing is limited until you say so. With a limit, nobody is invited once the credits are gone; whoever has a link
    or has begun goes on, and what that costs is paid by the credits that come next.
    """
    settings = settings_for(data_dir)
    if unlimited and (monthly is not None or added is not None):
        raise Invalid("Give --unlimited alone, or the credits.", name="unlimited")
    each_month, on_top = _to_credits(monthly, "monthly"), _to_credits(added, "add")

    async def main() -> CreditAccount | None:
        async with open_database(house.address, connections=2) as database:
            merchant = await find_merchant(database, merchant_name)
            if unlimited or each_month is not None or on_top is not None:
                return await set_credits(
                    database,
                    monthly=each_month,
                    added=on_top,
                    is_unlimited=unlimited,
                    merchant_id=merchant.id,
                    actor=COMMAND_LINE,
                    now=now(),
                )
            async with database.tenant(merchant.id) as connection:
                return await read_account(connection, merchant.id, now=now())

    with open_house(settings) as house:
        account = asyncio.run(main())
        click.echo("not limited" if account is None else _tell(account))


def _to_credits(text: str | None, name: str) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        raise Invalid("Expected a number of credits, as 10 or 2.5.", name=name) from None


def _tell(account: CreditAccount) -> str:
    return f"this month {account.monthly_left} of {account.monthly_limit}\nextra {account.extra}"
