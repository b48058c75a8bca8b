"""Calls from other people's pages: which may ask, which may read the answer, and that none may by default."""

import asyncio
import time
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.builders import KEYS, House, a_body, a_house
from tests.folding import folded
from tests.whole import an_app, calls_to
from vivavoce.api.pages import HEADERS
from vivavoce.db.database import Database
from vivavoce.errors import Invalid, NotFound
from vivavoce.merchants.keys import Sealer
from vivavoce.merchants.origins import add_origin, list_origins, remove_origin, to_origin
from vivavoce.merchants.standing import MerchantStanding
from vivavoce.merchants.tokens import Role

CREATE = "/functions/v1/job-interview-create-from-array"
GET = "/functions/v1/job-interview-get"
# What supabase-js 2 sends from a browser, and our own.
PATIENCE_SECONDS = 60.0  # a second is what is promised; `make attack` holds the like of it
ASKED = "apikey,authorization,content-type,idempotency-key,x-client-info,x-region,x-supabase-api-version"


@pytest.fixture
def page() -> str:
    """An origin of this test's own."""
    return f"https://{uuid4().hex}.example"


async def allow(database: Database, standing: MerchantStanding, house: House, page: str) -> None:
    await add_origin(database, page, merchant_id=house.merchant.id, actor="test")
    await until(standing, page, house.merchant.id, may=True)


async def until(standing: MerchantStanding, page: str, merchant_id: UUID, *, may: bool) -> None:
    """Once the server has heard of it."""
    end = time.monotonic() + PATIENCE_SECONDS
    while standing.may_read(page, merchant_id) is not may:
        assert time.monotonic() < end, "the server has not heard of it"
        await asyncio.sleep(0.005)


async def ask(client: httpx.AsyncClient, page: str, *, address: str = CREATE, method: str = "POST") -> httpx.Response:
    """As a browser does before the call itself."""
    return await client.options(
        address,
        headers={
            "Origin": page, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": ASKED,
        },
    )  # fmt: skip


def cors(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}


# --- The question before -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", [CREATE, GET, "/functions/v1/no-such-operation"])
@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_page_that_a_merchant_allows_may_ask_anything_here(
    client: httpx.AsyncClient,
    database: Database,
    standing: MerchantStanding,
    house: House,
    page: str,
    operation: str,
    method: str,
) -> None:
    await allow(database, standing, house, page)
    answer = await ask(client, page, address=operation, method=method)
    assert answer.status_code == 204
    assert cors(answer) == {
        "access-control-allow-origin": page,
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": HEADERS,
        "access-control-max-age": "600",
    }
    assert answer.headers["vary"] == "Origin"
    assert set(ASKED.split(",")) <= set(HEADERS.split(", "))


@pytest.mark.parametrize("origin", ["https://stranger.example", "null", "*", "", "https://", "x" * 5000])
async def test_a_page_that_nobody_allows_is_told_nothing(client: httpx.AsyncClient, origin: str) -> None:
    answer = await ask(client, origin)
    assert (answer.status_code, cors(answer), answer.headers["vary"]) == (403, {}, "Origin")
    assert "vivavoce merchant origin add" in answer.json()["error"]


@pytest.mark.parametrize("like", ["{}.evil.example", "{}:444", "{}/", "{}%20", "{}, {}"])
async def test_an_origin_that_only_looks_alike_is_another(
    client: httpx.AsyncClient, database: Database, standing: MerchantStanding, house: House, page: str, like: str
) -> None:
    await allow(database, standing, house, page)
    for other in (like.format(page, page), page.replace("https", "http"), page.upper()):
        assert cors(await ask(client, other)) == {}


async def test_what_is_no_question_of_a_browser_is_no_preflight(client: httpx.AsyncClient, page: str) -> None:
    answer = await client.options(CREATE, headers={"Origin": page})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_only_the_wire_answers_pages(
    client: httpx.AsyncClient, database: Database, standing: MerchantStanding, house: House, page: str
) -> None:
    await allow(database, standing, house, page)
    for address in ("/healthz", "/interview/take/x/", "/"):
        assert cors(await ask(client, page, address=address)) == {}
        assert cors(await client.get(address, headers={"Origin": page})) == {}


# --- The call itself -----------------------------------------------------------------------------------------------


async def create(client: httpx.AsyncClient, house: House, page: str | None, **changes: Any) -> httpx.Response:
    headers = house.authorization() | ({} if page is None else {"Origin": page})
    return await client.post(CREATE, json=a_body(house, **changes), headers=headers)


async def test_a_page_of_the_merchant_reads_the_answer_and_its_warnings(
    client: httpx.AsyncClient, database: Database, standing: MerchantStanding, house: House, page: str
) -> None:
    await allow(database, standing, house, page)
    answer = await create(client, house, page, custom_scoring={"accent": {"weight": 1}})
    assert cors(answer) == {
        "access-control-allow-origin": page,
        "access-control-expose-headers": (
            "RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Vivavoce-Warning"
        ),
    }
    assert answer.headers["vary"] == "Origin"


async def test_a_page_of_another_merchant_reads_nothing(
    client: httpx.AsyncClient, database: Database, standing: MerchantStanding, house: House, page: str
) -> None:
    """The question before was answered with yes: nobody knew yet whose token would come."""
    other = await a_house(database)
    await allow(database, standing, other, page)
    assert (await ask(client, page)).status_code == 204
    assert cors(await create(client, house, page)) == {}
    assert cors(await create(client, other, page)) != {}


