"""`vivavoce merchant keep`: how long a merchant keeps what its candidates gave."""

import asyncio
from dataclasses import asdict, replace
from pathlib import Path

import click

from vivavoce.cli.opening import COMMAND_LINE, data_option, open_house, settings_for
from vivavoce.db.database import open_database
from vivavoce.errors import Invalid
from vivavoce.merchants.keeping_times import MOST_DAYS, KeepingTimes, read_keeping_times, set_keeping_times
from vivavoce.merchants.register import find_merchant

DAYS = click.IntRange(1, MOST_DAYS)


@click.command("keep")
@click.argument("merchant_name", metavar="MERCHANT")
@click.option("--words", type=DAYS, metavar="DAYS", help="The attempt, with all that is in it.")
@click.option("--sound", type=DAYS, metavar="DAYS", help="What was said aloud; its words stay.")
@click.option("--pictures", type=DAYS, metavar="DAYS", help="What cameras recorded while they spoke.")
@click.option("--films", type=DAYS, metavar="DAYS", help="The films by which people introduce themselves.")
@click.option("--as-server", is_flag=True, help="Forget all of them first: the server's setting holds again.")
@data_option
def keep(
    merchant_name: str,
    words: int | None,
    sound: int | None,
    pictures: int | None,
    films: int | None,
    as_server: bool,
    data_dir: Path | None,
) -> None:
    """Print after how many days things go by themselves at MERCHANT, or change it, counted from the last visit.

    A change holds for what is kept already, too, from the worker's next round on. Candidates read the day before they
    agree; lengthen nothing that you have promised.
    """
    settings = settings_for(data_dir)
    given = {"words": words, "sound": sound, "pictures": pictures, "films": films}
    wanted = {name: days for name, days in given.items() if days is not None}

    async def main() -> KeepingTimes:
        async with open_database(house.address, connections=2) as database:
            merchant = await find_merchant(database, merchant_name)
            async with database.tenant(merchant.id) as connection:
                times = await read_keeping_times(connection, merchant.id)
            if as_server or wanted:
                times = replace(KeepingTimes() if as_server else times, **wanted)
                _check(times, server_days=settings.keep_days)
                await set_keeping_times(database, times, merchant_id=merchant.id, actor=COMMAND_LINE)
            return times

    with open_house(settings) as house:
        times = asyncio.run(main())
    words_shown = times.words or settings.keep_days
    for name, days in (asdict(times) | {"words": words_shown}).items():
        click.echo(f"{name}: {f'{days} days' if days else 'kept' if name == 'words' else 'with the words'}")


def _check(times: KeepingTimes, *, server_days: int) -> None:
    """Raises Invalid for a time that never comes: the words take everything with them."""
    words = times.words or server_days
    for name, days in (("sound", times.sound), ("pictures", times.pictures), ("films", times.films)):
        if days is not None and words and days > words:
            raise Invalid(f"--{name} can't be longer than the words, which go after {words} days with all the rest.")
