"""The door for frames through the whole app: who comes in by a signature or a token, and what the others are told."""

import asyncio
import base64
import hashlib
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.builders import CONSENTS, House, a_body, a_house, an_attempt, store_in
from tests.embedding import bare_link, claims_of, to_base64, token_link
from tests.whole import an_app, calls_to
from vivavoce.attempts.erase import erase_person
from vivavoce.attempts.move import set_aside
from vivavoce.candidates.links import Seat
from vivavoce.candidates.revoke import Whom, revoke_links
from vivavoce.clock import now
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.merchants.look import LookChange, set_look
from vivavoce.merchants.origins import add_origin
from vivavoce.merchants.standing import MerchantStanding
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT
from vivavoce.sound.retention import files_in

AGREED = {f"consent_{consent.purpose}": "yes" for consent in CONSENTS}
SITE = "https://careers.example"
LINKED = r'<link rel="stylesheet" href="([^"]+)">'


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding:
    """An interview with its embed key, at a merchant with one origin."""

    house: House
    interview_id: str
    embed_id: str
    key: str


async def an_embedding(client: httpx.AsyncClient, database: Database, **changes: Any) -> Embedding:
    house = await a_house(database)
    body = a_body(house, is_embedded=True, result_view="minimal", max_followups=0, **changes)
    made = await client.post("/functions/v1/job-interview-create-from-array", json=body, headers=house.authorization())
    assert made.status_code == 200, made.text
    await add_origin(database, SITE, merchant_id=house.merchant.id, actor="test")
    told = made.json()
    return Embedding(
        house=house,
        interview_id=told["interview_def_set_id"],
        embed_id=told["embed_id"],
        key=told["embed_signing_key"],
    )


@asynccontextmanager
async def a_browser(
    database: Database, standing: MerchantStanding, data_dir: Path, *, scheme: str = "http"
) -> AsyncIterator[httpx.AsyncClient]:
    """A browser with cookies of its own."""
    address = f"{scheme}://interviews.example"
    app = an_app(database, standing, public_url=address, sends_mail=True, recordings=store_in(data_dir))
    async with calls_to(app, at=address, follow_redirects=True) as opened:
        yield opened


