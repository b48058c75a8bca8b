"""What opens no more: links that were revoked, and links that were closed with their interview."""

import json
import re
import subprocess
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.builders import KEYS, House, a_draft, a_house, an_interview
from tests.running import Running
from tests.talking import create_interview
from tests.web.test_position import AGREED
from vivavoce.candidates.links import LINK_LIFE, Identity, Seat, read_link, sign_link
from vivavoce.candidates.sign_in import SignInTarget, ask_code, give_code, send_code
from vivavoce.client.candidate import open_interview
from vivavoce.clock import now
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.interviews.draft import Visibility
from vivavoce.merchants.mailed_codes import WrongCode
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT
from vivavoce.providers.mail.port import Mail

FUNCTIONS = "/functions/v1"


@dataclass(kw_only=True)
class Person:
    """Somebody with a link, on one browser; and their merchant."""

    client: httpx.AsyncClient
    house: House
    interview_id: UUID
    email: str
    link: str
    id: str

    async def call(self, operation: str, body: Any) -> Any:
        answer = await self.client.post(f"{FUNCTIONS}/{operation}", json=body, headers=self.house.authorization())
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def revoke(self, **changes: Any) -> int:
        body = {"profile_interview_id": self.id, "interview_id": str(self.interview_id)} | changes
        found: int = (await self.call("job-interview-revoke-link", body))["revoked"]
        return found

    async def open(self, link: str | None = None) -> httpx.Response:
        return await self.client.get(link or self.link)

    async def begin(self, link: str | None = None) -> httpx.Response:
        """Presses the button; the browser keeps its cookies."""
        given = link or self.link
        token = given.partition("interview_token=")[2]
        return await self.client.post(given.partition("?")[0] + "begin", data={"interview_token": token, **AGREED})

    async def new_link(self) -> str:
        body = {
            "type": "interview-for-profile",
            "interview_profile_id": self.id,
            "interview_id": str(self.interview_id),
            "hide_menu": "false",
        }
        found: str = await self.call("job-interview-token", body)
        return found


async def a_person(
    client: httpx.AsyncClient,
    database: Database,
    *,
    visibility: Visibility = Visibility.INVITED,
    house: House | None = None,
) -> Person:
    house = house or await a_house(database)
    interview_id = await an_interview(database, house, a_draft(house, visibility=visibility))
    return await registered(client, house, interview_id, f"{uuid4().hex}@example.com")


async def registered(client: httpx.AsyncClient, house: House, interview_id: UUID, email: str) -> Person:
    answer = await client.post(
        f"{FUNCTIONS}/job-interview-register-users",
        json={"interview_id": str(interview_id), "users": [{"email": email, "name": "Sam"}], "hide_menu": "false"},
        headers=house.authorization(),
    )
    (row,) = answer.json()
    link, person_id = row["interview_url"], row["profile_interview_id"]
    return Person(client=client, house=house, interview_id=interview_id, email=email, link=link, id=person_id)


async def kinds(database: Database, house: House) -> list[str]:
    async with database.tenant(house.merchant.id) as connection:
        return [row["kind"] for row in await connection.fetch("select kind from events order by id")]


# --- A link --------------------------------------------------------------------------------------------------------


async def test_a_revoked_link_says_so_and_what_to_do(client: httpx.AsyncClient, database: Database) -> None:
    sam = await a_person(client, database)
    assert (await sam.open()).status_code == 200
    assert await sam.revoke() == 1
    for answer in (await sam.open(), await sam.begin(), await client.get(sam.link.replace("?", "person?"))):
        assert answer.status_code == 410
        assert "This link doesn’t work" in answer.text
        assert "The people who invited you have withdrawn it." in answer.text
        assert "Ask the person who invited you for a new link." in answer.text
    assert (await kinds(database, sam.house))[-1] == "link.revoked"


