"""`vivavoce merchant origin`: whose pages may call from a browser."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from vivavoce.cli.opening import COMMAND_LINE, data_option, merchant_option, open_house, say, settings_for
from vivavoce.db.database import Database, open_database
from vivavoce.merchants.origins import add_origin, list_origins, remove_origin
from vivavoce.merchants.register import Merchant, find_merchant


@click.group()
def origin() -> None:
    """Origins: whose pages may call from a browser, as https://app.example; at first none."""


@origin.command("add")
@click.argument("origin")
@merchant_option
@data_option
def origin_add(origin: str, merchant_name: str, data_dir: Path | None) -> None:
    """Let pages of ORIGIN call with the merchant's tokens."""

    async def add(database: Database, merchant: Merchant) -> None:
        added = await add_origin(database, origin, merchant_id=merchant.id, actor=COMMAND_LINE)
        say(f"Pages of {added} may call with tokens of {merchant.name}.")

    _with_merchant(data_dir, merchant_name, add)


@origin.command("remove")
@click.argument("origin")
@merchant_option
@data_option
def origin_remove(origin: str, merchant_name: str, data_dir: Path | None) -> None:
    """Let pages of ORIGIN call no longer."""

    async def remove(database: Database, merchant: Merchant) -> None:
        await remove_origin(database, origin, merchant_id=merchant.id, actor=COMMAND_LINE)

    _with_merchant(data_dir, merchant_name, remove)


@origin.command("list")
@merchant_option
@data_option
def origin_list(merchant_name: str, data_dir: Path | None) -> None:
    """Print the merchant's origins, one a line."""

    async def show(database: Database, merchant: Merchant) -> None:
        for origin in await list_origins(database, merchant_id=merchant.id):
            click.echo(origin)

    _with_merchant(data_dir, merchant_name, show)


def _with_merchant(
    data_dir: Path | None, merchant_name: str, act: Callable[[Database, Merchant], Awaitable[None]]
) -> None:
    settings = settings_for(data_dir)

    async def main() -> None:
        async with open_database(house.address, connections=2) as database:
            await act(database, await find_merchant(database, merchant_name))

    with open_house(settings) as house:
        asyncio.run(main())
