"""Too often, and no room: told by a status that clients understand, and by when they may come again."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message

from tests.builders import House, a_body, a_house, store_in
from tests.whole import an_app, calls_to
from vivavoce.clients import ClientRate
from vivavoce.db.address import DatabaseAddress
from vivavoce.db.database import Database
from vivavoce.errors import NoSpace
from vivavoce.merchants.standing import MerchantStanding
from vivavoce.web.adding import add_page

PREFIX = "/functions/v1"
LANGUAGES = f"{PREFIX}/platform-languages-list"
CREATE = f"{PREFIX}/job-interview-create-from-array"
PAGE = "/interview/at/nobody-of-that-name/"

Make = Callable[..., Any]


@pytest.fixture
def make(database: Database, standing: MerchantStanding, data_dir: Path) -> Make:
    """The application, with rates."""

    def made(**rates: Any) -> Any:
        return an_app(database, standing, recordings=store_in(data_dir), **rates)

    return made


@asynccontextmanager
async def browsing(app: Any, *, address: str = "192.0.2.1") -> AsyncIterator[httpx.AsyncClient]:
    """A client with this address."""
    async with calls_to(app, client=address) as opened:
        yield opened


# --- Too often -----------------------------------------------------------------------------------------------------


async def test_a_caller_is_told_what_it_may_and_when_it_may_again(make: Make, house: House, database: Database) -> None:
    app = make(calls=ClientRate(3))
    person: dict[str, Any] = {
        "user_id": house.template_id
    }  # anybody's id: the same person, with another token each time
    async with browsing(app) as caller:
        for remaining in ("2", "1", "0"):
            answer = await caller.get(LANGUAGES, headers=house.authorization(**person))
            assert answer.status_code == 200
            assert answer.headers["ratelimit-limit"] == "3"
            assert answer.headers["ratelimit-remaining"] == remaining
            assert 1 <= int(answer.headers["ratelimit-reset"]) <= 60
        refused = await caller.get(LANGUAGES, headers=house.authorization(**person))
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 20
        assert refused.headers["ratelimit-remaining"] == "0"
        assert refused.json() == {
            "error": "Too many requests came in too short a time. Please try again in"
            f" {refused.headers['retry-after']} s."
        }
        # Nobody else pays for it: another person, or a person with the same id elsewhere.
        assert (await caller.get(LANGUAGES, headers=house.authorization())).status_code == 200
        other = await a_house(database)
        assert (await caller.get(LANGUAGES, headers=other.authorization(**person))).status_code == 200


async def test_what_is_no_good_token_counts_for_nobody(make: Make, house: House) -> None:
    app = make(calls=ClientRate(1))
    async with browsing(app) as caller:
        for _ in range(3):
            answer = await caller.get(LANGUAGES, headers={"Authorization": f"{house.authorization()}x"})
            assert answer.status_code == 401
            assert "ratelimit-limit" not in answer.headers


async def test_a_client_address_is_told_in_the_way_that_it_can_read(make: Make, house: House) -> None:
    app = make(requests=ClientRate(4))
    async with browsing(app) as caller, browsing(app, address="192.0.2.2") as other:
        assert [(await caller.get(PAGE)).status_code for _ in range(4)] == [404] * 4
        page = await caller.get(PAGE, headers={"Accept": "text/html"})
        assert (page.status_code, page.headers["content-type"]) == (429, "text/html; charset=utf-8")
        assert "Wait a minute, then reload the page" in page.text
        call = await caller.get(LANGUAGES, headers=house.authorization())
        said = await caller.post("/interview/x/say", json={"kind": "arrive"})
        for answer in (page, call, said):
            assert answer.status_code == 429
            assert 1 <= int(answer.headers["retry-after"]) <= 15
            assert answer.headers["cache-control"] == "no-store"
        assert call.json() == said.json()
        assert call.headers["ratelimit-limit"] == "4"
        assert (await caller.get("/healthz")).status_code == 200
        assert (await caller.get("/static/x/nothing.css")).status_code == 404
        assert (await other.get(PAGE)).status_code == 404


async def test_a_socket_counts_as_a_request(make: Make) -> None:
    app = make(requests=ClientRate(1))
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    scope = {
        "type": "websocket", "path": "/interview/x/socket", "raw_path": b"/interview/x/socket", "query_string": b"",
        "headers": [], "client": ("192.0.2.1", 1), "root_path": "", "subprotocols": [],
    }  # fmt: skip
    for _ in range(2):
        sent.clear()
        await app(dict(scope), receive, send)
    assert sent[0]["status"] == 429
    assert (b"retry-after", b"60") in sent[0]["headers"]


# --- No room -------------------------------------------------------------------------------------------------------


async def test_what_the_database_has_no_room_for_is_to_be_sent_again_later(
    make: Make, house: House, address: DatabaseAddress, database: Database
) -> None:
    """By the database's own word for it: a trigger that says so of one name alone."""
    admin = await asyncpg.connect(address.admin_url)
    try:
        await admin.execute("""
            create function refuse_for_the_test() returns trigger language plpgsql as $$
            begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$;
            create trigger refuse_for_the_test before insert on interviews for each row
                when (new.name = 'No room for this one') execute function refuse_for_the_test();
        """)
        async with browsing(make()) as caller:
            for key in ({}, {"Idempotency-Key": "again"}):
                refused = await caller.post(
                    CREATE, json=a_body(house, name="No room for this one"), headers=house.authorization() | key
                )
                assert refused.status_code == 503
                assert refused.headers["retry-after"] == "60"
                assert refused.json() == {"error": NoSpace.__doc__}
            assert (await caller.post(CREATE, json=a_body(house), headers=house.authorization())).status_code == 200
            mine = await caller.get(f"{PREFIX}/merchant-interview-list", headers=house.authorization())
            assert mine.text.count("No room for this one") == 0
    finally:
        await admin.execute("drop trigger if exists refuse_for_the_test on interviews")
        await admin.execute("drop function if exists refuse_for_the_test")
        await admin.close()