async def test_revoked_twice_is_revoked_once(client: httpx.AsyncClient, database: Database) -> None:
    sam = await a_person(client, database)
    assert [await sam.revoke(), await sam.revoke()] == [1, 0]
    assert (await kinds(database, sam.house)).count("link.revoked") == 1


async def test_every_link_to_that_interview_goes_and_no_other(client: httpx.AsyncClient, database: Database) -> None:
    sam = await a_person(client, database)
    second = await sam.new_link()
    elsewhere = await registered(client, sam.house, await an_interview(database, sam.house), sam.email)
    kim = await registered(client, sam.house, sam.interview_id, f"{uuid4().hex}@example.com")
    assert elsewhere.id == sam.id
    await sam.revoke()
    assert [(await sam.open(link)).status_code for link in (sam.link, second)] == [410, 410]
    assert (await elsewhere.open()).status_code == 200
    assert (await kim.open()).status_code == 200
    assert await sam.revoke(interview_id=None) == 1
    assert (await elsewhere.open()).status_code == 410
    assert (await kim.open()).status_code == 200


async def test_a_new_link_opens_and_the_old_one_stays_revoked(client: httpx.AsyncClient, database: Database) -> None:
    sam = await a_person(client, database)
    first = await sam.begin()
    await sam.revoke()
    again = await sam.new_link()
    assert (await sam.open(again)).status_code == 200
    assert (await sam.open()).status_code == 410
    begun = await sam.begin(again)
    assert (begun.status_code, begun.headers["location"]) == (303, first.headers["location"])
    assert (await client.get(begun.headers["location"])).status_code == 200
    own = f"/interview/at/{sam.house.merchant.slug}/mine/"
    assert "Project manager" in (await client.get(own)).text


async def test_a_link_of_an_older_version_is_revoked_too(client: httpx.AsyncClient, database: Database) -> None:
    """It does not say when it was issued."""
    sam = await a_person(client, database)
    found = read_link(KEYS, sam.link.partition("interview_token=")[2])
    seat = Seat(
        merchant_id=found.merchant_id, interview_id=found.interview_id, candidate_id=found.candidate_id, is_test=False
    )
    old = sign_link(KEYS, seat, expires_at=now() + LINK_LIFE)
    place = f"/interview/take/{seat.interview_id}/?interview_token={old}"
    assert (await sam.open(place)).status_code == 200
    await sam.revoke()
    assert (await sam.open(place)).status_code == 410
    assert (await sam.open(await sam.new_link())).status_code == 200


async def test_what_is_told_of_an_attempt_says_that_its_link_was_revoked(
    client: httpx.AsyncClient, database: Database
) -> None:
    sam = await a_person(client, database)
    attempt_id = (await sam.begin()).headers["location"].split("/")[2]
    details = {"interview_result_id": attempt_id}
    assert (await sam.call("job-interview-details", details))["link_revoked_at"] is None
    await sam.revoke()
    assert (await sam.call("job-interview-details", details))["link_revoked_at"] is not None
    await sam.new_link()
    assert (await sam.call("job-interview-details", details))["link_revoked_at"] is None


async def test_another_environments_call_revokes_nothing(client: httpx.AsyncClient, database: Database) -> None:
    sam = await a_person(client, database)
    answer = await client.post(
        f"{FUNCTIONS}/job-interview-revoke-link",
        json={"profile_interview_id": sam.id},
        headers=sam.house.authorization(environment="staging"),
    )
    assert (answer.status_code, answer.json()["name"]) == (422, "profile_interview_id")
    assert (await sam.open()).status_code == 200


# --- A session -----------------------------------------------------------------------------------------------------


