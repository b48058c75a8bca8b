"""Passkeys at the console: added on one's own page, shown at the door, and from our own pages alone."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from tests.builders import KEYS, House
from tests.console import Seated, sit
from tests.passkeys import SoftDevice
from tests.whole import an_app, calls_to
from vivavoce.db.database import Database
from vivavoce.merchants.people.sessions import form_key, sign_member_session
from vivavoce.merchants.standing import MerchantStanding
from vivavoce.web.console.desk import COOKIE, FORM_KEY

HERE = "https://interviews.example"
EVIL = {"Origin": "https://evil.example"}


@pytest.fixture
async def browser(database: Database, standing: MerchantStanding) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at a console with an https address."""
    async with calls_to(an_app(database, standing, public_url=HERE), at=HERE) as opened:
        yield opened


def remember(browser: httpx.AsyncClient, seated: Seated) -> None:
    """The browser in which they are signed in."""
    session = sign_member_session(KEYS, seated.came, now=datetime.now(UTC))
    browser.cookies.set(f"__Host-{COOKIE}", session, domain="interviews.example", path="/")


async def test_a_passkey_is_added_and_signs_its_owner_in_where_they_wanted_to_go(
    browser: httpx.AsyncClient, database: Database, house: House
) -> None:
    seated, device = await sit(database, house), SoftDevice()
    remember(browser, seated)
    form = {FORM_KEY: form_key(KEYS, seated.came.session_id)}
    asked = await browser.post("/console/account/passkeys/begin", headers={"X-Form-Key": form[FORM_KEY]})
    assert seated.member.email in asked.text
    assert "SameSite=strict" in asked.headers["set-cookie"]
    assert "HttpOnly" in asked.headers["set-cookie"]
    made = await browser.post("/console/account/passkeys", data=form | {"credential": device.make(asked.text)})
    assert (made.status_code, made.headers["location"]) == (303, "/console/account?said=passkey_added")
    page = (await browser.get(made.headers["location"])).text
    assert "From now on you can sign in with it" in page
    assert 'data-origin="https://interviews.example"' in page

    browser.cookies.clear()
    door = (await browser.get("/console/")).text
    assert 'action="/console/passkey"' in door
    asked = await browser.post("/console/passkey/begin")
    assert seated.member.email not in asked.text
    assert device.credential_id.hex() not in asked.text
    shown = {"credential": device.show(asked.text), "to": seated.url("team/")}
    came = await browser.post("/console/passkey", data=shown)
    assert (came.status_code, came.headers["location"]) == (303, seated.url("team/"))
    assert "With a passkey" in (await browser.get("/console/account")).text
    again = await browser.post("/console/passkey", data=shown, headers={"Accept-Language": "de"})
    assert again.status_code == 400
    assert "Dieser Passkey gehört hier zu niemandem" in again.text


async def test_no_other_page_adds_removes_or_shows_one(
    browser: httpx.AsyncClient, client: httpx.AsyncClient, database: Database, house: House
) -> None:
    seated = await sit(database, house)
    remember(browser, seated)
    wrong = []
    for path, headers, fields, status in (
        ("passkey/begin", EVIL, {}, 403),
        ("passkey", EVIL, {"credential": "{}"}, 403),
        ("account/passkeys/begin", {}, {}, 403),
        ("account/passkeys", {}, {"credential": "{}"}, 403),
        ("account/passkeys/remove", {}, {"passkey": "x"}, 403),
        ("account/passkeys/remove", {}, {"passkey": "x", FORM_KEY: seated.key}, 303),
        ("account/passkeys", {"Accept-Language": "de"}, {"credential": "{}", FORM_KEY: seated.key}, 400),
        ("passkey", {}, {"credential": "x" * 10_000}, 400),
    ):
        answer = await browser.post(f"/console/{path}", data=fields, headers=headers)
        if answer.status_code != status:
            wrong.append((path, status, answer.status_code))
    assert wrong == []
    browser.cookies.clear()
    assert (await browser.post("/console/account/passkeys/begin")).status_code == 401