@pytest.fixture
async def browser(database: Database, standing: MerchantStanding, data_dir: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with a_browser(database, standing, data_dir) as opened:
        yield opened


async def people(database: Database, house: House) -> list[tuple[str, str | None, str | None]]:
    async with database.tenant(house.merchant.id) as connection:
        rows = await connection.fetch("select name, email, external_id from candidates order by email, external_id")
    return [(row["name"], row["email"], row["external_id"]) for row in rows]


def is_in(page: httpx.Response) -> bool:
    """Whether the position's page stands there for somebody who is known."""
    return page.status_code == 200 and 'data-known="yes"' in page.text and "/begin" in page.text


def is_refused(page: httpx.Response) -> bool:
    """Whether it is the page that says the same whatever was wrong."""
    return (
        page.status_code == 403
        and "This interview can’t be opened here" in page.text
        and "frame-ancestors *" in page.headers["content-security-policy"]
        and "set-cookie" not in page.headers
    )


async def test_a_bare_signature_lets_its_person_in_to_the_letter_of_the_contract(
    browser: httpx.AsyncClient, database: Database
) -> None:
    made = await an_embedding(browser, database)
    for name, email in (
        ("Ann Lee", "ann@x.example"),
        ("Zoë Ångström 李", "zoe@x.example"),
        ("", "nameless@x.example"),
        ("~~~???>>>", "plus+slash@x.example"),  # whose Base64 holds + and /
    ):
        page = await browser.get(bare_link(made.embed_id, made.key, name=name, email=email))
        assert is_in(page), (name, page.text)
        again = await browser.get(bare_link(made.embed_id, made.key, name=name, email=email))
        assert is_in(again), name
    # A plus sign that nobody escaped comes as a space.
    assert is_in(
        await browser.get(bare_link(made.embed_id, made.key, name="~~~???>>>", email="b@x.example").replace("%2B", "+"))
    )
    known = await people(database, made.house)
    assert ("Zoë Ångström 李", "zoe@x.example", None) in known
    assert len(known) == 5


async def test_a_token_lets_its_person_in_with_the_merchants_own_id(
    browser: httpx.AsyncClient, database: Database
) -> None:
    made = await an_embedding(browser, database)
    assert is_in(await browser.get(token_link(made.embed_id, made.key)))
    assert is_in(await browser.get(token_link(made.embed_id, made.key, email=None, external_id="u-18", name="Bo")))
    assert await people(database, made.house) == [("Ann Lee", "ann@x.example", "u-17"), ("Bo", None, "u-18")]


async def test_what_is_not_vouched_for_is_told_the_same_whatever_was_wrong(
    browser: httpx.AsyncClient, database: Database
) -> None:
    made, other = await an_embedding(browser, database), await an_embedding(browser, database)
    now = int(datetime.now(UTC).timestamp())
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def bare(**changes: str) -> str:
        return bare_link(made.embed_id, made.key, **changes)

    def token(**changes: Any) -> str:
        return token_link(made.embed_id, made.key, **changes)

    def sent(text: str) -> str:
        return f"/embed?{urlencode({'embed_id': made.embed_id, 'token': text})}"

    def segment(part: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")

    good = jwt.encode(claims_of(made.embed_id), made.key, algorithm="HS256")
    signature = httpx.URL(bare()).params["signature"]
    wrong = {
        "nothing": "/embed",
        "no such embed": f"/embed?embed_id={uuid4()}",
        "no id": "/embed?embed_id=7",
        "the interview's id": f"/embed?embed_id={made.interview_id}",
        "another tenant's key": bare_link(made.embed_id, other.key),
        "another embed's link": bare_link(other.embed_id, other.key).replace(other.embed_id, made.embed_id),
        "no signature": bare(signature=""),
        "capital hex": bare(signature=signature.upper()),
        "a short signature": bare(signature=signature[:-1]),
        "no hex": bare(signature="é" * 64),
        "a huge signature": bare(signature="0" * 30_000),
        "another name": bare(name="Eve", signature=signature),
        "another email": bare(email="eve@x.example", signature=signature),
        "no base64": str(httpx.URL(bare()).copy_set_param("name", "%%%")),
        "not UTF-8": str(httpx.URL(bare()).copy_set_param("name", "/w==")),
        "no email": bare(email=""),
        "no address": bare(email="ann"),
        "a NUL": bare(name="Ann\0"),
        "a huge name": bare(name="a" * 4000),
        "another tenant's key for a token": token_link(made.embed_id, other.key),
        "for another embed": token(aud=other.embed_id),
        "for nobody": token(without="aud"),
        "expired and never used": token(iat=now - 700, exp=now - 100),
        "for eleven minutes": token(iat=now, exp=now + 660),
        "for ever": token(without="exp"),
        "backwards": token(iat=now + 30, exp=now - 30),
        "from tomorrow": token(iat=now + 86_400, exp=now + 86_500),
        "a moment that is text": token(exp="soon"),
        "a moment beyond counting": token(iat=1e308, exp=1e308),
        "no id of its own": token(without="jti"),
        "an empty id of its own": token(jti=""),
        "a number as its id": token(jti=7),
        "a long id of its own": token(jti="j" * 3000),
        "a NUL in its id": token(jti="a\0"),
        "nobody named": token(email=None, external_id=None),
        "a list as a name": token(name=["Ann"]),
        "a number as an external id": token(external_id=17),
        "half a pair in a name": token(name="\ud800"),
        "no algorithm": sent(f"{segment({'alg': 'none', 'typ': 'JWT'})}.{segment(claims_of(made.embed_id))}."),
        "RS256": sent(jwt.encode(claims_of(made.embed_id), private, algorithm="RS256")),
        "HS512": token(algorithm="HS512"),
        "changed": sent(good[:-2] + ("AA" if good[-2:] != "AA" else "BB")),
        "two parts": sent(good.rpartition(".")[0]),
        "no token": sent(""),
        "no JSON": sent("a.b.c"),
        "a huge token": sent("e" * 20_000),
    }
    pages = {what: await browser.get(link) for what, link in wrong.items()}
    assert [what for what, page in pages.items() if not is_refused(page)] == []
    # Not by a byte, but for the address that leads to another language.
    told = {re.sub(r'href="/embed[^"]*"', "", page.text) for page in pages.values()}
    assert len(told) == 1
    assert await people(database, made.house) == await people(database, other.house) == []


async def test_a_signature_is_held_to_where_the_name_ended_first(
    browser: httpx.AsyncClient, database: Database
) -> None:
    made = await an_embedding(browser, database)
    ann, anna = {"name": "Ann", "email": "abe@x.example"}, {"name": "Anna", "email": "be@x.example"}
    signature = httpx.URL(bare_link(made.embed_id, made.key, **ann)).params["signature"]
    assert signature == httpx.URL(bare_link(made.embed_id, made.key, **anna)).params["signature"]
    assert is_in(await browser.get(bare_link(made.embed_id, made.key, **ann)))
    assert is_refused(await browser.get(bare_link(made.embed_id, made.key, **anna)))
    assert is_in(await browser.get(bare_link(made.embed_id, made.key, **ann)))
    assert await people(database, made.house) == [("Ann", "abe@x.example", None)]
    async with database.tenant(made.house.merchant.id) as connection:
        kept = await connection.fetchval("select array_agg(to_jsonb(embed_pins)::text) from embed_pins")
    assert not any(word in "".join(kept) for word in ("Ann", "abe", signature))


async def test_a_token_opens_one_frame_which_goes_on_when_it_is_loaded_again(
    browser: httpx.AsyncClient, database: Database, standing: MerchantStanding, data_dir: Path
) -> None:
    made = await an_embedding(browser, database)
    link = token_link(made.embed_id, made.key)
    first = await browser.get(link)
    assert is_in(first)
    again = await browser.get(link)  # without a cookie, only the page itself can say whose it is
    assert is_refused(again)
    frame_id = httpx.URL(str(again.url)).path.split("/")[2]
    assert f'data-id="{frame_id}" data-token=""' in again.text
    assert f'data-id="{frame_id}"' in first.text
    assert is_in(await browser.get(first.url))

    async with (
        a_browser(database, standing, data_dir, scheme="https") as ours,
        a_browser(database, standing, data_dir, scheme="https") as theirs,
    ):
        link = token_link(made.embed_id, made.key)
        opened = await ours.get(link)
        assert is_in(opened)
        assert is_in(await ours.get(link))
        assert is_refused(await theirs.get(link))
        opened_url = opened.url.copy_with(query=None)
        assert is_refused(await theirs.get(opened_url))
        # Nor does another frame's cookie open it.
        assert is_in(await theirs.get(token_link(made.embed_id, made.key, email="bo@x.example", external_id="u-2")))
        assert is_refused(await theirs.get(opened_url))


@pytest.mark.slow
async def test_of_two_hundred_who_use_a_token_at_once_one_comes_in(
    browser: httpx.AsyncClient, database: Database
) -> None:
    made = await an_embedding(browser, database)
    link = token_link(made.embed_id, made.key)
    answers = await asyncio.gather(*(browser.get(link, follow_redirects=False) for _ in range(200)))
    assert {answer.status_code for answer in answers} == {303}
    places = {answer.headers["location"].split("/")[2] for answer in answers}
    by_id = {place for place in places if len(place) == 36}
    assert len(by_id) == 1, places
    assert len(places - by_id) == 1, "one has come in by a token of its own"
    async with database.tenant(made.house.merchant.id) as connection:
        assert await connection.fetchval("select count(*) from events where kind = 'candidate.signed_in'") == 1


async def test_by_https_the_cookie_is_of_this_frame_and_of_the_page_around_it_alone(
    browser: httpx.AsyncClient, database: Database, standing: MerchantStanding, data_dir: Path
) -> None:
    made = await an_embedding(browser, database)
    await set_look(database, LookChange(colour="#aa3366"), merchant_id=made.house.merchant.id, actor="test")
    async with a_browser(database, standing, data_dir, scheme="https") as ours:
        page = await ours.get(token_link(made.embed_id, made.key))
        assert is_in(page)
        frame_id = page.url.path.split("/")[2]
        (probe,) = page.history[0].headers.get_list("set-cookie")
        (cookie,) = page.headers.get_list("set-cookie")
        assert len(page.history) == 1
        for said in (probe, cookie):
            name, *rules = said.split("; ")
            assert name.startswith("__Secure-")
            assert {f"Path=/framed/{frame_id}", "Secure", "HttpOnly", "SameSite=None", "Partitioned"} <= set(rules)
        # No address of a page says more than which frame it is, but for the first one's half minute.
        assert re.fullmatch(rf"/framed/{frame_id}/interview/take/{made.interview_id}/", page.url.path)
        assert [*page.url.params] == ["visit"]
        assert page.url.params["visit"] not in page.text
        alone = await ours.get(page.url, headers={"Sec-Fetch-Dest": "document"})
        assert not is_in(alone)
        assert is_in(await ours.get(page.url.copy_with(query=None)))
        # By a redirect it has come late enough: it has its styles in it, and its policy names them.
        (styles,) = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(styles.encode()).digest()).decode()
        assert f"style-src 'self' 'sha256-{digest}';" in page.headers["content-security-policy"]
        assert "--accent:light-dark(#aa3366," in styles
        links = re.findall(r'<link rel="stylesheet" href="([^"]+)"( media="not all")?>', page.text)
        assert [media for _, media in links] == [' media="not all"'] * 6
        later = await ours.get(page.url.copy_with(query=None))
        assert links == [(address, ' media="not all"') for address in re.findall(LINKED, later.text)]
        assert "<style" not in later.text
        assert "style-src 'self';" in later.headers["content-security-policy"]
        thief = httpx.AsyncClient(transport=ours._transport, base_url=ours.base_url)
        for ticket in ("", "x", page.url.params["visit"][:-2]):
            assert not is_in(await thief.get(page.url.copy_set_param("visit", ticket)))

        # Where it is not kept, the address itself says whose it is, and no page of another site is told the address.
        without = httpx.AsyncClient(transport=ours._transport, base_url=ours.base_url)
        answer = await without.get(token_link(made.embed_id, made.key, email="bo@x.example", external_id="u-2"))
        without.cookies.clear()
        answer = await without.get(answer.headers["location"])
        assert is_in(answer)
        assert "set-cookie" not in answer.headers
        assert answer.headers["referrer-policy"] == "same-origin"
        (token,) = re.findall(r'data-token="([^"]*)" [^>]*data-keeps="yes"', answer.text)
        assert f'action="/framed/{token}/interview/take/{made.interview_id}/begin"' in answer.text
        assert is_in(await without.get(f"/framed/{token}/interview/take/{made.interview_id}/"))


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_an_interview_goes_on_in_the_frame_from_the_first_page_to_the_last(
    browser: httpx.AsyncClient, database: Database, standing: MerchantStanding, data_dir: Path, scheme: str
) -> None:
    made = await an_embedding(browser, database)
    async with a_browser(database, standing, data_dir, scheme=scheme) as ours:
        position = await ours.get(token_link(made.embed_id, made.key))
        assert f"frame-ancestors {SITE};" in position.headers["content-security-policy"]
        prefix = re.match("/framed/[^/]+", position.url.path)[0]  # type: ignore[index]
        (action,) = re.findall(r'action="([^"]*/begin)"', position.text)
        assert action == f"{prefix}/interview/take/{made.interview_id}/begin"
        origin = {"Origin": f"{scheme}://interviews.example"}
        start = await ours.post(action, data=AGREED, headers=origin)
        assert start.status_code == 200
        attempt_id = start.url.path.split("/")[4]
        assert f'data-event="started" data-attempt="{attempt_id}"' in start.text
        (action,) = re.findall(r'action="([^"]*/start)"', start.text)
        page = await ours.post(action, data={"way": "type", "step": "way"}, headers=origin)
        assert page.status_code == 200
        (say,) = re.findall(r'data-say="([^"]*)"', page.text)
        (socket,) = re.findall(r'data-socket="([^"]*)"', page.text)
        assert (say[:8], socket[:8]) == ("/framed/", "/framed/")
        answer = {"kind": "answer", "key": str(uuid4()), "number": 1, "text": "I moved a depot."}
        told = await ours.post(say, json=answer, headers=origin)
        assert told.status_code == 200
        results = await ours.get(str(page.url).rstrip("/") + "/results")
        assert f'data-event="completed" data-attempt="{attempt_id}"' in results.text, told.text
        (action,) = re.findall(r'action="([^"]*/hand-in)"', results.text)
        sent = await ours.post(action, data={}, headers=origin)
        assert f'data-event="submitted" data-attempt="{attempt_id}"' in sent.text
        for shown in (position, start, page, results, sent):
            # Every address of ours leads back into the frame; what is the same for everybody does not.
            assert re.findall(r'(?:href|action|data-say)="/interview/(?!accents|logos)[^"]*"', shown.text) == []
            assert f"frame-ancestors {SITE};" in shown.headers["content-security-policy"]
        cookies = {cookie.name for cookie in ours.cookies.jar}
        assert all("frame" in name for name in cookies), cookies

        # Out of the frame, into a window of its own.
        (token,) = re.findall(r'name="frame" value="([^"]*)"', sent.text)
        window = await ours.post("/embed/window", data={"frame": token, "attempt": attempt_id}, headers=origin)
        assert window.url.path == f"/interview/{attempt_id}/results" or window.url.path == f"/interview/{attempt_id}/"
        assert window.status_code == 200
        assert "frame-ancestors 'none'" in window.headers["content-security-policy"]
        assert is_refused(await ours.post("/embed/window", data={"frame": token[:-3]}, headers=origin))
        foreign = await ours.post("/embed/window", data={"frame": token}, headers={"Origin": SITE})
        assert foreign.status_code == 403


async def test_an_address_out_of_a_frame_opens_nothing_in_a_window(
    browser: httpx.AsyncClient, database: Database
) -> None:
    made = await an_embedding(browser, database)
    page = await browser.get(token_link(made.embed_id, made.key))
    alone = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "none"}
    assert is_refused(await browser.get(page.url, headers=alone))
    assert is_in(await browser.get(page.url, headers={"Sec-Fetch-Dest": "iframe"}))
    for name in ('"><script>', "a b", "\\g<1>", "é", "x" * 5000, ".", "%2e%2e", "%0d%0aset-cookie:a=b"):
        answer = await browser.get(f"/framed/{name}/interview/take/{made.interview_id}/")
        assert answer.status_code in (403, 404), name
        assert "<script>" not in answer.text


