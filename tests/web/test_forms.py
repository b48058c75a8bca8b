"""Every form of the pages: what it takes, and what is done with a body that nobody's browser would send."""

import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import unquote_plus
from uuid import uuid4

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Message

from tests.architecture.tree import SRC
from tests.builders import KEYS, a_house, a_seat, an_attempt, an_interview
from tests.web.test_results import sit
from tests.whole import an_app, calls_to
from vivavoce.candidates.links import SESSION_LIFE, Identity, sign_identity, sign_session
from vivavoce.clock import now
from vivavoce.db.database import Database
from vivavoce.errors import NotUnderstood
from vivavoce.merchants.standing import MerchantStanding
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT
from vivavoce.multipart import Multipart
from vivavoce.web.candidate.session import COOKIE, PERSON_COOKIE
from vivavoce.web.forms import MOST_BYTES, MOST_FIELDS, read_form

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"
NOT_TAKEN = "This didn’t come through"


def part(name: str, data: bytes = b"x", *, filename: str | None = None) -> bytes:
    """One part of a body whose boundary is b."""
    file = "" if filename is None else f'; filename="{filename}"'
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + data + b"\r\n"


END = b"--b--\r\n"
HOSTILE = {
    "a megabyte of escapes": (URLENCODED, b"a=" + b"%41" * 350_000, 413),
    "a megabyte in parts": (MULTIPART, part("a", bytes(1_000_000)) + END, 413),
    "more fields than a form has": (URLENCODED, b"&".join([b"a=1"] * (MOST_FIELDS + 1)), 400),
    "nothing but separators": (URLENCODED, b"&" * 60_000, 400),
    "more parts than a form has": (MULTIPART, part("a") * (MOST_FIELDS + 1) + END, 400),
    "a file": (MULTIPART, part("a", filename="a.exe") + END, 400),
    "an empty file": (MULTIPART, part("a", b"", filename="") + END, 400),
    "no boundary": ("multipart/form-data", part("a") + END, 400),
    "a boundary that is too long": ("multipart/form-data; boundary=" + "b" * 300, part("a") + END, 400),
    "no name": (MULTIPART, b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + END, 400),
    "no end": (MULTIPART, part("a"), 400),
    "nothing in parts": (MULTIPART, b"", 400),
    "no parts at all": (MULTIPART, b"x" * 1000, 400),
    "a header without an end": (MULTIPART, b"--b\r\nContent-Disposition: " + b"x" * 60_000, 400),
    "a thousand headers": (MULTIPART, b"--b\r\n" + b"a: b\r\n" * 1000 + b"\r\n" + END, 400),
    "JSON": ("application/json", b'{"a": 1}', 400),
    "no type": ("", b"a=1", 400),
}


@pytest.fixture
async def client(database: Database, standing: MerchantStanding) -> AsyncIterator[httpx.AsyncClient]:
    """The whole app, which mails codes."""
    app = an_app(database, standing, sends_mail=True)
    async with calls_to(app) as opened:
        yield opened


async def every_form(client: httpx.AsyncClient, database: Database) -> dict[str, str]:
    """The addresses that take a form, with the cookies of somebody who may send it."""
    house = await a_house(database)
    interview_id = await an_interview(database, house)
    begun = await a_seat(database, house, interview_id)
    attempt_id = await an_attempt(database, begun)
    finished = await sit(client, database)
    client.cookies.clear()
    own = Identity(merchant_id=house.merchant.id, candidate_id=begun.candidate_id, environment=DEFAULT_ENVIRONMENT)
    expires_at = now() + SESSION_LIFE
    signed_in = f"{PERSON_COOKIE}{str(house.merchant.id)[-12:]}={sign_identity(KEYS, own, expires_at=expires_at)}"
    slug = house.merchant.slug
    take, results = f"/interview/take/{interview_id}", f"{finished.place}results"
    reviewing = f"{COOKIE}={sign_session(KEYS, finished.seat, expires_at=expires_at)}"
    return {
        f"/interview/at/{slug}/sign-in": "",
        f"/interview/at/{slug}/code": "",
        f"/interview/at/{slug}/sign-out": "",
        f"/interview/at/{slug}/mine/{attempt_id}/contest": signed_in,
        f"{take}/begin": "",
        f"{take}/enter": "",
        f"{take}/person": "",
        f"{take}/sign-in": "",
        f"{take}/code": "",
        f"/interview/{attempt_id}/start": f"{COOKIE}={sign_session(KEYS, begun, expires_at=expires_at)}",
        f"{results}/correct": reviewing,
        f"{results}/hand-in": reviewing,
        f"{results}/help": reviewing,
    }


