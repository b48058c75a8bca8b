"""An owner's day at the console, from the first sign-in to the mail that the candidate gets, on a real server."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.crash.program import change_inside
from tests.journeys.conftest import Visit
from tests.journeys.visitor import WIDE, Visitor
from tests.laid import laid_folder
from tests.running import Running, run_server
from vivavoce.client.candidate import take_interview

pytestmark = pytest.mark.nightly

OWNER = "ada@quayside.example"
FIRST, SECOND = "rosa@example.com", "tom@example.com"
PATIENCE_SECONDS = 300


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """A server that keeps its mails."""
    with (
        laid_folder() as folder,
        run_server(folder, "--show-mails", environment={"VIVAVOCE_MAIL_URL": "folder:"}) as server,
    ):
        server.furnish("quayside")
        server.program("member", "add", OWNER, "--merchant", "quayside", "--name", "Ada Brandt")
        yield server


def mails(running: Running, page: Page, pattern: str) -> str:
    """What the newest mail that fits says, once it is there."""
    folder = page.context.new_page()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        folder.goto(f"{running.url}/demo/mails")
        said = re.search(pattern, folder.locator("main").inner_text())
        if said is not None:
            folder.close()
            return said[1]
        folder.wait_for_timeout(500)
    raise AssertionError(f"no mail says {pattern}")


def let_ten_minutes_pass(running: Running) -> None:
    """As far as decisions and what waits for them are concerned."""
    with change_inside(running.folder) as inside:
        inside.execute("update decisions set decided_at = decided_at - interval '10 minutes'")
        inside.execute(
            "update procrastinate_jobs set scheduled_at = now() where status = 'todo' and scheduled_at > now()"
        )


def decide(page: Page, button: str, reason: str, *, feedback: str = "") -> None:
    """A sentence, perhaps words for the candidate, and the button."""
    page.get_by_label("Why, in a sentence").fill(reason)
    if feedback:
        page.locator(".send details summary").press("Enter")
        page.get_by_label("A few words of yours in the email").fill(feedback)
        page.keyboard.press("Escape")
    page.get_by_role("button", name=button, exact=True).press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Decided. You can undo it for ten minutes.")


def make_interview(page: Page) -> None:
    """By the form: two questions, what a good answer shows, and blind rating asked for."""
    page.get_by_role("link", name="Interviews").press("Enter")
    page.get_by_role("link", name="New interview").press("Enter")
    page.get_by_label("Name of the position").fill("Shift lead, night")
    page.get_by_label("Where the job is").fill("Harbour Road")
    page.get_by_role("radio", name="By invitation only").check()
    page.get_by_role("radio", name="Publish it at once").check()
    page.get_by_label("Question 1", exact=True).fill("Tell me about the last team you led.")
    page.get_by_text("How it’s answered, and what a good answer shows").first.press("Enter")
    page.locator("#question-0-weak").fill("Has led a team")
    page.locator("#question-0-moderate").fill("Has trained colleagues")
    page.get_by_text("More settings").press("Enter")
    page.get_by_label("Follow-up questions at most").fill("0")
    page.get_by_role("button", name="Create the interview").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Created.")
    page.locator("#blind-setting").select_option("required")
    page.locator("section[aria-labelledby=blind]").get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Changed, for results that were sent already")


def invite_two(page: Page) -> list[str]:
    """Their links."""
    page.get_by_role("link", name="Invite people").press("Enter")
    page.get_by_label("Or type and paste").fill(f"Rosa Klein, {FIRST}\nTom Okafor, {SECOND}")
    page.get_by_role("button", name="Look at the rows").press("Enter")
    page.get_by_role("button", name="Invite 2 people").press("Enter")
    return [link.get_attribute("href") or "" for link in page.get_by_role("link", name="Their link").all()]


def sign_in(running: Running, visitor: Visitor) -> None:
    """For the first time, by the code that is mailed."""
    page = visitor.page
    page.goto(f"{running.url}/console/")
    page.get_by_label("Email address").fill(OWNER)
    visitor.press("Enter")
    page.wait_for_url("**/console/code?**")
    page.get_by_label("Code", exact=True).fill(mails(running, page, r"\b(\d{6}) is your code for Vivavoce"))
    visitor.press("Enter")
    page.wait_for_url("**/console/at/quayside/")


def open_result(running: Running, page: Page, name: str) -> None:
    """Once it is assessed."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        page.goto(f"{running.url}/console/at/quayside/results/?q={name}")
        page.locator("tbody th a").first.click()
        if page.get_by_role("link", name="Rate first").count() or page.locator("fieldset.rated").count():
            return
        page.wait_for_timeout(1000)
    raise AssertionError("nothing was assessed")


def test_from_the_first_sign_in_to_the_candidates_mail(running: Running, visit: Visit) -> None:
    visitor = visit(WIDE)
    page = visitor.page
    sign_in(running, visitor)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing needs you right now.")
    make_interview(page)
    links = invite_two(page)
    assert [take_interview(link).phase for link in links] == ["submitted", "submitted"]

    # Blind: no mark, no number, and no decision before one's own rating.
    open_result(running, page, "Rosa")
    expect(page.locator("[data-claim]")).to_have_count(0)
    expect(page.locator("#number")).to_have_count(0)
    expect(page.get_by_role("button", name="Move forward")).to_have_count(0)
    for ask in page.get_by_role("link", name="Rate first").all():
        ask.press("Enter")
    rated = page.locator("fieldset.rated")
    expect(rated).to_have_count(2)
    for claim in rated.all():
        claim.get_by_label("Confirmed").check()
    page.get_by_role("button", name="Keep my rating and show the marks").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Your rating is kept.")

    # One mark is changed, with a reason; what the program found stays beside it.
    claim = page.locator("[data-claim]").first
    before = claim.locator(".mark-word").inner_text()
    claim.get_by_text("Change this mark").press("Enter")
    claim.get_by_role("radio").first.check()
    claim.get_by_label("Why").fill("Says so in the first sentence.")
    claim.get_by_role("button", name="Change the mark").press("Enter")
    claim = page.locator("[data-claim]").first
    expect(claim).to_contain_text("Changed by Ada Brandt")
    expect(claim).to_contain_text(f"The program found: {before}.")

    # Decided, undone, and decided otherwise.
    decide(page, "Do not move forward", "Too little about the night shift.")
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Undone. The candidate hears nothing.")
    decide(page, "Move forward", "Led a team through a hard night.", feedback="We liked how you shared the work out.")
    page.goto(f"{running.url}/demo/mails")
    expect(page.locator("main")).not_to_contain_text("About your interview at Quayside")
    let_ten_minutes_pass(running)
    told = mails(running, page, r"(About your interview at Quayside[\s\S]*?shared the work out)")
    assert FIRST in told
    assert "Too little about the night shift" not in told
    page.goto(f"{running.url}/demo/mails")
    assert page.get_by_role("heading", name="About your interview at Quayside").count() == 1
    page.goto(f"{running.url}/console/at/quayside/results/?tab=decided-selected")
    expect(page.locator("tbody")).to_contain_text("Rosa Klein")
    expect(page.locator("tbody")).not_to_contain_text("Tom Okafor")
