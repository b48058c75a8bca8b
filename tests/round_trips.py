"""Counting round trips to the database, on the line itself: one for each time that the server is ready again."""

import asyncio
import contextlib
import struct
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit
from uuid import uuid4

from tests.builders import NOW, House, a_draft, a_seat, an_attempt, an_interview
from vivavoce.attempts.answer import Playout
from vivavoce.attempts.keep import TextDraft
from vivavoce.conversation.happenings import Answered, Arrived, Happening, Listened
from vivavoce.conversation.loop import Held, happen, keep_typed
from vivavoce.db.address import DatabaseAddress
from vivavoce.db.database import Database
from vivavoce.interviews.steps import SentQuestion

QUESTIONS = [SentQuestion(text=f"Tell me about task {number}.") for number in range(3)]
SOCKET = ".s.PGSQL.5432"
READY = ord("Z")  # ReadyForQuery: the server has answered all that it was sent


class Counter:
    """How many there were since it was last set to 0."""

    def __init__(self) -> None:
        self.round_trips = 0


@asynccontextmanager
async def counting(address: DatabaseAddress) -> AsyncIterator[tuple[DatabaseAddress, Counter]]:
    """The application's address on a line that counts. The server must listen at a Unix socket, without TLS."""
    (host,) = parse_qs(urlsplit(address.app_url).query)["host"]
    counter = Counter()
    tasks: set[asyncio.Task[None]] = set()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_unix_connection(f"{host}/{SOCKET}")
        task = asyncio.create_task(_pass_on(reader, server_writer))
        tasks.add(task)
        await _pass_back(server_reader, writer, counter)
        server_writer.close()

    with tempfile.TemporaryDirectory(prefix="vivavoce-count-") as folder:
        server = await asyncio.start_unix_server(connect, Path(folder) / SOCKET)
        try:
            url = urlsplit(address.app_url)._replace(query=f"host={quote(folder, safe='')}&port=5432").geturl()
            yield replace(address, app_url=url), counter
        finally:
            server.close()
            for task in tasks:
                task.cancel()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(65_536):
        writer.write(piece)
    writer.close()


async def _pass_back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, counter: Counter) -> None:
    with contextlib.suppress(asyncio.IncompleteReadError):
        while True:
            head = await reader.readexactly(5)
            kind, length = struct.unpack("!BI", head)
            counter.round_trips += kind == READY
            writer.write(head + await reader.readexactly(length - 4))
    writer.close()


def _answered(number: int) -> Answered:
    return Answered(key=uuid4(), number=number, text="I led a team of five, and we moved the whole archive.")


def _listened(number: int) -> Listened:
    return Listened(Playout(key=uuid4(), number=number, seconds=2.0, of_seconds=2.0, is_interrupted=False, how="text"))


async def count_interview(database: Database, counter: Counter, house: House, *, is_held: bool) -> dict[str, int]:
    """Takes a whole interview; the round trips of each thing that happens in it."""
    seat = await a_seat(database, house, await an_interview(database, house, a_draft(house, questions=QUESTIONS)))
    attempt_id = await an_attempt(database, seat)
    held = Held()
    counted = {}

    async def count(name: str, happening: Happening) -> None:
        counter.round_trips = 0
        await happen(database, seat, attempt_id, happening, now=NOW, held=held if is_held else Held())
        counted[name] = counter.round_trips

    await count("arrival", Arrived())
    await count("playout", _listened(1))
    counter.round_trips = 0
    await keep_typed(database, seat, attempt_id, TextDraft(number=1, text="I led"), now=NOW)
    counted["draft"] = counter.round_trips
    await count("first answer", _answered(1))
    await count("answer in the middle", _answered(2))
    await count("playout in the middle", _listened(3))
    await count("last answer", _answered(3))
    return counted
