"""Which address counts for posts, redirects, cookies and headers: the configured one, never the request's `Host`."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from tests.builders import CONSENTS, KEYS, House, a_draft, a_seat, an_interview, store_in
from tests.folding import folded
from tests.whole import an_app, calls_to
from vivavoce.candidates.links import LINK_LIFE, sign_link
from vivavoce.db.database import Database
from vivavoce.errors import BadSetting
from vivavoce.merchants.standing import MerchantStanding
from vivavoce.web.address import OwnAddress

PLAIN, SAFE = "http://interviews.example", "https://interviews.example"

Open = Callable[..., httpx.AsyncClient]


@pytest.fixture
def open_at(database: Database, standing: MerchantStanding, data_dir: Path) -> Open:
    """A browser at an app with this address."""

    def opened(url: str, *, is_set: bool = True, at: str | None = None) -> httpx.AsyncClient:
        app = an_app(database, standing, public_url=url, is_public_url_set=is_set, recordings=store_in(data_dir))
        return calls_to(app, at=at or url)

    return opened


# --- Posts from other sites ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "origin", "host", "is_taken"),
    [
        (SAFE, SAFE, "interviews.example", True),
        (SAFE, None, "interviews.example", True),  # no browser
        (SAFE, "https://interviews.example:443", "interviews.example", False),  # no browser writes it so
        (SAFE, PLAIN, "interviews.example", False),
        (PLAIN, SAFE, "interviews.example", False),
        (SAFE, "null", "interviews.example", False),
        (SAFE, "https://evil.example", "interviews.example", False),
        (SAFE, "https://evil.example", "evil.example", False),
        (SAFE, "https://interviews.example.evil.example", "interviews.example", False),
        (SAFE, SAFE, "10.0.0.7:8000", True),  # a proxy that names its own upstream
        (SAFE, "http://10.0.0.7:8000", "10.0.0.7:8000", False),
        ("https://Interviews.Example:443", SAFE, "interviews.example", True),
        ("https://bücher.example", "https://xn--bcher-kva.example", "xn--bcher-kva.example", True),
    ],
)
async def test_a_post_comes_from_the_configured_address_or_from_no_page(
    open_at: Open, url: str, origin: str | None, host: str, is_taken: bool
) -> None:
    headers = {"Host": host} | ({} if origin is None else {"Origin": origin})
    async with open_at(url, at=SAFE) as browser:
        answer = await browser.post("/interview/at/nobody-of-that-name/sign-out", headers=headers)
    assert answer.status_code == (404 if is_taken else 403)


@folded(
    ("origin", "host", "is_taken"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8000", True),
        ("http://localhost:8000", "localhost:8000", True),
        ("http://192.168.1.20:8000", "192.168.1.20:8000", True),
        ("http://[::1]:8000", "[::1]:8000", True),
        ("http://localhost:9000", "localhost:8000", False),
        ("https://localhost:8000", "localhost:8000", False),
        ("http://evil.example:8000", "evil.example:8000", False),  # a name that points at us
        ("http://localhost.evil.example", "localhost.evil.example", False),
        ("http://evil.example", "localhost:8000", False),
        ("http://[::1", "[::1", False),
    ],
)
def test_without_a_configured_address_the_machines_own_names_count(origin: str, host: str, is_taken: bool) -> None:
    assert OwnAddress.of("http://127.0.0.1:8000", is_set=False).sends(origin, host=host) is is_taken


@pytest.mark.parametrize("url", ["https://a b", "https://user@interviews.example", "https://interviews.example:99999"])
def test_an_address_that_no_browser_can_open_stops_the_start(url: str) -> None:
    with pytest.raises(BadSetting, match="VIVAVOCE_PUBLIC_URL"):
        OwnAddress.of(url, is_set=True)


# --- Redirects -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/interview/at/acme", "/interview/at/acme/"),
        ("/interview/at/acme?lang=de", "/interview/at/acme/?lang=de"),
        ("/interview/at/a%20b", "/interview/at/a%20b/"),
        ("/interview/at/a%0d%0ab", "/interview/at/a%0D%0Ab/"),
        ("/interview/take/x/person/", "/interview/take/x/person"),
    ],
)
async def test_a_missing_slash_leads_nowhere_else(open_at: Open, asked: str, leads_to: str) -> None:
    async with open_at(SAFE) as browser:
        answer = await browser.get(asked, headers={"Host": "evil.example"})
    assert (answer.status_code, answer.headers["location"]) == (307, leads_to)


@pytest.mark.parametrize("asked", ["//evil.example", "//evil.example/", "/", "", "/nothing", "/nothing/", "/\\evil/"])
async def test_what_is_nowhere_leads_nowhere(open_at: Open, asked: str) -> None:
    async with open_at(SAFE) as browser:
        answer = await browser.get(f"{SAFE}{asked}")
    assert answer.status_code == 404
    assert "location" not in answer.headers


# --- Headers -------------------------------------------------------------------------------------------------------

EVERY_KIND = [
    "/", "/nothing", "/healthz", "/docs", "/interview/at/nobody-of-that-name/", "/functions/v1/nothing",
    "/functions/v1/merchant-status", "/functions/v1/platform-languages-list", "/static/x/nothing.css",
]  # fmt: skip


@pytest.mark.parametrize("path", EVERY_KIND)
async def test_every_answer_says_what_it_is_and_how_long_it_may_be_kept(open_at: Open, house: House, path: str) -> None:
    headers = house.authorization()
    async with open_at(SAFE) as safe, open_at(PLAIN) as plain:
        answer = await safe.get(path, headers=headers)
        assert answer.headers.get_list("x-content-type-options") == ["nosniff"]
        assert answer.headers.get_list("strict-transport-security") == ["max-age=31536000"]
        assert len(answer.headers.get_list("cache-control")) == 1
        assert "strict-transport-security" not in (await plain.get(path, headers=headers)).headers


async def test_what_is_somebodys_is_not_kept(open_at: Open, house: House) -> None:
    async with open_at(SAFE) as browser:
        for path in ("merchant-status", "merchant-result-list", "merchant-task-list", "job-interview-get"):
            answer = await browser.get(f"/functions/v1/{path}", headers=house.authorization())
            assert answer.headers["cache-control"] == "no-store", path


async def test_what_changes_with_its_address_is_still_kept(open_at: Open) -> None:
    async with open_at(SAFE) as browser:
        page = (await browser.get("/docs")).text
        style = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
        assert (await browser.get(style)).headers["cache-control"] == "public, max-age=31536000, immutable"


# --- Cookies -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "person", "seat"),
    [
        (SAFE, "__Host-vivavoce_person_", "__Secure-vivavoce_candidate="),
        (PLAIN, "vivavoce_person_", "vivavoce_candidate="),
    ],
)
async def test_by_https_cookies_say_in_their_names_what_holds_for_them(
    open_at: Open, database: Database, house: House, url: str, person: str, seat: str
) -> None:
    seated = await a_seat(database, house, await an_interview(database, house, a_draft(house)))
    token = sign_link(KEYS, seated, expires_at=datetime.now(UTC) + LINK_LIFE)
    agreed = {f"consent_{consent.purpose}": "yes" for consent in CONSENTS}
    async with open_at(url) as browser:
        begun = await browser.post(
            f"/interview/take/{seated.interview_id}/begin", data={"interview_token": token, **agreed}
        )
        cookies = begun.headers.get_list("set-cookie")
        by_start = {start: next(one for one in cookies if one.startswith(start)) for start in (person, seat)}
        is_safe = url == SAFE
        assert all(("Secure" in cookie) is is_safe and "HttpOnly" in cookie for cookie in by_start.values())
        assert all("Domain" not in cookie for cookie in by_start.values())
        assert ("Path=/;" in by_start[person]) is is_safe
        assert "Path=/interview/" in by_start[seat]
        # Both are read again: the conversation by one, the own page by the other.
        assert (await browser.get(begun.headers["location"])).status_code == 200
        own = await browser.get(f"/interview/at/{house.merchant.slug}/mine/")
        assert "/sign-out" in own.text
        out = await browser.post(f"/interview/at/{house.merchant.slug}/sign-out")
        assert any(one.startswith(person) and "Max-Age=0" in one for one in out.headers.get_list("set-cookie"))
        assert "/sign-out" not in (await browser.get(f"/interview/at/{house.merchant.slug}/mine/")).text
