"""Signing in to the console at the company's own provider: there, back, and what is said where nobody is let in."""

import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest

from tests.builders import House
from tests.company import CLIENT_ID, SECRET, Company, a_company
from tests.console import sit
from tests.whole import an_app, calls_to
from vivavoce.db.database import Database
from vivavoce.merchants.people.members import NewMember, add_member
from vivavoce.merchants.standing import MerchantStanding
from vivavoce.merchants.tokens import Role
from vivavoce.providers.oidc import OidcProvider
from vivavoce.web.console.company_account import COOKIE as JOURNEY
from vivavoce.web.console.desk import COOKIE, FORM_KEY
from vivavoce.web.parts import CompanySignIn

HERE = "http://console.example"


@pytest.fixture(scope="module")
def company() -> Iterator[Company]:
    with a_company() as running:
        yield running


@pytest.fixture
async def door(database: Database, standing: MerchantStanding, company: Company) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at a console whose people may come in by the company."""
    provider = OidcProvider(issuer=company.issuer, client_id=CLIENT_ID, secret=SECRET)
    company_sign_in = CompanySignIn(provider=provider, name="Quayside & Sons")
    app = an_app(database, standing, public_url=HERE, sends_mail=True, oidc=company_sign_in)
    async with calls_to(app, at=HERE) as opened:
        yield opened


async def invite(database: Database, house: House, company: Company, **claims: object) -> tuple[str, str]:
    """Somebody who was invited, and has an account at the company. Their address, and the account's subject."""
    email, subject = f"{uuid4().hex}@staff.example", uuid4().hex
    async with database.tenant(house.merchant.id) as connection:
        person = NewMember(email=email, name="", role=Role.OWNER)
        await add_member(connection, person, merchant_id=house.merchant.id, actor="test", now=datetime.now(UTC))
    company.employ(subject, **{"email": email, "email_verified": True, **claims})
    return email, subject


async def test_who_was_invited_comes_in_by_the_company_and_goes_out_of_both(
    door: httpx.AsyncClient, database: Database, house: House, company: Company
) -> None:
    email, subject = await invite(database, house, company)
    to = f"/console/at/{house.merchant.slug}/team/"
    asked = await door.get(to)
    assert "Continue with Quayside &amp; Sons" in asked.text
    [start] = re.findall(r'href="(/console/oidc[^"]*)"', asked.text)
    there = await door.get(start)
    assert there.status_code == 303
    assert there.headers["location"].startswith(f"{company.issuer}/")
    assert "HttpOnly" in there.headers["set-cookie"]
    assert "SameSite=lax" in there.headers["set-cookie"]
    back = company.sign_in(there.headers["location"], subject)
    assert back.startswith("http://console.example/console/oidc/back?")
    came = await door.get(back)
    assert (came.status_code, came.headers["location"]) == (303, to)
    assert JOURNEY not in door.cookies
    page = await door.get(to)
    assert email in page.text
    account = (await door.get("/console/account")).text
    assert "With your company’s account" in account
    assert "Remove Quayside &amp; Sons" in account
    key = re.search(rf'name="{FORM_KEY}" value="(\w+)"', account)
    assert key is not None
    out = await door.post("/console/sign-out", data={FORM_KEY: key[1]})
    left = await door.get(out.headers["location"])
    assert "You may still be signed in at Quayside &amp; Sons" in left.text
    ended = await door.get("/console/oidc/out")
    assert ended.headers["location"].startswith(f"{company.issuer}/oauth2/end_session?client_id={CLIENT_ID}")
    assert (await door.get("/console/account")).status_code == 401


async def test_a_code_of_another_journey_or_browser_lets_nobody_in(
    door: httpx.AsyncClient, database: Database, house: House, company: Company
) -> None:
    _, subject = await invite(database, house, company)
    theirs = company.sign_in((await door.get("/console/oidc")).headers["location"], subject)
    await door.get("/console/oidc")  # another journey of this browser
    assert "began in another browser" in (await door.get(theirs)).text
    # Somebody else's code with the state of this browser: it was asked for with another verifier.
    mine = (await door.get("/console/oidc")).headers["location"]
    state = httpx.URL(mine).params["state"]
    mixed = httpx.URL(theirs).copy_set_param("state", state)
    answer = await door.get(str(mixed))
    assert answer.status_code == 400
    assert "couldn’t verify the answer" in answer.text
    assert COOKIE not in door.cookies
    used = company.sign_in((await door.get("/console/oidc")).headers["location"], subject)
    assert (await door.get(used)).status_code == 303
    assert (await door.get(used)).status_code == 400, "once"


async def test_what_is_refused_is_said_in_words(
    door: httpx.AsyncClient, database: Database, house: House, company: Company
) -> None:
    _, unverified = await invite(database, house, company, email_verified=False)
    _, taken = await invite(database, house, company)
    stranger, second = uuid4().hex, uuid4().hex
    company.employ(stranger, email=f"{stranger}@staff.example", email_verified=True)
    wrong = []

    async def come(subject: str) -> httpx.Response:
        return await door.get(company.sign_in((await door.get("/console/oidc")).headers["location"], subject))

    assert (await come(taken)).status_code == 303
    email = re.search(r"[0-9a-f]{32}@staff.example", (await door.get("/console/account")).text)
    assert email is not None
    company.employ(second, email=email[0], email_verified=True)
    for subject, status, words in (
        (unverified, 400, "doesn’t vouch for your email address"),
        (stranger, 403, "No one has invited"),
        (second, 403, "already linked to another account at Quayside"),
    ):
        answer = await come(subject)
        if answer.status_code != status or words not in answer.text:
            wrong.append((words, answer.status_code))
    declined = company.decline((await door.get("/console/oidc")).headers["location"])
    answer = await door.get(declined, headers={"Accept-Language": "de"})
    if answer.status_code != 400 or "Quayside &amp; Sons" not in answer.text or 'lang="de"' not in answer.text:
        wrong.append(("declined", answer.status_code))
    for query in ("", "?state=x&code=y", f"?state={'x' * 5000}"):
        answer = await door.get(f"/console/oidc/back{query}")
        if answer.status_code != 400:
            wrong.append((query[:20], answer.status_code))
    assert wrong == []


async def test_without_a_provider_there_is_no_such_way(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    assert (await client.get("/console/oidc")).status_code == 404
    assert (await client.get("/console/oidc/back?state=x")).status_code == 404
    assert "Continue with" not in (await client.get("/console/")).text
    seated = await sit(database, house)
    assert (await seated.post(client, "/console/sign-out")).headers["location"] == "/console/"
    assert (await seated.post(client, "/console/account/unlink", account=str(uuid4()))).status_code == 401
