"""What one conversation may say at once, on real sockets: nobody's fault is logged as ours, and nothing is lost."""

import asyncio
import contextlib
import json
import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
import uvicorn
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.builders import KEYS, House, a_seat, an_attempt, an_interview
from vivavoce.candidates.links import SESSION_LIFE, Seat, sign_session
from vivavoce.cli.socket_protocol import SocketProtocol
from vivavoce.clock import now
from vivavoce.db.address import DatabaseAddress
from vivavoce.db.database import Database
from vivavoce.errors import VivavoceError
from vivavoce.web.candidate import limits
from vivavoce.web.candidate.limits import (
    CALM,
    HELD_UP,
    HELD_UP_LONG,
    LONGEST_WAIT,
    MOST_POSTS,
    MOST_SOCKETS,
    MessageRate,
    Rates,
    Talks,
    Throttle,
    TooMuch,
)
from vivavoce.web.candidate.messages import LONGEST_MESSAGE
from vivavoce.web.candidate.session import COOKIE
from vivavoce.web.candidate.wire import ELSEWHERE, TOO_MUCH
from vivavoce.web.drawing import Pages
from vivavoce.web.parts import WebParts
from vivavoce.web.routes import add_pages

TOO_LARGE, NO_TEXT = 1009, 1007  # RFC 6455
PATIENCE = 60.0
# So slow that any machine can send faster.
SLOW = Rates(messages=MessageRate(a_second=2, at_once=5), frames=MessageRate(a_second=2, at_once=5), most_slowed=1.0)


@dataclass
class Clock:
    """Stands still unless it is moved."""

    at: float = 1000.0

    def __call__(self) -> float:
        return self.at


async def until(holds: Callable[[], bool]) -> None:
    """Waits for what comes by itself."""
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - what it waits for tells nobody
            await asyncio.sleep(0.01)


def a_pace(clock: Clock, *, a_second: float = 10, at_once: int = 100) -> Throttle:
    return Throttle(MessageRate(a_second=a_second, at_once=at_once), most_slowed=30, clock=clock)


def test_so_many_at_once_are_on_time_and_the_next_ones_wait_for_their_turn() -> None:
    pace = a_pace(Clock())
    assert [pace.take() for _ in range(100)] == [0] * 100
    assert [round(pace.take(), 6) for _ in range(3)] == [0.1, 0.2, 0.3]


def test_after_a_pause_so_many_are_on_time_again_and_never_more() -> None:
    clock = Clock()
    pace = a_pace(clock)
    for _ in range(100):
        pace.take()
    clock.at += 1000
    assert [pace.take() for _ in range(100)] == [0] * 100
    assert pace.take() > 0


@pytest.mark.parametrize(
    ("a_second", "at_once", "sent", "minutes"),
    [
        (10, 100, 1, 60),  # a draft, a receipt and a button in the same second, for an hour: (1) each second
        (100, 8_000, 50, 60),  # 20 ms frames, for an hour
    ],
)
def test_an_honest_page_is_never_slowed(a_second: float, at_once: int, sent: int, minutes: int) -> None:
    clock = Clock()
    pace = a_pace(clock, a_second=a_second, at_once=at_once)
    for _ in range(minutes * 60):
        clock.at += 1
        assert [pace.take() for _ in range(sent)] == [0] * sent


def test_two_minutes_of_sound_after_a_drop_come_at_once() -> None:
    pace = a_pace(Clock(), a_second=Rates().frames.a_second, at_once=Rates().frames.at_once)
    assert [pace.take() for _ in range(120 * 50)] == [0] * 6_000


def test_whoever_comes_too_early_for_too_long_is_refused() -> None:
    clock = Clock()
    pace = a_pace(clock, a_second=10, at_once=1)
    pace.take()
    for _ in range(300):  # ten a second for thirty seconds
        clock.at += pace.take()
    clock.at += 0.1
    pace.take()  # on time again
    for _ in range(300):
        clock.at += pace.take()
    with pytest.raises(TooMuch):
        hurry(pace, clock, 3)


def hurry(pace: Throttle, clock: Clock, times: int) -> None:
    for _ in range(times):
        clock.at += pace.take()


def test_whoever_would_have_to_wait_for_long_is_refused_at_once_and_nothing_of_it_counts() -> None:
    clock = Clock()
    pace = a_pace(clock, a_second=10, at_once=1)
    for _ in range(int(LONGEST_WAIT * 10)):
        pace.take()
    for _ in range(50):
        with pytest.raises(TooMuch):
            pace.take()
    clock.at += LONGEST_WAIT
    assert pace.take() < LONGEST_WAIT


