"""`vivavoce member …`: who works at a merchant, and signs in to the console."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

import click

from vivavoce.cli.opening import COMMAND_LINE, data_option, merchant_option, open_house, say, settings_for
from vivavoce.clock import now
from vivavoce.db.database import Database, open_database
from vivavoce.errors import Invalid, NotFound
from vivavoce.merchants.keys import load_keys
from vivavoce.merchants.mailed_codes import checked_email
from vivavoce.merchants.people.members import (
    Invitation,
    Member,
    NewMember,
    add_member,
    end_member,
    find_member,
    find_memberships,
    list_members,
)
from vivavoce.merchants.people.sign_in import make_member_code
from vivavoce.merchants.register import find_merchant
from vivavoce.merchants.tokens import Role
from vivavoce.settings import Settings

Result = TypeVar("Result")
ROLES = (Role.OWNER, Role.RECRUITER, Role.SELECTION, Role.MENTOR, Role.USER, Role.ADMIN)
CONSOLE = "/console/"


@click.group()
def member() -> None:
    """Members: who works at a merchant, and signs in to the console."""


@member.command("add")
@click.argument("email")
@merchant_option
@click.option(
    "--role",
    type=click.Choice([role.value for role in ROLES]),
    default=Role.OWNER.value,
    show_default=True,
    help="What they may do.",
)
@click.option("--name", default="", help="What they are called.")
@click.option("--language", type=click.Choice(["en", "de"]), default="en", show_default=True, help="Of their mails.")
@click.option("--mail", is_flag=True, help="Mail them that they can sign in.")
@data_option
def member_add(
    email: str, merchant_name: str, role: str, name: str, language: str, mail: bool, data_dir: Path | None
) -> None:
    """Let EMAIL sign in to the console of a merchant; print the member's id. The first owner is made so."""
    settings = settings_for(data_dir)
    if mail and settings.public_url is None:
        raise Invalid("The mail says where to sign in: set VIVAVOCE_PUBLIC_URL, or leave out --mail.")

    async def add(database: Database) -> tuple[Member, Invitation]:
        merchant = await find_merchant(database, merchant_name)
        async with database.tenant(merchant.id) as connection:
            return await add_member(
                connection,
                NewMember(
                    email=email,
                    name=name,
                    role=Role(role),
                    language=language,
                    console_url=f"{settings.public_url}{CONSOLE}" if mail else "",
                ),
                merchant_id=merchant.id,
                again=mail,
                actor=COMMAND_LINE,
                now=now(),
            )

    added, came_of_it = _run(settings, add)
    if came_of_it is Invitation.SKIPPED:
        say(f"{added.email} is a member there already, as {added.role}.")
    else:
        say(f"{added.email} can sign in at {settings.public_url or ''}{CONSOLE}. Without mail: `vivavoce member code`.")
    click.echo(str(added.id))


@member.command("list")
@merchant_option
@data_option
def member_list(merchant_name: str, data_dir: Path | None) -> None:
    """Print who works at a merchant: address, role and status."""

    async def read(database: Database) -> list[Member]:
        merchant = await find_merchant(database, merchant_name)
        async with database.tenant(merchant.id) as connection:
            return await list_members(connection)

    for at_work in _run(settings_for(data_dir), read):
        click.echo(f"{at_work.email} {at_work.role} {at_work.status}")


@member.command("remove")
@click.argument("email")
@merchant_option
@data_option
def member_remove(email: str, merchant_name: str, data_dir: Path | None) -> None:
    """End EMAIL's work at a merchant, and sign them out everywhere."""

    async def remove(database: Database) -> None:
        merchant = await find_merchant(database, merchant_name)
        async with database.tenant(merchant.id) as connection:
            leaving = await find_member(connection, email=checked_email(email) or "")
            if leaving is None:
                raise NotFound(f"Nobody with the address {email} works there.")
            await end_member(connection, merchant.id, leaving.id, actor=COMMAND_LINE, now=now())

    _run(settings_for(data_dir), remove)
    say(f"{email} works there no more.")


@member.command("code")
@click.argument("email")
@data_option
def member_code(email: str, data_dir: Path | None) -> None:
    """Print a code by which EMAIL signs in within ten minutes, and where to type it: where no mail goes out."""
    settings = settings_for(data_dir)

    async def make(database: Database) -> tuple[str, str]:
        address = checked_email(email)
        if address is None or not await find_memberships(database, address):
            raise NotFound(f"Nobody with the address {email} is a member of any merchant: `vivavoce member add` first.")
        sign_in_id, code = await make_member_code(database, load_keys(settings), email=address, now=now())
        return f"{settings.public_url or ''}/console/code?{urlencode({'sign_in': str(sign_in_id)})}", code

    address, code = _run(settings, make)
    click.echo(f"{address}\n{code}")


def _run(settings: Settings, do: Callable[[Database], Awaitable[Result]]) -> Result:
    async def main() -> Result:
        async with open_database(house.address, connections=2) as database:
            return await do(database)

    with open_house(settings) as house:
        return asyncio.run(main())