async def test_whoever_comes_unsigned_signs_in_by_a_code_inside_the_frame(
    browser: httpx.AsyncClient, database: Database, standing: MerchantStanding, data_dir: Path
) -> None:
    made = await an_embedding(browser, database)
    page = await browser.get(f"/embed?embed_id={made.embed_id}")
    assert page.status_code == 200
    assert 'data-known="no"' in page.text
    (action,) = re.findall(r'action="([^"]*/sign-in)"', page.text)
    code = await browser.post(action, data={"email": "ann@x.example", "name": "Ann"})
    assert code.url.path.startswith("/framed/")
    assert code.url.path.endswith("/code")
    german = await browser.get(str(page.url) + "?lang=de")
    assert '<html lang="de"' in german.text
    (first, *_) = re.findall(r'action="([^"]*/sign-in)"', german.text)
    assert '<html lang="de"' in (await browser.get(first.removesuffix("sign-in"))).text


async def test_the_page_around_is_told_of_an_attempt_that_was_set_aside(
    browser: httpx.AsyncClient, database: Database
) -> None:
    made = await an_embedding(browser, database)
    link = bare_link(made.embed_id, made.key)
    assert is_in(await browser.get(link))
    merchant_id = made.house.merchant.id
    async with database.tenant(merchant_id) as connection:
        candidate_id = await connection.fetchval("select id from candidates")
    seat = Seat(merchant_id=merchant_id, interview_id=UUID(made.interview_id), candidate_id=candidate_id, is_test=False)
    attempt_id = await an_attempt(database, seat)
    async with database.tenant(merchant_id) as connection:
        await connection.execute(
            "insert into faults (merchant_id, id, attempt_id, kind, told_by, key, began_at)"
            " values ($1, $2, $3, 'server', 'server', $2, now())",
            merchant_id,
            new_id(),
            attempt_id,
        )
        await set_aside(connection, merchant_id=merchant_id, attempt_id=attempt_id, actor="test", now=now())
    page = (await browser.get(link)).text
    assert f'data-attempt="{attempt_id}"' in page
    assert 'data-event="failed"' in page


