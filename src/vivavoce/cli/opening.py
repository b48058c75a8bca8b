"""What the commands share: the data folder's option, the settings, and the database, brought to this version."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from vivavoce.db.address import DatabaseAddress, embedded_address, given_address
from vivavoce.db.embedded import EmbeddedServer, hold
from vivavoce.db.state import needs_upgrade
from vivavoce.errors import Unavailable
from vivavoce.private import UMASK, tighten
from vivavoce.settings import PREFIX, Settings, read_settings, unknown_variables

COMMAND_LINE = "command line"  # who did it, in the audit log

data_option = click.option(
    "--data",
    "data_dir",
    type=click.Path(path_type=Path, file_okay=False),
    help=f"The data folder (also {PREFIX}DATA_DIR).",
)
merchant_option = click.option(
    "--merchant", "merchant_name", metavar="M", required=True, help="The merchant, by slug or id."
)


def say(text: str) -> None:
    """Progress: on standard error, so that standard output holds the result alone."""
    click.echo(text, err=True)


def settings_for(data_dir: Path | None, **options: object) -> Settings:
    """The settings; an option goes before the environment."""
    for variable in unknown_variables():
        say(f"{variable} is no setting of this version; it is ignored.")
    return read_settings(given={"data_dir": data_dir, **options})


def environment_for(settings: Settings) -> dict[str, str]:
    """The environment of a process that we start: the same settings, the same folder."""
    return {**os.environ, f"{PREFIX}DATA_DIR": str(settings.data_dir)}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDatabase:
    """The database in use. server: the embedded one, which we hold; None where the operator runs another."""

    address: DatabaseAddress
    server: EmbeddedServer | None


@contextmanager
def open_house(settings: Settings) -> Iterator[OpenDatabase]:
    """The database, running and at this version, while the block runs.

    Every process that uses an embedded server holds it; the last one to leave stops it. SIGTERM leaves too.
    """
    signal.signal(signal.SIGTERM, _leave)
    with hold_house(settings, before_leaving=_ignore_signals) as house:
        yield house


@contextmanager
def hold_house(settings: Settings, *, before_leaving: Callable[[], None] = lambda: None) -> Iterator[OpenDatabase]:
    """The same, for who sees to signals themselves. May be entered and left in a thread."""
    os.umask(UMASK)  # of whatever a library writes, too
    _tighten(settings)
    if settings.database_url is not None:
        address = given_address(settings.database_url, settings.database_admin_url)
        _bring_up(settings, address)
        yield OpenDatabase(address=address, server=None)
        return
    with _holding(settings.data_dir, before_leaving) as server:
        address = embedded_address(server.socket_dir, server.database)
        _bring_up(settings, address)
        yield OpenDatabase(address=address, server=server)


def _tighten(settings: Settings) -> None:
    # PostgreSQL does not run as root: its user goes through the data folder to its own.
    is_passed = settings.database_url is None and os.geteuid() == 0
    still_open = tighten(settings.data_dir, is_passed=is_passed)
    if still_open:
        more = f" So are {len(still_open) - 1} more." if len(still_open) > 1 else ""
        say(
            f"{still_open[0]} can be read by other users of this machine and is not ours to change: run"
            f" `chmod -R go=` on it as its owner.{more}"
        )


def upgrade_here(settings: Settings, upgrade: Callable[[DatabaseAddress], None]) -> None:
    """Runs the migrations in this process."""
    if settings.database_url is not None:
        upgrade(given_address(settings.database_url, settings.database_admin_url))
        return
    with _holding(settings.data_dir, _ignore_signals) as server:
        upgrade(embedded_address(server.socket_dir, server.database))


@contextmanager
def _holding(data_dir: Path, before_leaving: Callable[[], None]) -> Iterator[EmbeddedServer]:
    server = hold(data_dir, say=say)
    try:
        yield server
    finally:
        before_leaving()
        server.leave()


def _ignore_signals() -> None:
    """Whoever asks us to stop a second time must not break our leaving off: the database would go on without a user."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)


def _bring_up(settings: Settings, address: DatabaseAddress) -> None:
    if not asyncio.run(needs_upgrade(address)):
        return
    say("Bringing the database to this version…")
    # In a process of its own: what migrates is large, and a server stays up for months.
    done = subprocess.run(
        [sys.executable, "-m", "vivavoce.cli", "db", "upgrade"],
        env=environment_for(settings),
        stdout=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode != 0:
        raise Unavailable("The database could not be brought to this version; the reason stands above.")


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)
