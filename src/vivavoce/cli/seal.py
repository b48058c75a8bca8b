"""`vivavoce seal`: what lies in clear from an earlier version is sealed."""

import asyncio
from pathlib import Path

import click

from vivavoce.attempts.seal_films import count_in_clear, seal_films
from vivavoce.cli.opening import data_option, open_house, say, settings_for
from vivavoce.cli.recordings import open_recordings
from vivavoce.db.database import open_database
from vivavoce.sound.resting import rest_sound


@click.command()
@data_option
def seal(data_dir: Path | None) -> None:
    """Seal the films that an earlier version kept in clear, and sound that rests; move them to the store of files.

    Servers may go on meanwhile. Stop it whenever you like: the next time it goes on with the rest. Run it where the
    films lie.
    """
    settings = settings_for(data_dir)
    store = open_recordings(settings)

    async def main() -> int:
        left_alone = 0
        async with open_database(house.address, connections=2) as database:
            total = await count_in_clear(database)
            number = 0
            async for done in seal_films(database, store):
                number += 1
                left_alone += done.size_bytes == 0
                say(f"{number} of {total}: film of attempt {done.attempt_id}, {done.size_bytes / 1e6:.1f} MB")
            async for rested in rest_sound(database, store):
                say(f"sound of attempt {rested.attempt_id}, {rested.size_bytes / 1e6:.1f} MB")
        return left_alone

    with open_house(settings) as house:
        left_alone = asyncio.run(main())
    if left_alone:
        say(f"{left_alone} films were not there, or are being erased. Run it on each machine that kept some.")
    say("No film lies in clear any more." if not left_alone else "All others are sealed.")