async def test_an_interview_that_is_not_open_says_so_in_the_frame(
    browser: httpx.AsyncClient, database: Database
) -> None:
    for status, words in (
        ("draft", "This interview isn’t available yet"),
        ("archived", "This interview has ended"),
        ("completed", "This interview has ended"),
        ("deleted", "This interview can’t be opened here"),
    ):
        made = await an_embedding(browser, database, status="draft")
        if status != "draft":
            if status == "completed":
                await set_state(browser, made, status="active")
            await set_state(browser, made, status=status)
        for link in (token_link(made.embed_id, made.key), f"/embed?embed_id={made.embed_id}"):
            page = await browser.get(link)
            assert words in page.text, (status, link)


async def set_state(client: httpx.AsyncClient, made: Embedding, **changes: Any) -> dict[str, Any]:
    answer = await client.post(
        "/functions/v1/job-interview-set-state",
        json={"position_id": made.interview_id, **changes},
        headers=made.house.authorization(),
    )
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_a_key_that_was_removed_opens_nothing(browser: httpx.AsyncClient, database: Database) -> None:
    made = await an_embedding(browser, database)
    inside = await browser.get(bare_link(made.embed_id, made.key))
    assert is_in(inside)
    await set_state(browser, made, is_embedded=False)
    for link in (bare_link(made.embed_id, made.key), token_link(made.embed_id, made.key)):
        assert is_refused(await browser.get(link))
    assert is_in(await browser.get(inside.url)), "who is in goes on"
    anew = await set_state(browser, made, is_embedded=True)
    assert is_refused(await browser.get(bare_link(anew["embed_id"], made.key)))
    assert is_in(await browser.get(bare_link(anew["embed_id"], anew["embed_signing_key"])))