async def test_what_a_file_has_no_room_for_is_to_be_sent_again_later(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    app = make()

    def fill(request: Request) -> Response:
        with open("/dev/full", "wb", buffering=0) as full:
            full.write(b"x")
        return Response()

    app._pages._app.router.routes.append(Route("/full", fill, methods=["POST"]))
    async with browsing(app) as caller:
        refused = await caller.post("/full")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "60")
    assert refused.json() == {"error": NoSpace.__doc__}
    assert [(record.levelname, record.exc_info) for record in caplog.records if record.name == "vivavoce.app"] == [
        ("ERROR", None)
    ]


# --- What clients do wrong -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", [CREATE, "/interview/at/nobody-of-that-name/sign-out", "/interview/{id}/say", "/interview/{id}/start"]
)
async def test_a_body_that_is_cut_off_is_no_fault_of_ours(
    make: Make, house: House, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    caplog.set_level(logging.DEBUG)
    app = make()

    async def read(request: Request) -> Response:
        await request.form()
        return Response()

    add_page(app._pages._app, "/read", read, method="POST")
    parts: list[Message] = []

    async def receive() -> Message:
        return parts.pop(0) if parts else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        pass

    for one in (path.replace("{id}", str(house.template_id)), "/read"):
        headers = [(b"content-type", b"application/x-www-form-urlencoded")]
        headers += [(name.lower().encode(), value.encode()) for name, value in house.authorization().items()]
        scope = {
            "type": "http", "method": "POST", "path": one, "raw_path": one.encode(), "query_string": b"",
            "headers": headers, "client": ("192.0.2.1", 1), "server": ("interviews.example", 80), "scheme": "http",
            "root_path": "", "http_version": "1.1", "asgi": {"version": "3.0"},
        }  # fmt: skip
        parts[:] = [{"type": "http.request", "body": b"{", "more_body": True}]
        async with asyncio.timeout(30):
            await app(scope, receive, send)
    ours = [record for record in caplog.records if record.name.startswith("vivavoce")]
    assert any("went away" in record.getMessage() for record in ours)
    assert all(record.levelno <= logging.INFO and record.exc_info is None for record in ours)
