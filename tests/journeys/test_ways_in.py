"""Every way in, with a real browser, server and mail server; and every dead end, each with its own page."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.desk import LEAD, Desk, open_desk
from tests.journeys.visitor import WIDE, Visitor
from tests.laid import laid_folder
from tests.providers.mail_server import Box, serve_mail
from tests.running import Running, run_server
from vivavoce.candidates.links import read_link, sign_link
from vivavoce.merchants.keys import Keys, load_keys
from vivavoce.settings import read_settings

pytestmark = pytest.mark.slow

SECRETS = ("Shift lead", "Harbour Road", "fourteen people", LEAD["question"])
MAIL_SECONDS = 30  # at most, for what takes one


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    """What the mail server took."""
    with serve_mail() as opened:
        yield opened


@pytest.fixture(scope="module")
def running(box: Box) -> Iterator[Running]:
    """A server that mails by that mail server."""
    mail = {"VIVAVOCE_MAIL_URL": f"smtp://127.0.0.1:{box.port}", "VIVAVOCE_MAIL_FROM": "depot@example.com"}
    with laid_folder() as folder, run_server(folder, environment=mail) as server:
        yield server


@pytest.fixture(scope="module")
def desk(running: Running) -> Desk:
    return open_desk(running)


@pytest.fixture(scope="module")
def keys(running: Running) -> Keys:
    """What this server signs with."""
    return load_keys(read_settings(given={"data_dir": running.folder}))


def address_of(desk: Desk, interview_id: str) -> str:
    """The direct link."""
    return f"{desk.running.url}/interview/take/{interview_id}/"


def moved(desk: Desk, *statuses: str, **changes: Any) -> str:
    """The id of a new interview that was moved on."""
    interview_id = desk.open(LEAD, visibility="merchant_public", **changes)
    for status in statuses:
        body = {"position_id": interview_id, "status": status}
        desk.running.call("job-interview-set-state", desk.furnished.token, body=body)
    return interview_id


def list_of(desk: Desk) -> str:
    return f"{desk.running.url}/interview/at/depot/"


def somebody() -> str:
    return f"{uuid4().hex}@example.com"


def code_for(box: Box, email: str) -> str:
    """The code of the mail that this address got last."""
    end = time.monotonic() + MAIL_SECONDS
    while not (found := [mail for mail in box.mails if mail["To"] == email]):
        assert time.monotonic() < end, "no mail came"
        time.sleep(0.05)
    body = found[-1].get_body(("plain",))
    assert body is not None
    code = re.search(r"\b\d{6}\b", body.get_content())
    assert code is not None
    return code[0]


def sign_in(visitor: Visitor, box: Box, email: str, *, name: str | None = None, is_looked_at: bool = False) -> None:
    """From the form that asks for an address to wherever the code leads."""
    if name is not None:
        visitor.page.get_by_label("Your name").fill(name)
    visitor.page.get_by_label("Email address").fill(email)
    visitor.button("Email me a code").click()
    visitor.sees("Enter the code from our email")
    if is_looked_at:
        visitor.is_at_ease()
    visitor.page.get_by_label("Code", exact=True).fill(code_for(box, email))
    visitor.button("Sign in").click()


def begin(visitor: Visitor) -> str:
    for one in visitor.page.get_by_role("checkbox").all():
        one.check()
    visitor.button("Start the interview").click()
    return visitor.attempt_id()


# --- The ways ------------------------------------------------------------------------------------------------------


def test_from_the_public_list_to_the_first_question(desk: Desk, visit: Visit, box: Box) -> None:
    name = f"Sorter {uuid4().hex[:6]}"
    desk.open(LEAD, name=name, visibility="merchant_public")
    hidden = [desk.open(LEAD, name=f"Not {name}", visibility=one) for one in ("merchant_unlisted", "merchant_invite")]
    hidden.append(desk.open(LEAD, name=f"Not {name}", visibility="merchant_public", status="draft"))
    hidden.append(
        desk.open(LEAD, name=f"Not {name}", visibility="merchant_public", interview_available_till="2020-01-01")
    )
    visitor = visit()
    visitor.open(list_of(desk))
    visitor.sees("Depot")
    visitor.is_at_ease()
    assert not any(one in visitor.page.content() for one in hidden)
    visitor.page.get_by_role("link", name=name).click()
    visitor.sees(name)
    visitor.is_at_ease()
    email = somebody()
    sign_in(visitor, box, email, name="Kim Sands", is_looked_at=True)
    visitor.sees(name)
    attempt_id = begin(visitor)
    visitor.sees(LEAD["question"])
    (row,) = desk.running.call("merchant-result-list", desk.furnished.token, filter_text="Kim Sands")["data"]
    assert row["interview_result_id"] == attempt_id


def test_by_a_direct_link_and_on_another_device_to_the_same_attempt(desk: Desk, visit: Visit, box: Box) -> None:
    link, email = address_of(desk, desk.open(LEAD)), somebody()
    first, second = visit(), visit(WIDE, theme="dark")
    first.open(link)
    sign_in(first, box, email)
    attempt_id = begin(first)
    second.open(link)
    second.is_at_ease()
    box.mails.clear()
    sign_in(second, box, email)
    second.is_at_ease()
    second.button("Continue the interview").click()
    assert second.attempt_id() == attempt_id


def test_by_invitation_who_was_invited_comes_in_without_the_link(desk: Desk, visit: Visit, box: Box) -> None:
    interview_id, email = desk.open(LEAD, visibility="merchant_invite"), somebody()
    desk.invite(interview_id, users=[{"email": email}])
    visitor = visit()
    visitor.open(address_of(desk, interview_id))
    visitor.sees("This interview is by invitation only")
    visitor.is_at_ease()
    assert not any(secret in visitor.page.content() for secret in SECRETS)
    sign_in(visitor, box, email)
    visitor.sees("Shift lead, night")
    begin(visitor)
    visitor.sees(LEAD["question"])


@pytest.mark.nightly
def test_by_a_personal_link_opened_by_a_scanner_first(desk: Desk, visit: Visit) -> None:
    link = desk.invite(desk.open(LEAD, visibility="merchant_invite"))
    for _ in range(3):
        seen = httpx.get(link, trust_env=False)
        assert seen.status_code == 200
        assert "set-cookie" not in seen.headers
    first, second = visit(), visit()
    attempt_id = first.begin(link)
    first.answer("Said on the first device.")
    first.sees("That’s all the questions")
    second.open(link)
    second.button("Check and send").click()
    assert second.attempt_id() == attempt_id


@pytest.mark.nightly
def test_a_test_link_runs_a_draft(desk: Desk, visit: Visit) -> None:
    interview_id = desk.open(LEAD, status="draft")
    visitor = visit()
    attempt_id = visitor.begin(desk.invite(interview_id, is_test=True))
    assert desk.details(attempt_id)["is_test"] is True
    # And with the cookie alone, too.
    visitor.open(address_of(desk, interview_id))
    visitor.button("Continue the interview").click()
    assert visitor.attempt_id() == attempt_id


# --- Signing in ----------------------------------------------------------------------------------------------------


def test_a_wrong_code_is_said_and_the_fifth_ends_it(desk: Desk, visit: Visit, box: Box) -> None:
    visitor = visit()
    visitor.tolerates("status of 422")
    visitor.open(address_of(desk, desk.open(LEAD)))
    email = somebody()
    visitor.page.get_by_label("Email address").fill(email)
    visitor.button("Email me a code").click()
    wrong = f"{(int(code_for(box, email)) + 1) % 1_000_000:06}"
    for left in ("4 more tries", "3 more tries", "2 more tries", "one more try"):
        visitor.page.get_by_label("Code", exact=True).fill(wrong)
        visitor.button("Sign in").click()
        visitor.reads(f"That’s not the right code. You have {left}.")
    visitor.is_at_ease()
    visitor.page.get_by_label("Code", exact=True).fill(wrong)
    visitor.button("Sign in").click()
    visitor.sees("This code no longer works")
    visitor.is_at_ease()
    visitor.page.get_by_role("link", name="Get a new code").click()
    visitor.sees("Shift lead, night")


@pytest.mark.nightly
def test_what_is_no_address_is_said_where_it_stands(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    visitor.tolerates("status of 422")
    visitor.open(address_of(desk, desk.open(LEAD)))
    visitor.page.get_by_label("Email address").fill("kim at example")
    visitor.button("Email me a code").click()
    visitor.reads("Enter a full email address, like name@example.com.")
    visitor.is_at_ease()
    assert visitor.page.get_by_label("Email address").input_value() == "kim at example"


@pytest.mark.nightly
def test_the_sixth_code_in_an_hour_is_not_sent(desk: Desk, visit: Visit, box: Box) -> None:
    link, email = address_of(desk, desk.open(LEAD)), somebody()
    for _ in range(5):
        asked = httpx.post(f"{link}sign-in", data={"email": email}, trust_env=False)
        assert asked.status_code == 303
    visitor = visit()
    visitor.tolerates("status of 429")
    visitor.open(link)
    visitor.page.get_by_label("Email address").fill(email)
    visitor.button("Email me a code").click()
    visitor.reads("We haven’t sent another code")
    visitor.is_at_ease()
    code_for(box, email)


def test_an_address_that_we_do_not_know_is_answered_like_one_that_we_know(desk: Desk, box: Box) -> None:
    interview_id, known, unknown = desk.open(LEAD, visibility="merchant_invite"), somebody(), somebody()
    desk.invite(interview_id, users=[{"email": known}])
    link = address_of(desk, interview_id)
    answers = []
    for email in (unknown, known):
        asked = httpx.post(f"{link}sign-in", data={"email": email}, trust_env=False)
        page = httpx.get(f"{desk.running.url}{asked.headers['location']}", trust_env=False)
        sign_in_id = asked.headers["location"].partition("sign_in=")[2]
        told = page.text.replace(sign_in_id, "").replace(email, "")  # as they typed it themselves
        answers.append((asked.status_code, asked.headers["location"].replace(sign_in_id, ""), told))
    assert answers[0] == answers[1]
    code_for(box, known)
    assert [mail for mail in box.mails if mail["To"] == unknown] == []


# --- Dead ends -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "changes", "heading"),
    [
        (("draft",), {}, "This interview isn’t available yet"),
        pytest.param(("draft", "preparing"), {}, "This interview isn’t open yet", marks=pytest.mark.nightly),
        ((), {"interview_available_till": "2020-01-01"}, "This interview has closed"),
        pytest.param(("archived",), {}, "This interview has ended", marks=pytest.mark.nightly),
        pytest.param(("completed",), {}, "This interview has ended", marks=pytest.mark.nightly),
    ],
)
def test_what_can_t_be_taken_now_says_why(
    desk: Desk, visit: Visit, statuses: tuple[str, ...], changes: dict[str, str], heading: str
) -> None:
    leads_nowhere(visit, address_of(desk, moved(desk, *statuses, **changes)), 409, heading)


def test_what_is_not_there_looks_the_same_wherever_it_is_not(desk: Desk, visit: Visit, running: Running) -> None:
    of_interviews = [address_of(desk, place) for place in (str(uuid4()), "nowhere", "0", "%00", moved(desk, "deleted"))]
    merchants = ("nobody", desk.furnished.merchant_id, "%00", "DEPOT")
    of_merchants = [f"{running.url}/interview/at/{place}/" for place in merchants]
    for links in (of_interviews, of_merchants):
        leads_nowhere(visit, links[0], 404, "There’s no interview at this address")
        for link in links[1:]:
            page = httpx.get(link, headers={"Accept-Language": "en-GB"}, trust_env=False)
            assert page.status_code == 404
            assert "There’s no interview at this address" in page.text
            assert not any(secret in page.text for secret in SECRETS)


def test_a_link_that_is_too_old_leads_to_signing_in(desk: Desk, visit: Visit, keys: Keys, box: Box) -> None:
    interview_id, email = desk.open(LEAD, visibility="merchant_invite"), somebody()
    link = desk.invite(interview_id, users=[{"email": email}])
    address, _, token = link.partition("?interview_token=")
    old = sign_link(keys, read_link(keys, token), expires_at=datetime.now(UTC) - timedelta(hours=1))
    visitor = leads_nowhere(visit, f"{address}?interview_token={old}", 403, "This link has expired")
    visitor.page.get_by_role("link", name="Sign in by email instead").click()
    sign_in(visitor, box, email)
    visitor.sees("Shift lead, night")


def test_another_person_s_link_is_refused_until_who_was_there_has_signed_out(desk: Desk, visit: Visit) -> None:
    interview_id = desk.open(LEAD)
    visitor, link = visit(), desk.invite(interview_id)
    first = visitor.begin(desk.invite(interview_id))
    visitor.open(link, status=403)
    visitor.sees("This link is for someone else")
    visitor.is_at_ease()
    assert not any(secret in visitor.page.content() for secret in SECRETS)
    visitor.button("Sign out and open the link").click()
    visitor.sees("Shift lead, night")
    assert visitor.page.context.cookies() == []
    visitor.open(f"{desk.running.url}/interview/{first}/", status=403)


def test_another_person_s_cookie_on_a_link_begins_nothing(desk: Desk, visit: Visit) -> None:
    interview_id = desk.open(LEAD)
    link, visitor = desk.invite(interview_id), visit()
    visitor.begin(desk.invite(interview_id))
    cookies = {one["name"]: one["value"] for one in visitor.page.context.cookies() if one["path"] == "/interview"}
    assert len(cookies) == 1
    address, _, token = link.partition("?interview_token=")
    form = {"interview_token": token, "consent_answers_kept": "yes", "consent_judged_by_program": "yes"}
    refused = httpx.post(f"{address}begin", data=form, cookies=cookies, trust_env=False)
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers
    assert httpx.get(link, trust_env=False).text.count("Before you start") == 1


def test_who_was_not_invited_finds_what_nobody_finds(desk: Desk, visit: Visit, box: Box) -> None:
    visitor = visit()
    visitor.open(address_of(desk, desk.open(LEAD)))
    sign_in(visitor, box, somebody())
    visitor.sees("Shift lead, night")
    closed = address_of(desk, desk.open(LEAD, visibility="merchant_invite"))
    found = []
    for link in (closed, address_of(desk, str(uuid4()))):
        visitor.open(link, status=404)
        # The menu of languages leads to the very address that was opened.
        found.append(visitor.page.content().replace(urlsplit(link).path, ""))
    assert found[0] == found[1]


def test_another_merchant_s_cookie_is_no_cookie_here(running: Running, desk: Desk, visit: Visit) -> None:
    elsewhere = Desk(running, running.furnish("elsewhere"))
    visitor = visit()
    visitor.begin(elsewhere.invite(elsewhere.open(LEAD)))
    (theirs,) = [one for one in visitor.page.context.cookies() if one["path"] == "/interview"]
    interview_id = desk.open(LEAD)
    own = f"vivavoce_person_{desk.furnished.merchant_id[-12:]}"
    for name in (theirs["name"], own):
        page = httpx.get(address_of(desk, interview_id), cookies={name: theirs["value"]}, trust_env=False)
        assert "Sign in to start" in page.text


@pytest.mark.nightly
def test_another_environment_s_cookie_is_no_cookie_here(running: Running, desk: Desk, visit: Visit) -> None:
    token = running.program(
        "token", "--merchant", "depot", "--role", "merchant_owner", "--environment", "staging"
    ).strip()
    staging = Desk(running, replace(desk.furnished, token=token))
    visitor = visit()
    visitor.begin(staging.invite(staging.open(LEAD)))
    visitor.open(address_of(desk, desk.open(LEAD)))
    expect(visitor.page.get_by_role("heading", name="Sign in to start")).to_be_visible()


def leads_nowhere(visit: Visit, link: str, status: int, heading: str) -> Visitor:
    """The page says so, looks well, and holds nothing of the interview."""
    visitor = visit()
    visitor.open(link, status=status)
    visitor.sees(heading)
    visitor.is_at_ease()
    assert not any(secret in visitor.page.content() for secret in SECRETS)
    return visitor
