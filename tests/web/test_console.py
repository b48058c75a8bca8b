"""The console's door and frame: who comes in, where they are led, and what is not taken from them."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest

from tests.builders import KEYS, House, a_house
from tests.console import sit
from tests.whole import an_app, calls_to
from vivavoce.db.database import Database
from vivavoce.merchants.people.members import NewMember, add_member
from vivavoce.merchants.people.sign_in import make_member_code
from vivavoce.merchants.standing import MerchantStanding
from vivavoce.merchants.tokens import Role
from vivavoce.web.console.desk import COOKIE, FORM_KEY


@pytest.fixture
async def mailing(database: Database, standing: MerchantStanding) -> AsyncIterator[httpx.AsyncClient]:
    """Calls to a house by https that can mail codes."""
    app = an_app(database, standing, public_url="https://interviews.example", sends_mail=True)
    async with calls_to(app, at="https://interviews.example") as opened:
        yield opened


async def test_who_is_not_signed_in_is_asked_to_and_led_back(
    client: httpx.AsyncClient, mailing: httpx.AsyncClient, database: Database, house: House
) -> None:
    seated = await sit(database, house)
    page = await mailing.get(seated.url("team/?said=x"))
    assert page.status_code == 401
    assert f'name="to" value="{seated.url("team/?said=x")}"' in page.text
    sign_in_id, code = await make_member_code(database, KEYS, email=seated.member.email, now=datetime.now(UTC))
    form = {"sign_in": str(sign_in_id), "to": seated.url("team/"), "code": "000000" if code != "000000" else "111111"}
    wrong = await client.post("/console/code", data=form)
    assert wrong.status_code == 422
    assert "4 more tries" in wrong.text
    right = await client.post("/console/code", data=form | {"code": code})
    assert (right.status_code, right.headers["location"]) == (303, seated.url("team/"))
    cookie = right.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    page = await client.get(right.headers["location"], headers={"Cookie": cookie.partition(";")[0]})
    assert page.status_code == 200
    assert seated.member.email in page.text
    assert "trusted-types" not in page.headers["content-security-policy"]


async def test_over_https_the_cookie_is_this_hosts_alone(
    mailing: httpx.AsyncClient, database: Database, house: House
) -> None:
    seated = await sit(database, house)
    asked = await mailing.post("/console/sign-in", data={"email": seated.member.email})
    assert re.fullmatch(r"/console/code\?sign_in=[0-9a-f-]{36}", asked.headers["location"])
    sign_in_id, code = await make_member_code(database, KEYS, email=seated.member.email, now=datetime.now(UTC))
    answer = await mailing.post("/console/code", data={"sign_in": str(sign_in_id), "code": code})
    assert answer.headers["set-cookie"].startswith(f"__Host-{COOKIE}=")
    assert "Secure" in answer.headers["set-cookie"]
    foreign = await mailing.post(
        "/console/code", data={"sign_in": str(sign_in_id)}, headers={"Origin": "https://evil.example"}
    )
    assert foreign.status_code == 403


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example/console/at/", "/console/at/x\\..", "/docs"])
async def test_nobody_is_led_to_another_place(mailing: httpx.AsyncClient, to: str) -> None:
    page = await mailing.get("/console/", params={"to": to})
    assert 'name="to" value=""' in page.text


async def test_another_merchants_pages_are_not_there(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    seated, other = await sit(database, house), await a_house(database)
    there = await seated.get(client, f"/console/at/{other.merchant.slug}/")
    nowhere = await seated.get(client, f"/console/at/nowhere-{uuid4().hex}/")
    by_id = await seated.get(client, f"/console/at/{house.merchant.id}/")
    assert {one.status_code for one in (there, nowhere, by_id)} == {404}
    assert there.text.replace(other.merchant.slug, "") == nowhere.text or "Nothing here" in there.text


async def test_an_address_that_is_not_there_is_told_by_a_page(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    seated = await sit(database, house)
    page = await seated.get(client, "nothing/at/all", Accept="text/html", **{"Accept-Language": "de"})
    assert page.status_code == 404
    assert "Hier ist nichts" in page.text
    slashed = await seated.get(client, "team", Accept="text/html")
    assert (slashed.status_code, slashed.headers["location"]) == (307, seated.url("team/"))
    assert (await seated.get(client, "nothing")).headers["content-type"] == "application/json"


async def test_the_choice_and_the_merchants_below(client: httpx.AsyncClient, database: Database) -> None:
    above, email = await a_house(database), f"{uuid4().hex}@staff.example"
    below = await a_house(database, parent_id=above.merchant.id)
    seated = await sit(database, above, Role.RECRUITER, email=email)
    chosen = await seated.get(client, "/console/")
    assert {f"/console/at/{one.merchant.slug}/" for one in (above, below)} <= set(
        re.findall('href="([^"]+)"', chosen.text)
    )
    assert (await seated.get(client, f"/console/at/{below.merchant.slug}/")).status_code == 200
    selects = await sit(database, above, Role.SELECTION)
    assert (await selects.get(client, f"/console/at/{below.merchant.slug}/")).status_code == 404
    assert (await selects.get(client, "/console/")).headers["location"] == selects.url()
    beside = await a_house(database)
    async with database.tenant(beside.merchant.id) as connection:
        await add_member(
            connection,
            NewMember(email=email, name="", role=Role.SELECTION),
            merchant_id=beside.merchant.id,
            actor="test",
            now=datetime.now(UTC),
        )
    assert (await seated.get(client, f"/console/at/{beside.merchant.slug}/")).status_code == 200, "invited meanwhile"
    assert (await seated.get(client, f"/console/at/{beside.merchant.slug}/team/")).status_code == 403
    learns = await sit(database, above, Role.USER)
    assert (await learns.get(client)).status_code == 404
    assert "nothing here for you yet" in (await learns.get(client, "/console/")).text.lower()


async def test_a_form_of_another_session_or_site_changes_nothing(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    seated, other = await sit(database, house), await sit(database, house)
    fields = {"email": f"{uuid4().hex}@staff.example", "role": "merchant"}
    address = seated.url("team/invite")
    for headers, key in (
        (seated.headers, ""),
        (seated.headers, other.key),
        (seated.headers | {"Origin": "https://evil.example"}, seated.key),
    ):
        answer = await client.post(address, data=fields | {FORM_KEY: key}, headers=headers)
        assert answer.status_code == 403
    assert (await client.post(address, data=fields | {FORM_KEY: seated.key})).status_code == 401
    assert fields["email"] not in (await seated.get(client, "team/")).text
    by_htmx = await client.post(address, data=fields, headers=seated.headers | {"X-Form-Key": seated.key})
    assert by_htmx.status_code == 303
    assert fields["email"] in (await seated.get(client, "team/")).text


async def test_the_team_is_its_owners_to_change(client: httpx.AsyncClient, database: Database, house: House) -> None:
    owner, recruiter = await sit(database, house), await sit(database, house, Role.RECRUITER)
    assert (await recruiter.get(client, "team/")).status_code == 403
    assert (await recruiter.post(client, "team/invite", email="x@staff.example", role="merchant")).status_code == 403
    bad = await owner.post(client, "team/invite", email="nobody", role="merchant", name="<b>Nobody</b>")
    assert bad.status_code == 422
    assert 'aria-invalid="true"' in bad.text
    assert "&lt;b&gt;Nobody" in bad.text
    assert (await owner.post(client, "team/invite", email="y@staff.example", role="admin")).status_code == 422
    alone = await owner.post(client, f"team/{owner.member.id}/role", role="merchant")
    assert alone.status_code == 409
    assert "only owner" in alone.text
    assert (await owner.post(client, f"team/{recruiter.member.id}/remove")).status_code == 303
    assert (await recruiter.get(client)).status_code == 401, "signed out at once"
    assert (await owner.post(client, f"team/{uuid4()}/remove")).status_code == 404


async def test_sessions_are_listed_and_ended(client: httpx.AsyncClient, database: Database, house: House) -> None:
    here = await sit(database, house)
    there = await sit(database, house, email=here.member.email)
    page = await here.get(client, "/console/account")
    assert page.text.count("Firefox, Linux") >= 2
    assert str(there.came.session_id) in page.text
    await here.post(client, "/console/account/end", session=str(there.came.session_id))
    assert (await there.get(client)).status_code == 401
    assert (await here.get(client)).status_code == 200
    await here.post(client, "/console/sign-out")
    assert (await here.get(client)).status_code == 401


async def test_the_console_speaks_english_and_german(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    seated = await sit(database, house)
    for accepted, lang in (("de-AT,en;q=0.5", "de"), ("fr,de;q=0.8", "de"), ("fr", "en"), ("ar", "en")):
        page = await seated.get(client, **{"Accept-Language": accepted})
        assert f'<html lang="{lang}" dir="ltr"' in page.text, accepted
    chosen = await seated.get(client, "?lang=de")
    assert 'lang="de"' in chosen.text
    assert "vivavoce_lang=de; HttpOnly" in chosen.headers["set-cookie"]
    assert "Path=/console" in chosen.headers["set-cookie"]