async def test_a_key_is_replaced_without_a_failed_link(browser: httpx.AsyncClient, database: Database) -> None:
    made = await an_embedding(browser, database)
    old = bare_link(made.embed_id, made.key)
    told = await set_state(browser, made, is_embedded=True, rotate_embed_key=True)
    assert (told["embed_id"], len(told["embed_signing_key"])) == (made.embed_id, 64)
    new = token_link(made.embed_id, told["embed_signing_key"])
    assert is_in(await browser.get(old))
    assert is_in(await browser.get(new))
    assert await set_state(browser, made, is_embedded=True) == told, "the newest is told"
    async with database.tenant(made.house.merchant.id) as connection:
        await connection.execute("update embed_keys set old_key_until = now()")
    assert is_refused(await browser.get(old))
    assert is_in(await browser.get(token_link(made.embed_id, told["embed_signing_key"])))
    at_once = await set_state(browser, made, is_embedded=True, rotate_embed_key=True, old_key_hours=0)
    assert is_refused(await browser.get(token_link(made.embed_id, told["embed_signing_key"])))
    assert is_in(await browser.get(token_link(made.embed_id, at_once["embed_signing_key"])))
    for wrong, name in (
        ({"rotate_embed_key": True}, "status"),
        ({"status": "active", "rotate_embed_key": True}, "rotate_embed_key"),
        ({"is_embedded": False, "rotate_embed_key": True}, "rotate_embed_key"),
        ({"is_embedded": True, "old_key_hours": 1}, "old_key_hours"),
        ({"is_embedded": True, "rotate_embed_key": True, "old_key_hours": 721}, "old_key_hours"),
        ({"is_embedded": True, "rotate_embed_key": "yes"}, "rotate_embed_key"),
    ):
        answer = await browser.post(
            "/functions/v1/job-interview-set-state",
            json={"position_id": made.interview_id, **wrong},
            headers=made.house.authorization(),
        )
        assert (answer.status_code, answer.json().get("name")) == (422, name), wrong


