"""`vivavoce merchant about`: what a merchant says of itself, which candidates may be answered from."""

import asyncio
from pathlib import Path

import click

from vivavoce.cli.opening import COMMAND_LINE, data_option, open_house, say, settings_for
from vivavoce.db.database import open_database
from vivavoce.errors import Invalid
from vivavoce.merchants.about import LONGEST_ABOUT, read_about, set_about
from vivavoce.merchants.register import find_merchant

LONGEST_BYTES = 4 * LONGEST_ABOUT  # of UTF-8


@click.command()
@click.argument("merchant_name", metavar="MERCHANT")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@data_option
def about(merchant_name: str, file: Path | None, data_dir: Path | None) -> None:
    """Print what MERCHANT says of itself, or let it say what FILE holds: Markdown or plain text, UTF-8.

    Candidates who ask a question are answered from it, word for word. An empty file says nothing any more.
    """
    text = None if file is None else read_text(file)
    settings = settings_for(data_dir)

    async def main() -> str:
        async with open_database(house.address, connections=2) as database:
            merchant = await find_merchant(database, merchant_name)
            if text is not None:
                await set_about(database, text, merchant_id=merchant.id, actor=COMMAND_LINE)
                say(f"Candidates of {merchant.name} may be answered from this text.")
            async with database.tenant(merchant.id) as connection:
                return await read_about(connection, merchant.id)

    with open_house(settings) as house:
        kept = asyncio.run(main())
        if text is None:
            click.echo(kept)


def read_given(given: str) -> str:
    """What was given as a file's path or as the text itself. Raises Invalid."""
    try:
        is_file = Path(given).is_file()
    except (OSError, ValueError):  # longer than a path may be, or holding what no path does
        is_file = False
    if is_file:
        return read_text(Path(given))
    if len(given.split()) == 1 and given.endswith((".md", ".txt")):
        raise Invalid(f"There is no file `{given}`.", name="about")
    return given


def read_text(file: Path) -> str:
    """The text of a file. Raises Invalid where it can't be read as one."""
    try:
        with file.open("rb") as opened:
            held = opened.read(LONGEST_BYTES + 1)
        if len(held) > LONGEST_BYTES:
            raise Invalid(f"`{file}` is too large: at most {LONGEST_ABOUT:,} characters are kept.", name="about")
        return held.decode("utf-8-sig")
    except OSError as error:
        raise Invalid(f"`{file}` can't be read: {error.strerror}.", name="about") from error
    except UnicodeDecodeError as error:
        raise Invalid(
            f"`{file}` must be text in UTF-8: save it so, as Markdown or plain text.", name="about"
        ) from error
