"""A real line to the database that breaks at a commit: before the server gets it, or before its answer comes back."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from vivavoce.db.address import DatabaseAddress
from vivavoce.db.database import Database, open_database

PassOn = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Loses(StrEnum):
    """What gets lost."""

    THE_COMMIT = "the commit"  # nothing is committed
    THE_ANSWER = "the answer"  # it is committed, and nobody hears of it


@asynccontextmanager
async def losing_commits(address: DatabaseAddress, folder: Path, how: Loses) -> AsyncIterator[Database]:
    """The database behind such a line; every commit on it breaks it."""
    await asyncio.to_thread(folder.mkdir)
    server = await asyncio.start_unix_server(_pass_on(address, how), folder / ".s.PGSQL.5432")
    url = urlsplit(address.app_url)
    whom = url.netloc.rpartition("@")[0]
    behind = replace(address, app_url=f"postgresql://{whom}@{url.path}?host={quote(str(folder), safe='')}&port=5432")
    async with server, open_database(behind, connections=2) as database:
        yield database


def _pass_on(address: DatabaseAddress, how: Loses) -> PassOn:
    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_server, from_server = await _connect(address)
        is_lost = asyncio.Event()

        async def ask() -> None:
            while piece := await reader.read(65_536):
                if b"commit\x00" in piece:
                    is_lost.set()
                    if how is Loses.THE_COMMIT:
                        break
                from_server.write(piece)
                await from_server.drain()

        async def answer() -> None:
            while piece := await to_server.read(65_536):
                if is_lost.is_set():
                    break  # the server has answered, so it has committed
                writer.write(piece)
                await writer.drain()

        tasks = [asyncio.create_task(ask()), asyncio.create_task(answer())]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        for end in (writer, from_server):
            end.close()
            with suppress(OSError):
                await end.wait_closed()

    return pass_on


async def _connect(address: DatabaseAddress) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    url = urlsplit(address.app_url)
    query = parse_qs(url.query)
    if "host" in query:
        return await asyncio.open_unix_connection(f"{query['host'][0]}/.s.PGSQL.{query.get('port', ['5432'])[0]}")
    assert url.hostname is not None
    return await asyncio.open_connection(url.hostname, url.port or 5432)
