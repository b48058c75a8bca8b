"""Hearing of changes: a connection of its own that listens, and what is read again whenever something may be new."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NoReturn, TypeVar

import asyncpg

from vivavoce.db.address import DatabaseAddress
from vivavoce.db.database import explaining
from vivavoce.errors import Unavailable

log = logging.getLogger(__name__)

NAME = "vivavoce listening"  # as pg_stat_activity shows it
BEAT_SECONDS = 5  # between two looks whether the line still holds
ANSWER_SECONDS = 5  # for each answer of the database; then the line counts as lost
RETRY_SECONDS = 0.5

T = TypeVar("T")

if TYPE_CHECKING:
    Line = asyncpg.Connection[asyncpg.Record]
    Read = Callable[[Line], Awaitable[None]]


class Listener:
    """Calls `read` on each new line and after each notification on the channel.

    A line that is lost is made again, without end; what was notified meanwhile is in what `read` then finds.
    """

    def __init__(self, address: DatabaseAddress, channel: str, read: "Read") -> None:
        self._address = address
        self._channel = channel
        self._read = read
        self._heard = asyncio.Event()
        self._line: Line | None = None

    async def open(self) -> None:
        """The line is there, and everything was read. Raises Unavailable when the database can't be reached."""
        with explaining():
            line = await _in_time(
                asyncpg.connect(
                    self._address.app_url, server_settings={**self._address.app_settings, "application_name": NAME}
                )
            )
            self._line = line
            # In this order: what changes from here on is notified.
            await _in_time(line.add_listener(self._channel, lambda *_: self._heard.set()))
            line.add_termination_listener(lambda _: self._heard.set())
            self._heard.clear()
            await _in_time(self._read(line))

    async def keep(self) -> NoReturn:
        """Goes on until it is cancelled; then `close`."""
        while True:
            if self._line is None:
                await self._open_again()
            else:
                await self._follow(self._line)

    def close(self) -> None:
        """Gives the line up."""
        if self._line is not None:
            self._line.terminate()
            self._line = None

    async def _follow(self, line: "Line") -> None:
        """Returns when the line is lost."""
        try:
            with explaining():
                while True:
                    if await self._hears():
                        await _in_time(self._read(line))
                    else:
                        await _in_time(line.execute("select 1"))
        except Unavailable as error:
            log.warning("the line on which changes are told is lost, and made again: %s", error.message)
            self.close()

    async def _hears(self) -> bool:
        """Whether there was a notification, or the end of the line, within BEAT_SECONDS."""
        try:
            async with asyncio.timeout(BEAT_SECONDS):
                await self._heard.wait()
        except TimeoutError:
            return False
        self._heard.clear()
        return True

    async def _open_again(self) -> None:
        try:
            await self.open()
        except Unavailable:
            self.close()
            await asyncio.sleep(RETRY_SECONDS)


async def _in_time(answer: Awaitable[T]) -> T:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await answer
    except TimeoutError as error:
        raise Unavailable("The database does not answer.") from error