async def test_a_conversation_is_forgotten_once_nothing_of_it_counts(seat: Seat) -> None:
    talks = Talks(Rates(messages=MessageRate(a_second=50, at_once=5)))
    with talks.at(seat) as talk:
        talk.messages.take()
        with talks.at(seat) as same:
            assert same is talk
    assert talks.known == 1  # a new line does not begin with a clean slate
    await until(lambda: talks.known == 0)


async def test_whoever_was_too_early_stays_in_the_slow_lane_until_they_are_calm(seat: Seat) -> None:
    clock = Clock()
    rates = Rates(messages=MessageRate(a_second=10, at_once=2))
    said: list[int] = []
    go_on = asyncio.Event()
    with Talks(rates, clock=clock).at(seat) as shouting:

        async def say(number: int) -> None:
            async with shouting.saying():
                said.append(number)
                await go_on.wait()

        async def say_all(*numbers: int) -> list[int]:
            """What is taken at once of these; then all of it is."""
            go_on.clear()
            before = len(said)
            messages = [asyncio.create_task(say(number)) for number in numbers]
            await until(lambda: len(said) > before)
            at_once = said[before:]
            go_on.set()
            await asyncio.gather(*messages)
            return at_once

        assert await say_all(0, 1, 2) == [0, 1]  # the third is too early
        clock.at += CALM / 2  # the rate has room again, and nobody was calm
        assert await say_all(3, 4) == [3]
        clock.at += CALM
        assert await say_all(5, 6) == [5, 6]
    assert said == list(range(7))


async def test_whoever_waits_with_all_their_windows_waits_longer_with_the_next(seat: Seat) -> None:
    with Talks().at(seat) as talk:
        for _ in range(2):
            with contextlib.ExitStack() as waiting:
                seconds = [waiting.enter_context(talk.holding_up()) for _ in range(MOST_SOCKETS + 2)]
            assert seconds == [HELD_UP] * MOST_SOCKETS + [HELD_UP_LONG] * 2


# --- On real sockets ------------------------------------------------------------------------------------------------


class Quiet(uvicorn.Server):
    """Leaves the signals alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@pytest.fixture
async def seat(database: Database, house: House) -> Seat:
    return await a_seat(database, house, await an_interview(database, house))


@dataclass
class Served:
    """A server with one candidate's conversation."""

    port: int
    attempt: str
    seat: Seat
    talks: Talks
    lines: list["Page"] = field(default_factory=list)

    @property
    def headers(self) -> dict[str, str]:
        session = sign_session(KEYS, self.seat, expires_at=now() + SESSION_LIFE)
        return {"Cookie": f"{COOKIE}={session}"}

    async def open(self) -> "Page":
        address = f"ws://127.0.0.1:{self.port}/interview/{self.attempt}/socket"
        page = Page(await connect(address, additional_headers=self.headers, proxy=None, max_size=None))
        self.lines.append(page)
        return page

    def post(self, browser: httpx.AsyncClient, message: Any) -> "asyncio.Task[httpx.Response]":
        address = f"http://127.0.0.1:{self.port}/interview/{self.attempt}/say"
        return asyncio.create_task(browser.post(address, json=message, headers=self.headers, timeout=PATIENCE))