async def test_every_page_of_a_conversation_ends_with_its_link(client: httpx.AsyncClient, database: Database) -> None:
    sam = await a_person(client, database)
    begun = await sam.begin()
    place = begun.headers["location"].removesuffix("start")
    message = {"kind": "answer", "number": 1, "key": str(new_id()), "text": "I moved a warehouse."}
    assert (await client.post(f"{place}say", json=message)).json()["messages"][0]["kind"] == "receipt"
    await sam.revoke()
    for page in (place, f"{place}start", f"{place}results", f"{place}results/film"):
        answer = await client.get(page)
        assert answer.status_code == 410, page
        assert "have withdrawn it" in answer.text
    for path in ("start", "results/correct", "results/hand-in", "results/help"):
        assert (await client.post(f"{place}{path}", data={"way": "type", "number": "1"})).status_code == 410, path
    for kind in (
        {"kind": "arrive"},
        {**message, "number": 2, "key": str(new_id())},
        {"kind": "draft", "number": 2, "text": "x"},
    ):
        assert (await client.post(f"{place}say", json=kind)).status_code == 410, kind
    assert (await client.get((await client.get(f"{place}again")).headers["location"])).status_code == 410
    async with database.tenant(sam.house.merchant.id) as connection:
        assert await connection.fetchval("select count(*) from answers") == 1
        assert await connection.fetchval("select state from attempts") == "begun"


async def test_who_signed_in_by_the_link_is_asked_to_sign_in(client: httpx.AsyncClient, database: Database) -> None:
    sam = await a_person(client, database)
    attempt_id = (await sam.begin()).headers["location"].split("/")[2]
    own = f"/interview/at/{sam.house.merchant.slug}/mine/"
    for page in (own, f"{own}{attempt_id}/"):
        assert "Project manager" in (await client.get(page)).text
    await sam.revoke()
    for page in (own, f"{own}{attempt_id}/"):
        assert "Project manager" not in (await client.get(page)).text
    asked = await client.post(f"/interview/at/{sam.house.merchant.slug}/erase")
    contested = await client.post(f"{own}{attempt_id}/contest", data={"text": "Look again."})
    assert (asked.status_code, contested.status_code) == (303, 303)
    async with database.tenant(sam.house.merchant.id) as connection:
        assert await connection.fetchval("select count(*) from tasks") == 0
    assert (
        await client.post(
            sam.link.partition("?")[0] + "enter", data={"interview_token": sam.link.partition("interview_token=")[2]}
        )
    ).status_code == 410


# --- A code --------------------------------------------------------------------------------------------------------


async def sign_in(database: Database, door: SignInTarget, email: str) -> Identity | WrongCode | None:
    """By a mailed code; None: none was mailed."""
    codes: list[str] = []

    class Postbox:
        def send(self, mail: Mail, *, key: str) -> None:
            codes.append(mail.text)

    sign_in_id = await ask_code(database, door, email=email, client=new_id().bytes, now=now())
    whose: dict[str, Any] = {"sign_in_id": sign_in_id, "now": now()}
    await send_code(database, KEYS, Postbox(), merchant_id=door.merchant_id, **whose)
    if not codes:
        return None
    found = re.search(r"\b\d{6}\b", codes[0])
    assert found is not None
    return await give_code(database, KEYS, door, **whose, code=found[0])


@pytest.mark.parametrize(
    ("visibility", "may"), [(Visibility.INVITED, False), (Visibility.UNLISTED, True), (Visibility.LISTED, True)]
)
async def test_who_is_invited_no_more_gets_no_code_and_where_anybody_may_come_they_may(
    client: httpx.AsyncClient, database: Database, visibility: Visibility, may: bool
) -> None:
    sam = await a_person(client, database, visibility=visibility)
    door = SignInTarget(
        merchant_id=sam.house.merchant.id, environment=DEFAULT_ENVIRONMENT, interview_id=sam.interview_id
    )
    await sam.revoke()
    assert isinstance(await sign_in(database, door, sam.email), Identity) == may
    await sam.new_link()
    assert isinstance(await sign_in(database, door, sam.email), Identity)


async def test_a_person_s_own_page_stays_theirs_by_a_code(client: httpx.AsyncClient, database: Database) -> None:
    sam = await a_person(client, database)
    door = SignInTarget(merchant_id=sam.house.merchant.id, environment=DEFAULT_ENVIRONMENT, interview_id=None)
    await sam.revoke()
    assert isinstance(await sign_in(database, door, sam.email), Identity)