@pytest.mark.slow
async def test_no_form_takes_what_no_form_of_ours_is(
    client: httpx.AsyncClient, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    answered = {}
    for address, cookie in (await every_form(client, database)).items():
        for name, (content_type, body, expected) in HOSTILE.items():
            headers = {"content-type": content_type, "cookie": cookie}
            answer = await client.post(address, content=body, headers=headers)
            if (answer.status_code, NOT_TAKEN in answer.text) != (expected, True):
                answered[address, name] = answer.status_code
    assert answered == {}
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []


async def test_too_much_is_refused_before_it_is_taken_in(client: httpx.AsyncClient, database: Database) -> None:
    for address, cookie in (await every_form(client, database)).items():
        asked = 0

        async def body() -> AsyncIterator[bytes]:
            nonlocal asked
            for asked in range(1, 1001):  # noqa: B007
                yield b"a" * 65_536

        headers = {"content-type": URLENCODED, "cookie": cookie}
        answer = await client.post(address, content=body(), headers=headers | {"content-length": str(10**9)})
        assert (answer.status_code, asked) == (413, 0), address
        answer = await client.post(address, content=body(), headers=headers)
        assert answer.status_code == 413, address
        assert asked <= 5, address  # the longest form of all is that of a correction


async def test_a_form_that_is_not_taken_is_refused_before_anybody_is_looked_up(client: httpx.AsyncClient) -> None:
    """Where somebody is looked up first, such an address is told that it leads nowhere."""
    nobody, nothing = uuid4(), b"a=" + b"x" * MOST_BYTES
    for address in (
        "/interview/at/nobody/sign-in",
        "/interview/at/nobody/erase",
        f"/interview/at/nobody/mine/{nobody}/contest",
        f"/interview/take/{nobody}/code",
        f"/interview/{nobody}/start",
        f"/interview/{nobody}/results/help",
    ):
        answer = await client.post(address, content=nothing, headers={"content-type": URLENCODED})
        assert (answer.status_code, NOT_TAKEN in answer.text) == (413, True), address


async def test_a_body_that_breaks_off_is_no_fault_of_ours(
    client: httpx.AsyncClient, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    app: Any = client._transport.app  # type: ignore[attr-defined]
    for address, cookie in (await every_form(client, database)).items():
        for content_type in (URLENCODED, MULTIPART):
            assert await break_off(app, address, cookie=cookie, content_type=content_type) == 400, address
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []


async def break_off(app: Any, address: str, *, cookie: str, content_type: str, body: bytes = b"a=") -> int:
    """The status that is told to a client who has gone in the middle of a body."""
    coming: Iterator[Message] = iter(
        [{"type": "http.request", "body": body, "more_body": True}, {"type": "http.disconnect"}]
    )
    statuses = []

    async def receive() -> Message:
        return next(coming)

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    headers = {"host": "interviews.example", "content-type": content_type, "cookie": cookie}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": address,
        "raw_path": address.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("interviews.example", 80),
    }
    await app(scope, receive, send)
    return int(statuses[0])


def a_request(content_type: str, body: bytes) -> Request:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request({"type": "http", "headers": [(b"content-type", content_type.encode())]}, receive)


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        (
            URLENCODED,
            b"a=1&b=two+words&c=%C3%A9%E2%82%AC&d=&e",
            {"a": "1", "b": "two words", "c": "é€", "d": "", "e": ""},
        ),
        (URLENCODED, b"a=1&a=2&&", {"a": "2"}),
        (URLENCODED, b"%61=x%3Dy=z", {"a": "x=y=z"}),
        (URLENCODED, b"a=100%&b=%zz&c=%4", {"a": "100%", "b": "%zz", "c": "%4"}),
        (URLENCODED, b"a=%FF", {"a": "\ufffd"}),
        (URLENCODED, b"a=x%00y", {"a": "xy"}),
        (URLENCODED + "; charset=utf-8", b"a=1", {"a": "1"}),
        (MULTIPART, part("a", "é\r\n€".encode()) + part("b", b"") + part("a", b"2") + END, {"a": "2", "b": ""}),
        ("", b"", {}),
    ],
)
async def test_a_form_is_read_as_a_browser_wrote_it(content_type: str, body: bytes, expected: dict[str, str]) -> None:
    assert await read_form(a_request(content_type, body)) == expected


@pytest.mark.parametrize("body", [b"&".join([b"a%d=1" % number for number in range(MOST_FIELDS)])])
async def test_as_many_fields_as_are_taken_are_taken(body: bytes) -> None:
    assert len(await read_form(a_request(URLENCODED, body))) == MOST_FIELDS


@given(st.text(alphabet="%%%=+ \r\n4aF1z_.é€\0", max_size=30))
async def test_escapes_are_read_as_the_standard_library_reads_them(text: str) -> None:
    expected = unquote_plus(text, errors="replace").replace("\0", "")
    assert await read_form(a_request(URLENCODED, b"a=" + text.encode())) == {"a": expected}


async def test_the_longest_texts_that_are_taken_come_through(client: httpx.AsyncClient, database: Database) -> None:
    """Also where each of their characters takes twelve bytes on the way."""
    sitting = await sit(client, database)
    assert (await sitting.post("hand-in", words="𐍈" * 5000, rating="5")).status_code == 200
    assert await sitting.fetch("select length(text) from remarks") == 5000
    sitting = await sit(client, database)
    assert (await sitting.post("correct", number="1", text="𐍈" * 20_000)).status_code == 200
    assert await sitting.fetch("select length(text) from corrections") == 20_000


def test_parts_are_read_alike_however_they_are_cut() -> None:
    body = part("a", b"\r\n--\r\n--b-\r\n" * 20) + part("film", bytes(range(256)) * 40, filename="x") + END
    for size in (1, 2, 7, 64, len(body)):
        reader = Multipart(MULTIPART, most_parts=2)
        found: dict[str, bytes] = {}
        for start in range(0, len(body), size):
            for one, data in reader.feed(body[start : start + size]):
                found[one.name] = found.get(one.name, b"") + data
        reader.finish()
        assert found == {"a": b"\r\n--\r\n--b-\r\n" * 20, "film": bytes(range(256)) * 40}, size


def test_what_stops_before_its_end_is_not_whole() -> None:
    body = part("a", b"x" * 30) + END
    for size in range(len(body) - len(b"--\r\n") + 1):
        reader = Multipart(MULTIPART, most_parts=2)
        reader.feed(body[:size])
        with pytest.raises(NotUnderstood):
            reader.finish()


def test_every_form_goes_by_the_one_reader() -> None:
    """Whoever reads a form by the framework takes in files without end, and keeps them open."""
    readers = [path.name for path in SRC.rglob("*.py") if ".form(" in path.read_text()]
    assert readers == []
