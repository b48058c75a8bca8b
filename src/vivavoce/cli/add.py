"""`vivavoce merchant add`, `template add`: each prints the id alone on standard output."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

import click

from vivavoce.cli.about import about, read_given
from vivavoce.cli.choices import choices
from vivavoce.cli.contact import contact
from vivavoce.cli.credits import merchant_credits
from vivavoce.cli.keeping import keep
from vivavoce.cli.look import look
from vivavoce.cli.models import models
from vivavoce.cli.next_steps import next_steps
from vivavoce.cli.opening import data_option, open_house, say, settings_for
from vivavoce.cli.origin import origin
from vivavoce.cli.reach import reach
from vivavoce.db.database import Database, open_database
from vivavoce.interviews.templates import Background, Character, Interviewer, Modality, add_template
from vivavoce.merchants.register import add_merchant, find_merchant, to_slug
from vivavoce.text.languages import ACCENT_NAMES, BY_CODE

slug_option = click.option("--slug", help="Its short name in addresses; made from the name when absent.")
owner_option = click.option(
    "--merchant", "--under", "owner", metavar="M", required=True, help="The merchant that it belongs to, by slug or id."
)


@click.group()
def merchant() -> None:
    """Merchants: the tenants of this server."""


merchant.add_command(about)
merchant.add_command(choices)
merchant.add_command(keep)
merchant.add_command(contact)
merchant.add_command(merchant_credits)
merchant.add_command(look)
merchant.add_command(next_steps)
merchant.add_command(models)
merchant.add_command(origin)
merchant.add_command(reach)


@merchant.command("add")
@click.argument("name")
@slug_option
@click.option("--under", metavar="M", help="The merchant that this one is a sub-merchant of, by slug or id.")
@click.option(
    "--portal",
    "portals",
    type=click.Choice(["interview", "coaching"]),
    multiple=True,
    default=("interview",),
    show_default=True,
    help="What it offers; may be given twice.",
)
@click.option(
    "--about",
    "given",
    metavar="FILE|TEXT",
    help="What it says of itself, in Markdown or plain text: candidates are answered from it.",
)
@data_option
def merchant_add(
    name: str,
    slug: str | None,
    under: str | None,
    portals: tuple[str, ...],
    given: str | None,
    data_dir: Path | None,
) -> None:
    """Add a merchant."""
    says = "" if given is None else read_given(given)

    async def add(database: Database) -> UUID:
        parent = await find_merchant(database, under) if under else None
        chosen = tuple(sorted(set(portals)))
        made = await add_merchant(
            database,
            name=name,
            slug=slug,
            parent_id=None if parent is None else parent.id,
            portals=chosen,
            about=says,
        )
        say(f"Added the merchant {made.name} ({made.slug}).")
        return made.id

    _print_id(data_dir, add)


@click.group()
def template() -> None:
    """Templates: who the interviewer is, and by which means it speaks."""


@template.command("add")
@click.argument("name")
@owner_option
@slug_option
@click.option(
    "--modality",
    type=click.Choice([modality.value for modality in Modality]),
    default=Modality.AVATAR.value,
    show_default=True,
)
@click.option("--language", type=click.Choice(sorted(BY_CODE)), default="en", show_default=True)
@click.option(
    "--character", type=click.Choice([character.value for character in Character]), default=Character.ROBIN.value
)
@click.option(
    "--background", type=click.Choice([background.value for background in Background]), default=Background.ROOM.value
)
@click.option("--voice", type=click.Choice(sorted(ACCENT_NAMES)), help="The accent it speaks; else the interview's.")
@click.option("--interruptions/--no-interruptions", default=True, help="Whether who speaks over it stops it.")
@data_option
def template_add(
    name: str,
    owner: str,
    slug: str | None,
    modality: str,
    language: str,
    character: str,
    background: str,
    voice: str | None,
    *,
    interruptions: bool,
    data_dir: Path | None,
) -> None:
    """Add a template to a merchant. The same command again prints the same id."""

    async def add(database: Database) -> UUID:
        belongs = await find_merchant(database, owner)
        return await add_template(
            database,
            merchant_id=belongs.id,
            name=name.strip(),
            slug=to_slug(name, slug),
            language=language,
            interviewer=Interviewer(
                modality=Modality(modality),
                character=Character(character),
                background=Background(background),
                voice=voice,
                may_interrupt=interruptions,
            ),
        )

    _print_id(data_dir, add)


def _print_id(data_dir: Path | None, add: Callable[[Database], Awaitable[UUID]]) -> None:
    settings = settings_for(data_dir)

    async def main() -> UUID:
        async with open_database(house.address, connections=2) as database:
            return await add(database)

    with open_house(settings) as house:
        click.echo(asyncio.run(main()))