# --- An interview that was archived --------------------------------------------------------------------------------


async def test_archived_with_its_links_nobody_goes_on_and_what_was_answered_stays(
    client: httpx.AsyncClient, database: Database
) -> None:
    sam = await a_person(client, database)
    place = (await sam.begin()).headers["location"].removesuffix("start")
    put_away = {"position_id": str(sam.interview_id), "status": "archived"}
    await sam.call("job-interview-set-state", put_away)
    assert (await sam.open()).status_code == 200
    await sam.call("job-interview-set-state", put_away | {"close_links": True})
    page = await sam.open()
    assert (page.status_code, "This interview has ended" in page.text) == (409, True)
    led = await sam.begin()
    assert (led.status_code, led.headers["location"].split("?")[0]) == (303, f"/interview/take/{sam.interview_id}/")
    shut = await client.get(place)
    assert (shut.status_code, "This interview has ended" in shut.text) == (410, True)
    assert (await client.post(f"{place}say", json={"kind": "arrive"})).status_code == 410
    own = f"/interview/at/{sam.house.merchant.slug}/mine/"
    assert "Project manager" in (await client.get(own)).text
    await sam.call("job-interview-set-state", put_away | {"close_links": False})
    assert (await client.get(place)).status_code == 200
    await sam.call("job-interview-set-state", put_away | {"close_links": True})
    await sam.call("job-interview-set-state", {"position_id": str(sam.interview_id), "status": "active"})
    assert (await sam.open()).status_code == 200
    found = [kind for kind in await kinds(database, sam.house) if "links" in kind]
    assert found == ["interview.links_closed", "interview.links_opened", "interview.links_closed"]


async def test_a_deleted_interview_ends_what_was_under_way(client: httpx.AsyncClient, database: Database) -> None:
    sam = await a_person(client, database)
    place = (await sam.begin()).headers["location"].removesuffix("start")
    await sam.call("job-interview-set-state", {"position_id": str(sam.interview_id), "status": "deleted"})
    assert (await client.get(place)).status_code == 410


# --- At a real server ----------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("way", ["call", "id", "address", "link"])
def test_an_open_page_ends_with_its_next_message(running: Running, way: str) -> None:
    furnished = running.furnish(f"revoking-{way}")
    interview_id, email = create_interview(running, furnished), f"{uuid4().hex}@example.com"
    body = {"interview_id": interview_id, "users": [{"email": email}]}
    (row,) = running.call("job-interview-register-users", furnished.token, body=body)
    with httpx.Client(follow_redirects=True, timeout=30, trust_env=False) as browser:
        opened = open_interview(browser, row["interview_url"])
    with connect(opened.socket_url, additional_headers=opened.headers, proxy=None) as line:
        line.send(json.dumps({"kind": "arrive"}))
        assert json.loads(line.recv())["kind"] == "scene"
        if way == "call":
            revoked = {"profile_interview_id": row["profile_interview_id"], "interview_id": interview_id}
            running.call("job-interview-revoke-link", furnished.token, body=revoked)
        else:
            who = {"id": row["profile_interview_id"], "address": email, "link": row["interview_url"]}[way]
            running.program("link", "revoke", who, "--merchant", f"revoking-{way}")
        line.send(json.dumps({"kind": "draft", "number": 1, "text": "I moved"}))
        with pytest.raises(ConnectionClosed) as closed:
            line.recv(timeout=30)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4410


@pytest.mark.slow
def test_the_command_says_what_is_not_there(running: Running) -> None:
    running.furnish("revoking-nobody")
    for who in (str(uuid4()), "nobody@example.com"):
        with pytest.raises(subprocess.CalledProcessError):
            running.program("link", "revoke", who, "--merchant", "revoking-nobody")
