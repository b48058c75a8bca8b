"""The console at a browser: an owner's first day, by keyboard; every page at ease at every size, by day and evening."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.visitor import ALL_FOUR, DECISIVE, NARROW, WIDE, Looks, Visitor
from tests.laid import laid_folder
from tests.running import Furnished, Running, run_server
from vivavoce.client.candidate import take_interview

pytestmark = pytest.mark.slow

OWNER = "ada@quayside.example"
LONG = "Nachtschichtleitung " * 10  # 200 characters


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """A server that keeps its mails, so that one can sign in."""
    with (
        laid_folder() as folder,
        run_server(folder, "--show-mails", environment={"VIVAVOCE_MAIL_URL": "folder:"}) as server,
    ):
        yield server


@pytest.fixture(scope="module")
def merchant(running: Running) -> Furnished:
    furnished = running.furnish("quayside")
    running.program("member", "add", OWNER, "--merchant", "quayside", "--name", "Ada Brandt")
    return furnished


def sign_in(running: Running, visitor: Visitor) -> None:
    """By a code out of a mail, with the keyboard alone."""
    page = visitor.page
    page.goto(f"{running.url}/console/")
    page.get_by_label("Email address").focus()
    page.keyboard.type(OWNER)
    visitor.press("Enter")
    page.wait_for_url("**/console/code?**")
    page.get_by_label("Code", exact=True).fill(newest_code(running, page))
    visitor.press("Enter")
    page.wait_for_url("**/console/at/quayside/")


def newest_code(running: Running, page: Page) -> str:
    """Of the newest mail to the owner."""
    mails = page.context.new_page()
    for _ in range(150):
        mails.goto(f"{running.url}/demo/mails")
        found = re.search(r"\b(\d{6}) is your code for Vivavoce", mails.content())
        if found is not None:
            mails.close()
            return found[1]
        mails.wait_for_timeout(200)
    raise AssertionError("no code was mailed")


def test_an_owner_makes_an_interview_invites_and_sees_what_comes(
    running: Running, merchant: Furnished, visit: Visit
) -> None:
    visitor = visit(WIDE)
    page = visitor.page
    sign_in(running, visitor)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing needs you right now.")
    page.get_by_role("link", name="Interviews").press("Enter")
    page.get_by_role("link", name="New interview").press("Enter")
    page.get_by_label("Name of the position").fill("Shift lead, night")
    page.get_by_label("Where the job is").fill("Harbour Road")
    page.get_by_role("radio", name="By invitation only").check()
    page.get_by_role("radio", name="Publish it at once").check()
    page.get_by_label("Question 1", exact=True).fill("Tell me about the last team you led.")
    page.get_by_role("button", name="Add a question").press("Enter")
    expect(page.get_by_label("Question 2", exact=True)).to_be_focused()
    page.keyboard.type("What makes a good hand-over?")
    page.get_by_role("button", name="Add a question").press("Enter")
    expect(page.get_by_label("Question 3", exact=True)).to_be_focused()
    page.keyboard.type("Anything else?")
    page.get_by_role("button", name="Move question 2 up").press("Enter")
    page.get_by_role("button", name="Create the interview").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Created.")
    expect(page.locator(".numbered .voice").first).to_have_text("What makes a good hand-over?")
    page.get_by_role("link", name="Invite people").press("Enter")
    page.get_by_label("Or type and paste").fill("Rosa Klein, rosa@example.com\nTom Okafor, tom@example.com\nnobody")
    page.get_by_role("button", name="Look at the rows").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("2 people can be invited")
    page.get_by_role("button", name="Invite 2 people").press("Enter")
    links = [one.get_attribute("href") or "" for one in page.get_by_role("link", name="Their link").all()]
    assert len(links) == 2
    assert take_interview(links[0]).phase == "submitted"
    page.get_by_role("link", name="Home").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("One thing needs you.")
    expect(page.locator("#main")).to_contain_text("Rosa Klein")
    page.get_by_role("link", name="Candidates").press("Enter")
    page.get_by_role("link", name="Rosa Klein").press("Enter")
    page.get_by_role("button", name="Give another attempt").press("Enter")
    expect(page.get_by_role("status")).to_have_text("They can take it once more.")
    page.get_by_role("button", name="Delete this person").press("Enter")
    expect(page.get_by_role("button", name="Keep them")).to_be_focused()
    visitor.press("Escape")
    page.locator(".bar-end summary").press("Enter")
    page.get_by_role("button", name="Sign out").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


@pytest.mark.parametrize(
    "looks",
    [pytest.param(DECISIVE, id="decisive"), pytest.param(ALL_FOUR, id="all four", marks=pytest.mark.nightly)],
)
def test_every_page_is_at_ease(running: Running, merchant: Furnished, visit: Visit, looks: Looks) -> None:
    body = {
        "name": LONG,
        "location": "remote",
        "interview_template_id": merchant.template_id,
        "mojito_language_code": "de",
        "description": "",
        "status": "active",
        "type": "interview",
        "visibility": "merchant_invite",
        "questions": [{"question": f"Frage {number}?"} for number in range(60)],
    }
    interview_id = running.call("job-interview-create-from-array", merchant.token, body=body)["interview_def_set_id"]
    users = [{"name": name, "email": f"{number}@example.com"} for number, name in enumerate((LONG, "ليلى حداد", ""))]
    registered = running.call(
        "job-interview-register-users", merchant.token, body={"interview_id": interview_id, "users": users}
    )
    person = registered[0]["profile_interview_id"]
    visitor = visit(NARROW)
    address, code = running.program("member", "code", OWNER).split()
    visitor.page.goto(running.url + address)
    visitor.page.get_by_label("Code", exact=True).fill(code)
    visitor.press("Enter")
    visitor.page.wait_for_url("**/console/at/quayside/")
    for name, path in (
        ("home", ""),
        ("interviews", "interviews/"),
        ("none", "interviews/?text=nothing+like+it"),
        ("interview", f"interviews/{interview_id}/"),
        ("new", "interviews/new"),
        ("import", "interviews/import"),
        ("candidates", "candidates/"),
        ("candidate", f"candidates/{person}/"),
        ("merge-search", f"candidates/{person}/merge?text=ليلى"),
        ("merge", f"candidates/{person}/merge?with={registered[1]['profile_interview_id']}"),
        ("invite", "candidates/invite"),
        ("mails", "candidates/mails/"),
        ("live", "live/"),
        ("team", "team/"),
        ("account", "/console/account"),
    ):
        visitor.page.goto(running.url + (path if path.startswith("/") else f"/console/at/quayside/{path}"))
        for fold in visitor.page.locator("details.fold > summary").all()[:2]:
            fold.click()
        visitor.keeps_sights(f"console-{name}", looks)
    visitor.page.goto(f"{running.url}/console/at/quayside/?lang=de")
    expect(visitor.page.locator("html")).to_have_attribute("lang", "de")
    visitor.keeps_sight("console-home-de")