async def test_whoever_was_locked_out_or_erased_does_not_come_back_by_an_old_link(
    browser: httpx.AsyncClient, database: Database, data_dir: Path
) -> None:
    made = await an_embedding(browser, database)
    merchant_id = made.house.merchant.id
    inside = await browser.get(bare_link(made.embed_id, made.key))
    async with database.tenant(merchant_id) as connection:
        candidate_id = await connection.fetchval("select id from candidates")
        whom = Whom(merchant_id=merchant_id, environment=DEFAULT_ENVIRONMENT, candidate_id=candidate_id)
        await revoke_links(connection, whom, actor="test")
    for link in (bare_link(made.embed_id, made.key), token_link(made.embed_id, made.key)):
        page = await browser.get(link)
        assert (page.status_code, "withdrawn it" in page.text) == (410, True)
    begun = await browser.post(f"{inside.url}begin", data=AGREED)
    assert "data-say" not in begun.text

    made = await an_embedding(browser, database)
    merchant_id = made.house.merchant.id
    inside = await browser.get(bare_link(made.embed_id, made.key))
    async with database.tenant(merchant_id) as connection:
        candidate_id = await connection.fetchval("select id from candidates")
        await connection.execute("update candidates set erasing_at = now(), erasing_by = 'test'")
    page = await browser.get(bare_link(made.embed_id, made.key))
    assert (page.status_code, "has been deleted" in page.text) == (410, True)
    async with database.tenant(merchant_id) as connection:
        await connection.execute("update candidates set erasing_at = null, erasing_by = null")
    await erase_person(
        database,
        files_in(store_in(data_dir)),
        merchant_id=merchant_id,
        candidate_id=candidate_id,
        environment=None,
        actor="test",
        now=datetime.now(UTC),
    )
    assert not is_in(await browser.get(inside.url))
    # The site around it vouches for somebody whom we know nothing of: a new person.
    assert is_in(await browser.get(bare_link(made.embed_id, made.key)))


def test_base64_here_is_the_standard_one() -> None:
    assert to_base64("~~~???>>>") == "fn5+Pz8/Pj4+"
