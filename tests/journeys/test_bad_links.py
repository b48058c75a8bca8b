"""Links that are cut, old or somebody else's, and pages of other sites: each is told plainly, and nothing leaks."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.journeys.conftest import Visit
from tests.journeys.desk import LEAD, Desk
from tests.journeys.visitor import Visitor
from tests.running import Running
from vivavoce.candidates.links import Seat, read_link, sign_link
from vivavoce.merchants.keys import Keys, load_keys
from vivavoce.settings import read_settings
from vivavoce.web.candidate.session import COOKIE

pytestmark = pytest.mark.slow

SECRETS = ("Shift lead", "Harbour Road", "fourteen people", LEAD["question"])
LINK_DAMAGED = "This link doesn’t work"
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def keys(running: Running) -> Keys:
    """What this server signs with."""
    return load_keys(read_settings(given={"data_dir": running.folder}))


def test_a_link_that_was_changed(desk: Desk, visit: Visit) -> None:
    address, _, token = desk.link(LEAD).partition("interview_token=")
    is_refused(visit, f"{address}interview_token={token[:-9]}", 403, LINK_DAMAGED)
    for broken in ("", f"{token[:-4]}AAAA", "x" * 5_000, "%00%ff"):
        is_answered(f"{address}interview_token={broken}", 403, LINK_DAMAGED)


def test_a_link_to_another_interview(desk: Desk, visit: Visit) -> None:
    mine, other = desk.open(LEAD), desk.open(LEAD)
    link = desk.invite(mine)
    is_refused(visit, link.replace(mine, other), 403, LINK_DAMAGED)
    for place in (str(uuid4()), "nowhere"):
        is_answered(link.replace(mine, place), 403, LINK_DAMAGED)


def test_a_link_that_is_too_old(desk: Desk, visit: Visit, keys: Keys) -> None:
    link = desk.link(LEAD)
    old = sign_link(keys, seat_of(keys, link), expires_at=datetime.now(UTC) - HOUR)
    is_refused(visit, with_token(link, old), 403, "This link has expired")


def test_a_link_to_a_draft(desk: Desk, visit: Visit, keys: Keys) -> None:
    trial = desk.invite(desk.open(LEAD, status="draft"), is_test=True)
    seat = replace(seat_of(keys, trial), is_test=False)
    link = with_token(trial, sign_link(keys, seat, expires_at=datetime.now(UTC) + HOUR))
    is_refused(visit, link, 409, "This interview isn’t available yet")
    visitor = visit()
    attempt_id = visitor.begin(trial)
    visitor.sees(LEAD["question"])
    assert desk.details(attempt_id)["is_test"] is True


def test_a_link_to_an_interview_that_is_gone(desk: Desk, visit: Visit, keys: Keys) -> None:
    link = desk.link(LEAD)
    seat = seat_of(keys, link)
    gone = replace(seat, interview_id=uuid4())
    address = with_token(link, sign_link(keys, gone, expires_at=datetime.now(UTC) + HOUR))
    is_refused(
        visit,
        address.replace(str(seat.interview_id), str(gone.interview_id)),
        404,
        "There’s no interview at this address",
    )


def test_a_conversation_without_its_link(desk: Desk, visit: Visit) -> None:
    owner = visit()
    owner.begin(desk.link(LEAD))
    is_refused(visit, owner.page.url, 403, "Please open your link again")


def test_a_conversation_of_somebody_else(desk: Desk, visit: Visit) -> None:
    owner, stranger = visit(), visit()
    owner.begin(desk.link(LEAD))
    stranger.begin(desk.link(LEAD))
    stranger.sees(LEAD["question"])
    # The browser keeps each attempt's cookie to itself, so it shows none here.
    stranger.open(owner.page.url, status=403)
    stranger.sees("Please open your link again")
    stranger.is_at_ease()
    cookie = cookie_of(stranger)
    said = httpx.post(f"{owner.page.url}say", json={"kind": "arrive"}, headers={"Cookie": cookie}, trust_env=False)
    assert said.status_code == 404
    assert not any(secret in said.text for secret in SECRETS)
    assert close_code(owner.page.url, {"Cookie": cookie}) == 4404
    assert close_code(owner.page.url, {}) == 4401
    assert close_code(owner.page.url, {"Cookie": "vivavoce_candidate=x"}) == 4401


def test_a_page_that_lost_its_cookie_says_what_to_do(desk: Desk, visit: Visit) -> None:
    link = desk.link(LEAD)
    visitor = visit()
    visitor.begin(link)
    visitor.sees(LEAD["question"])
    visitor.field.fill("Half an answer")
    visitor.page.context.clear_cookies()
    visitor.page.context.set_offline(True)
    visitor.is_told_of_a_lost_line()
    visitor.tolerates("net::ERR_INTERNET_DISCONNECTED")
    visitor.page.context.set_offline(False)
    visitor.reads("Please open your link again")
    visitor.reads("This page has stopped")
    visitor.is_at_ease()
    visitor.begin(link)
    visitor.sees(LEAD["question"])
    assert visitor.field.input_value() == "Half an answer"


def test_what_another_site_sends_is_refused(desk: Desk, visit: Visit) -> None:
    link = desk.link(LEAD)
    visitor = visit()
    attempt_id = visitor.begin(link)
    headers = {"Cookie": cookie_of(visitor), "Origin": "https://elsewhere.example"}
    with httpx.Client(headers=headers, trust_env=False) as elsewhere:
        begun = elsewhere.post(link.partition("?")[0] + "begin", data={"interview_token": link.partition("token=")[2]})
        answer = {"kind": "answer", "key": str(uuid4()), "number": 1, "text": "Not mine."}
        said = elsewhere.post(f"{visitor.page.url}say", json=answer)
    assert [begun.status_code, said.status_code] == [403, 403]
    assert "This request didn’t come from our page" in begun.text
    assert "set-cookie" not in begun.headers
    assert close_code(visitor.page.url, headers) == 4403
    assert desk.answers(attempt_id) == []


def is_refused(visit: Visit, link: str, status: int, heading: str) -> None:
    """The page says so, looks well, and holds nothing of the interview."""
    visitor = visit()
    visitor.open(link, status=status)
    visitor.sees(heading)
    visitor.is_at_ease()
    assert not any(secret in visitor.page.content() for secret in SECRETS)
    assert visitor.page.context.cookies() == []


def is_answered(link: str, status: int, heading: str) -> None:
    """The same, without a browser that looks at it."""
    page = httpx.get(link, headers={"Accept-Language": "en-GB"}, trust_env=False)
    assert page.status_code == status
    assert heading in page.text
    assert not any(secret in page.text for secret in SECRETS)
    assert "set-cookie" not in page.headers


def seat_of(keys: Keys, link: str) -> Seat:
    """Whom the link was made for."""
    return read_link(keys, link.partition("interview_token=")[2])


def with_token(link: str, token: str) -> str:
    """The same link with another token."""
    return link.partition("interview_token=")[0] + f"interview_token={token}"


def cookie_of(visitor: Visitor) -> str:
    """The one cookie of a candidate's conversation, as a header; no script and no other site's page can use it."""
    (cookie,) = [one for one in visitor.page.context.cookies() if one["name"] == COOKIE]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    assert re.fullmatch(r"/interview/[0-9a-f-]{36}", cookie["path"])
    return f"{cookie['name']}={cookie['value']}"


def close_code(page_url: str, headers: dict[str, str]) -> int:
    """Why the socket of this conversation was closed."""
    address = page_url.replace("http", "ws", 1) + "socket"
    with connect(address, additional_headers=headers, proxy=None) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=5)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code