@dataclass
class Page:
    """One window's socket."""

    line: ClientConnection

    async def say(self, message: Any) -> None:
        await self.line.send(json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            message: dict[str, Any] = json.loads(await self.line.recv())
        return message

    async def end(self) -> tuple[list[dict[str, Any]], int | None]:
        """All that still comes, and by which code it is closed."""
        heard = []
        with contextlib.suppress(ConnectionClosed):
            while True:
                heard.append(await self.hear())
        return heard, self.line.close_code


class CountingProtocol(SocketProtocol):
    """Counts the messages that it takes apart after its close."""

    late = 0

    def send_receive_event_to_app(self) -> None:
        """One more."""
        if self.close_sent:
            CountingProtocol.late += 1
        super().send_receive_event_to_app()


@contextlib.asynccontextmanager
async def a_server(
    database: Database, seat: Seat, rates: Rates | None = None, protocol: type[SocketProtocol] = SocketProtocol
) -> AsyncIterator[Served]:
    attempt = await an_attempt(database, seat)
    talks = Talks(rates)
    app = Starlette()
    add_pages(app, WebParts(database=database, keys=KEYS, pages=Pages(), public_url="http://here", talks=talks))
    listening = socket.create_server(("127.0.0.1", 0))
    server = Quiet(uvicorn.Config(app, ws=protocol, ws_max_size=LONGEST_MESSAGE, lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    served = Served(port=listening.getsockname()[1], attempt=str(attempt), seat=seat, talks=talks)
    try:
        yield served
    finally:
        for page in served.lines:
            await page.line.close()
        server.should_exit = True
        await serving


def a_wish() -> dict[str, Any]:
    return {"kind": "wish", "key": str(uuid4()), "number": 1, "wish": "repeat"}


async def count_wishes(database: Database, seat: Seat) -> set[str]:
    async with database.tenant(seat.merchant_id) as connection:
        return {str(row["key"]) for row in await connection.fetch("select key from wishes")}


def keys_of(heard: list[dict[str, Any]]) -> set[str]:
    return {message["key"] for message in heard if message["kind"] == "receipt"}


async def test_the_oldest_of_too_many_sockets_is_told_and_gives_way(database: Database, seat: Seat) -> None:
    async with a_server(database, seat) as served:
        pages = [await served.open() for _ in range(MOST_SOCKETS + 2)]
        for page in pages[:2]:
            assert await page.end() == ([{"kind": "elsewhere"}], ELSEWHERE)
        for page in pages[2:]:
            await page.say({"kind": "arrive"})
            assert (await page.hear())["kind"] == "scene"


async def test_a_socket_that_closed_makes_room(database: Database, seat: Seat) -> None:
    async with a_server(database, seat) as served:
        first = await served.open()
        for _ in range(MOST_SOCKETS + 3):
            page = await served.open()
            await page.line.close()
            await page.line.wait_closed()
            await first.say({"kind": "arrive"})
            assert (await first.hear())["kind"] == "scene"


async def test_a_socket_that_says_too_much_for_too_long_is_closed_and_keeps_what_was_acknowledged(
    database: Database, seat: Seat, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_server(database, seat, SLOW) as served:
        page = await served.open()
        for _ in range(60):
            await page.say(a_wish())
        heard, code = await page.end()
    assert code == TOO_MUCH
    assert heard[-1]["kind"] == "refused"
    assert heard[-1]["name"] == "too_much"
    assert len(keys_of(heard)) >= SLOW.messages.at_once - 1  # the socket itself counts too
    assert keys_of(heard) <= await count_wishes(database, seat)
    assert faults_in(caplog) == []


@pytest.mark.slow
async def test_what_still_comes_after_a_close_is_left_alone(
    database: Database, seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CountingProtocol, "late", 0)
    async with a_server(database, seat, SLOW, CountingProtocol) as served:
        page = await served.open()
        hearing = asyncio.create_task(page.end())
        with contextlib.suppress(ConnectionClosed):
            while True:
                await page.say(a_wish())
        heard, code = await hearing
    assert (heard[-1]["name"], code) == ("too_much", TOO_MUCH)
    assert CountingProtocol.late <= 400  # some 4 kB of wishes, where megabytes were on the way


async def test_whoever_gives_up_while_they_wait_to_be_refused_is_forgotten(
    database: Database, seat: Seat, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(limits, "HELD_UP", 3600)
    async with a_server(database, seat, SLOW) as served:
        with served.talks.at(seat) as talk:
            with contextlib.suppress(TooMuch):
                while True:
                    talk.messages.take()
            coming = asyncio.create_task(served.open())
            await until(lambda: talk.is_holding_up)
            coming.cancel()
            await until(lambda: not talk.is_holding_up)
    assert faults_in(caplog) == []


@pytest.mark.slow
async def test_a_new_socket_does_not_escape_the_limit(database: Database, seat: Seat) -> None:
    async with a_server(database, seat, SLOW) as served:
        taken = []
        for _ in range(2):
            page = await served.open()
            with contextlib.suppress(ConnectionClosed):
                for _ in range(60):
                    await page.say(a_wish())
            heard, code = await page.end()
            assert code == TOO_MUCH
            taken.append(len(keys_of(heard)))
        assert taken[1] < SLOW.messages.at_once - 1 <= taken[0]


async def test_frames_have_a_limit_of_their_own(database: Database, seat: Seat) -> None:
    async with a_server(database, seat, SLOW) as served:
        page = await served.open()
        with contextlib.suppress(ConnectionClosed):
            for number in range(60):
                await page.line.send(number.to_bytes(4, "little") + bytes(640))
        assert (await page.end())[1] == TOO_MUCH


async def test_posts_are_held_to_the_same_pace(database: Database, seat: Seat) -> None:
    async with a_server(database, seat, SLOW) as served, httpx.AsyncClient(trust_env=False) as browser:
        answers = []
        for _ in range(60):
            answers.append(await served.post(browser, a_wish()))
            if answers[-1].status_code == 429:
                break
        told = [message for one in answers[:-1] for message in one.json()["messages"]]
        assert answers[-1].status_code == 429
        assert answers[-1].json() == {"error": TooMuch().message}
        assert int(answers[-1].headers["retry-after"]) > 0
        assert len(keys_of(told)) == len(answers) - 1 >= SLOW.messages.at_once
        assert keys_of(told) == await count_wishes(database, seat)


async def test_only_a_few_posts_may_be_under_way_at_once(
    address: DatabaseAddress, database: Database, seat: Seat
) -> None:
    async with a_server(database, seat) as served, httpx.AsyncClient(trust_env=False) as browser:
        with psycopg.connect(address.admin_url) as other_server:
            other_server.execute("select from attempts where id = %s for update", [served.attempt])
            posts = [served.post(browser, a_wish()) for _ in range(MOST_POSTS + 4)]
            await until(lambda: sum(post.done() for post in posts) == 4)
            assert [post.result().status_code for post in posts if post.done()] == [429] * 4
        statuses = sorted([answer.status_code for answer in await asyncio.gather(*posts)])
    assert statuses == [200] * MOST_POSTS + [429] * 4


@pytest.mark.slow
async def test_a_socket_is_read_no_faster_than_its_messages_are_taken(
    address: DatabaseAddress, database: Database, seat: Seat
) -> None:
    async with a_server(database, seat) as served:
        page = await served.open()
        with psycopg.connect(address.admin_url) as other_server:
            other_server.execute("select from attempts where id = %s for update", [served.attempt])
            for number in range(30):
                await page.say({"kind": "draft", "number": 1, "text": f"{number} " + "x" * 5_000})
            await page.say({"kind": "arrive"})
        heard: list[dict[str, Any]] = []
        while not heard or heard[-1]["kind"] != "scene":
            heard.append(await page.hear())
    assert [message["kind"] for message in heard] == ["kept"] * 30 + ["scene"]
    assert heard[-1]["draft"]["text"].startswith("29 ")


# --- What is wrong with a message is told, and is no fault of ours --------------------------------------------------

DEEP = "[" * 200_000


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (DEEP, None),
        ('{"key":' + DEEP, None),
        ('{"kind":"arrive","more":' + "[" * 90_000 + "]" * 90_000 + "}", None),
        ('{"kind":"draft","number":1,"text":"\\ud800"}', None),
        ('{"kind":"draft","number":1e400,"text":""}', "number"),
        ('{"kind":["draft"],"number":1}', "kind"),
        ('{"kind":"answer","key":{"a":1},"number":1,"text":"x"}', "key"),
        ("null", "kind"),
        ("", None),
        ("\0", None),
    ],
)
async def test_what_can_not_be_read_is_told_and_the_line_goes_on(
    database: Database, seat: Seat, caplog: pytest.LogCaptureFixture, raw: str, name: str | None
) -> None:
    async with a_server(database, seat) as served:
        page = await served.open()
        await page.line.send(raw)
        told = await page.hear()
        await page.say({"kind": "arrive"})
        assert (await page.hear())["kind"] == "scene"
    assert told["kind"] == "refused"
    assert told["error"]
    assert told["name"] == name
    assert faults_in(caplog) == []


@pytest.mark.parametrize(("raw", "code"), [("x" * (LONGEST_MESSAGE + 1), TOO_LARGE), (b"\xff\xfe{", NO_TEXT)])
async def test_what_is_no_message_ends_the_line_by_its_code(
    database: Database, seat: Seat, caplog: pytest.LogCaptureFixture, raw: str | bytes, code: int
) -> None:
    async with a_server(database, seat) as served:
        page = await served.open()
        await page.line.send(raw, text=True)
        assert await page.end() == ([], code)
    assert faults_in(caplog) == []


@pytest.mark.slow
async def test_a_line_that_breaks_in_the_middle_of_a_message_is_no_fault(
    database: Database, seat: Seat, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_server(database, seat) as served:
        for _ in range(3):
            page = await served.open()
            for _ in range(5):
                await page.say(a_wish())
            page.line.transport.abort()
            await page.line.wait_closed()
        await until(lambda: served.talks.known == 0)
    assert faults_in(caplog) == []


def faults_in(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was logged above INFO, or with a traceback."""
    return [record.getMessage() for record in caplog.records if record.levelno > logging.INFO or record.exc_info]


def test_what_is_told_of_too_much_says_what_to_do() -> None:
    assert isinstance(TooMuch(), VivavoceError)
    assert "wait" in TooMuch().message