async def test_a_foreign_page_and_a_call_without_one_get_no_permission(client: httpx.AsyncClient, house: House) -> None:
    for page in ("https://stranger.example", None):
        answer = await create(client, house, page)
        assert (answer.status_code, cors(answer), answer.headers["vary"]) == (200, {}, "Origin")


@pytest.mark.parametrize(
    ("status", "call"),
    [
        (401, {"headers": {"Authorization": "Bearer no"}}),
        (401, {"headers": {}}),
        (422, {"content": b"[]"}),
        (400, {"content": b"{"}),
        (413, {"content": b" " * (1024 * 1024 + 1)}),
        (403, {"role": Role.CANDIDATE}),
        (404, {"address": "/functions/v1/nothing"}),
        (405, {"method": "PUT"}),
    ],
)
async def test_a_page_reads_what_is_wrong(
    client: httpx.AsyncClient,
    database: Database,
    standing: MerchantStanding,
    house: House,
    page: str,
    status: int,
    call: dict[str, Any],
) -> None:
    await allow(database, standing, house, page)
    given: dict[str, Any] = {"headers": house.authorization(call.get("role", Role.OWNER)), "json": a_body(house)} | call
    if "content" in given:
        del given["json"]
    method, address = given.pop("method", "POST"), given.pop("address", CREATE)
    given.pop("role", None)
    answer = await client.request(method, address, **given | {"headers": given["headers"] | {"Origin": page}})
    assert answer.status_code == status
    assert answer.json()["error"]
    assert cors(answer)["access-control-allow-origin"] == page
    stranger = given["headers"] | {"Origin": "https://stranger.example"}
    assert cors(await client.request(method, address, **given | {"headers": stranger})) == {}


async def test_a_page_reads_even_that_something_unforeseen_happened(
    database: Database, standing: MerchantStanding, house: House, page: str
) -> None:
    class Broken(Sealer):
        def seal(self, secret: bytes, *, place: str) -> bytes:
            raise RuntimeError("broken")

    await allow(database, standing, house, page)
    sealer = Broken(b"s" * 32)
    keys = replace(KEYS, sealer=sealer)
    app = an_app(database, standing, keys=keys)
    async with calls_to(app) as client:
        answer = await create(client, house, page, is_embedded=True)
    assert answer.status_code == 500
    assert cors(answer)["access-control-allow-origin"] == page


async def test_credentials_are_never_allowed(
    client: httpx.AsyncClient, database: Database, standing: MerchantStanding, house: House, page: str
) -> None:
    await allow(database, standing, house, page)
    for answer in (await ask(client, page), await create(client, house, page)):
        assert "access-control-allow-credentials" not in answer.headers
        assert answer.headers["access-control-allow-origin"] != "*"


# --- Naming them ---------------------------------------------------------------------------------------------------


async def test_an_origin_that_was_removed_may_call_no_longer(
    client: httpx.AsyncClient, database: Database, standing: MerchantStanding, house: House, page: str
) -> None:
    await allow(database, standing, house, page)
    await remove_origin(database, page.upper(), merchant_id=house.merchant.id, actor="test")
    await until(standing, page, house.merchant.id, may=False)
    assert (await ask(client, page)).status_code == 403
    assert cors(await create(client, house, page)) == {}


async def test_an_origin_is_named_once_and_stands_in_the_audit_log(database: Database, house: House) -> None:
    names: dict[str, Any] = {"merchant_id": house.merchant.id, "actor": "test"}
    for written in ("https://App.Example", "https://app.example:443/"):
        assert await add_origin(database, written, **names) == "https://app.example"
    await add_origin(database, "http://localhost:3000", **names)
    assert await list_origins(database, merchant_id=house.merchant.id) == [
        "http://localhost:3000", "https://app.example",
    ]  # fmt: skip
    await remove_origin(database, "https://app.example", **names)
    async with database.tenant(house.merchant.id) as connection:
        rows = await connection.fetch("select kind, data from events order by id")
    assert [(row["kind"], row["data"]["origin"]) for row in rows] == [
        ("origin.added", "https://app.example"),
        ("origin.added", "http://localhost:3000"),
        ("origin.removed", "https://app.example"),
    ]


async def test_nobody_removes_another_merchants_origin(database: Database, house: House, page: str) -> None:
    other = await a_house(database)
    await add_origin(database, page, merchant_id=house.merchant.id, actor="test")
    with pytest.raises(NotFound):
        await remove_origin(database, page, merchant_id=other.merchant.id, actor="test")
    assert await list_origins(database, merchant_id=house.merchant.id) == [page]


@folded(
    ("written", "origin"),
    [
        ("https://app.example", "https://app.example"),
        (" HTTPS://App.Example/ ", "https://app.example"),
        ("https://app.example:443", "https://app.example"),
        ("http://app.example:80", "http://app.example"),
        ("https://app.example:80", "https://app.example:80"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:5173", "http://127.0.0.1:5173"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
    ],
)
def test_an_origin_is_kept_as_a_browser_writes_it(written: str, origin: str) -> None:
    assert to_origin(written) == origin


@folded(
    "written",
    [
        "",
        "*",
        "null",
        "app.example",
        "https://",
        "https://*.example",
        "https://a.example/path",
        "https://a.example?q",
        "https://user@a.example",
        "ftp://a.example",
        "file://",
        "https://a.example:0",
        "https://a.example:65536",
        "https://a example",
        "https://bücher.example",
        "https://a.example\nb",
        "javascript:alert(1)",
        "https://" + "a" * 300,
    ],
)
def test_what_is_no_origin_is_refused(written: str) -> None:
    with pytest.raises(Invalid, match=r"location\.origin"):
        to_origin(written)
