"""`vivavoce merchant look`: the merchant's colour, logo and name on every page that its candidates see."""

import asyncio
from pathlib import Path

import click

from vivavoce.cli.opening import COMMAND_LINE, data_option, open_house, say, settings_for
from vivavoce.db.database import open_database
from vivavoce.errors import Invalid
from vivavoce.merchants.accent import make_accent
from vivavoce.merchants.logo import MOST_BYTES, read_logo
from vivavoce.merchants.look import Logo, Look, LookChange, find_look, set_look
from vivavoce.merchants.register import find_merchant


@click.command()
@click.argument("merchant_name", metavar="MERCHANT")
@click.option("--colour", metavar="#RRGGBB", help="Of buttons, links and the interviewer's coat; '' takes it away.")
@click.option(
    "--logo",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A PNG, JPEG or WebP file, best about 128 pixels high.",
)
@click.option("--no-logo", "removes_logo", is_flag=True, help="Take the logo away.")
@click.option("--name", metavar="NAME", help="What candidates read as its name; '' takes it away.")
@data_option
def look(
    merchant_name: str,
    colour: str | None,
    file: Path | None,
    removes_logo: bool,
    name: str | None,
    data_dir: Path | None,
) -> None:
    """Print how MERCHANT's pages look, or change it.

    Sub-merchants without a look of their own have its colour and logo. The colour's lightness is moved until it can
    be read by day and by evening; the hue stays.
    """
    if file is not None and removes_logo:
        raise Invalid("Give --logo or --no-logo, not both.", name="logo")
    change = LookChange(colour=colour, name=name, logo=None if file is None else _read(file), removes_logo=removes_logo)
    settings = settings_for(data_dir)

    async def main() -> Look | None:
        async with open_database(house.address, connections=2) as database:
            merchant = await find_merchant(database, merchant_name)
            if change.told():
                await set_look(database, change, merchant_id=merchant.id, actor=COMMAND_LINE)
                say(f"Changed how the pages of {merchant.name} look: {', '.join(change.told())}.")
            return await find_look(database, merchant.id)

    with open_house(settings) as house:
        _tell(asyncio.run(main()))


def _tell(look: Look | None) -> None:
    if look is None:
        click.echo("Vivavoce's own look.")
        return
    click.echo(f"name    {look.name}")
    if look.colour is not None:
        accent = make_accent(look.colour)
        click.echo(f"colour  {look.colour}: {accent.day.accent} by day, {accent.evening.accent} by evening")
    if look.logo is not None:
        click.echo(f"logo    {look.logo.width} x {look.logo.height}, of {look.logo.slug}")


def _read(file: Path) -> Logo:
    try:
        with file.open("rb") as opened:
            return read_logo(opened.read(MOST_BYTES + 1))
    except OSError as error:
        raise Invalid(f"`{file}` can't be read: {error.strerror}.", name="logo") from error
