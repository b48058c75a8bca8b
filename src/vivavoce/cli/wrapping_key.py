"""`vivavoce wrapping-key`: rotate the key that wraps people's own keys."""

import asyncio
from pathlib import Path

import click

from vivavoce.candidates.own_key import rewrap_keys
from vivavoce.cli.opening import data_option, open_house, say, settings_for
from vivavoce.db.database import open_database
from vivavoce.merchants.keys import (
    keep_wrapping_keys,
    load_keys,
    load_seal_key,
    make_key_text,
    wrapping_keys_of,
)


@click.group("wrapping-key")
def wrapping_key() -> None:
    """The key that wraps each person's own key."""


@wrapping_key.command()
@data_option
def new(data_dir: Path | None) -> None:
    """Put a new key before the present one; servers and workers take it when they are restarted.

    Where keys are settings, the setting's new value is printed, and nothing else happens.
    """
    settings = settings_for(data_dir)
    load_keys(settings)  # what is there now must be good
    keys = [make_key_text(), *wrapping_keys_of(settings, load_seal_key(settings))]
    if settings.wrapping_key is not None or settings.seal_key is not None:
        click.echo(",".join(keys))
        say("Set VIVAVOCE_WRAPPING_KEY to this, and restart. Then `vivavoce wrapping-key rotate`.")
        return
    keep_wrapping_keys(settings.data_dir, keys)
    say("A new key stands before the old one. Restart servers and workers, then `vivavoce wrapping-key rotate`.")


@wrapping_key.command()
@data_option
def rotate(data_dir: Path | None) -> None:
    """Wrap every person's key by the first wrapping key, and let go of the others. Recordings stay as they are."""
    settings = settings_for(data_dir)
    keys = load_keys(settings)

    async def main() -> int:
        async with open_database(house.address, connections=2) as database:
            return await rewrap_keys(database, keys.wrapping)

    with open_house(settings) as house:
        done = asyncio.run(main())
    say(f"Keys that were wrapped anew: {done}.")
    kept = wrapping_keys_of(settings, load_seal_key(settings))
    if len(kept) == 1:
        return
    if settings.wrapping_key is None:
        keep_wrapping_keys(settings.data_dir, kept[:1])
    else:
        say("All are wrapped by the first key now: take the others out of VIVAVOCE_WRAPPING_KEY.")
