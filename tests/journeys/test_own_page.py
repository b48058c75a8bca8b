"""A person's own page, and another arrangement: what they find there, what they can ask for, and that it arrives."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.desk import BELT, LEAD, Desk, open_desk, open_practice_desk
from tests.journeys.visitor import WIDE, Visitor
from tests.laid import laid_folder
from tests.running import Running, run_server
from vivavoce.web.policy import Policy

pytestmark = pytest.mark.slow

RUBRIC = {
    "weak": ["Has led a team through a move to a new system"],
    "moderate": ["Has trained colleagues"],
    "strong": ["Names what became of complaints"],
}
STORY = (
    "Last year I led a team of six through the move to a new system. I wrote the plan and trained two colleagues."
    " Complaints fell by 30 percent within the month."
)


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """A server that keeps its mails, so that one can sign in by e-mail."""
    with (
        laid_folder() as folder,
        run_server(folder, "--show-mails", environment={"VIVAVOCE_MAIL_URL": "folder:"}) as server,
    ):
        yield server


@pytest.fixture(scope="module")
def desk(running: Running) -> Desk:
    return open_desk(running)


def own_page_of(desk: Desk, slug: str = "depot") -> str:
    return f"{desk.running.url}/interview/at/{slug}/mine/"


def tasks_of(desk: Desk) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.running.call("merchant-task-list", desk.furnished.token)["data"]
    return found


def take(visitor: Visitor, link: str) -> str:
    """The whole interview, of two questions; the second is left out."""
    attempt_id = visitor.begin(link)
    visitor.answer(STORY)
    visitor.sees(BELT["question"])
    visitor.skip()
    visitor.hand_in()
    return attempt_id


def test_from_the_own_page_to_one_s_words_and_to_another_look(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    attempt_id = take(visitor, desk.link(LEAD, BELT))
    visitor.open(own_page_of(desk))
    visitor.sees("Your page")
    visitor.is_at_ease()
    visitor.page.get_by_role("link", name="Attempt 1").click()
    visitor.sees("Shift lead, night")
    visitor.reads(STORY)
    visitor.reads("Skipped")
    visitor.is_at_ease()
    visitor.page.get_by_label("What should they look at?").fill("The second question was cut off.")
    visitor.button("Ask for another look").click()
    visitor.reads("You asked a person to take another look")
    visitor.is_at_ease()
    (task,) = [one for one in tasks_of(desk) if one["interview_result_id"] == attempt_id]
    assert (task["kind"], task["text"]) == ("contested", "The second question was cut off.")


@pytest.mark.nightly
def test_an_empty_request_is_said_where_it_stands(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    visitor.tolerates("status of 422")
    take(visitor, desk.link(LEAD, BELT))
    visitor.open(own_page_of(desk))
    visitor.page.get_by_role("link", name="Attempt 1").click()
    visitor.button("Ask for another look").click()
    visitor.reads("Write a sentence about what should be looked at.")
    visitor.is_at_ease()


def test_erasure_by_keyboard_tells_the_day_by_which_it_is_due(desk: Desk, visit: Visit) -> None:
    visitor = visit(WIDE, theme="dark")
    visitor.begin(desk.link(LEAD, BELT))
    visitor.open(own_page_of(desk))
    visitor.is_at_ease()
    summary = visitor.page.get_by_text("Ask to delete everything")
    visitor.tab_to(summary)
    visitor.press("Enter")
    visitor.tab_to(visitor.button("Request deletion"))
    visitor.is_at_ease()
    visitor.press("Enter")
    visitor.page.get_by_text("You asked for this on").wait_for()
    visitor.is_at_ease()
    task = tasks_of(desk)[0]
    assert task["kind"] == "erasure_wanted"
    assert task["due_at"] is not None
    visitor.button("Sign out").click()
    visitor.sees("Depot")
    assert visitor.page.context.cookies() == []


@pytest.mark.nightly
def test_practice_gives_its_feedback_in_the_person_s_own_words(running: Running, visit: Visit) -> None:
    desk = open_practice_desk(running)
    visitor = visit()
    interview_id = desk.open({**LEAD, "candidate_expectations_json": RUBRIC}, type="coaching")
    attempt_id = visitor.begin(desk.invite(interview_id))
    visitor.answer(STORY)
    visitor.sees("That’s all the questions")
    visitor.button("Finish").click()
    visitor.page.get_by_role("heading", level=1).filter(has_text="Thank you").wait_for()
    address = f"{own_page_of(desk, 'school')}{attempt_id}/"
    for _ in range(40):
        visitor.open(address)
        if visitor.page.get_by_role("heading", name="What stood out, in your words").is_visible():
            break
        visitor.page.wait_for_timeout(500)
    visitor.is_at_ease()
    marked = visitor.page.locator("mark").all_inner_texts()
    assert marked
    assert all(words in STORY for words in marked)


def test_whoever_does_not_agree_asks_for_a_person(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    link = desk.link(LEAD)
    visitor.open(link)
    visitor.page.get_by_role("link", name="I don’t agree, or I need another arrangement").click()
    visitor.sees("Ask for a person instead")
    visitor.is_at_ease()
    visitor.page.get_by_role("textbox").fill("I stammer. Please let me talk with somebody.")
    visitor.button("Ask for a person").click()
    visitor.sees("We’ve told the people at Depot")
    visitor.is_at_ease()
    task = tasks_of(desk)[0]
    assert (task["kind"], task["text"]) == ("person_wanted", "I stammer. Please let me talk with somebody.")
    assert task["interview_result_id"] is None
    # Nothing was used up by it.
    visitor.begin(link)


def test_what_is_not_one_s_own_is_not_there(desk: Desk, visit: Visit) -> None:
    owner, stranger = visit(), visit()
    attempt_id = owner.begin(desk.link(LEAD))
    stranger.begin(desk.link(LEAD))
    for place in (attempt_id, "nothing", "00000000-0000-0000-0000-000000000000"):
        stranger.open(f"{own_page_of(desk)}{place}/", status=404)
        stranger.sees("There’s no interview at this address")
        stranger.is_at_ease()


def test_whoever_has_not_signed_in_is_asked_to(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    for place in ("", "00000000-0000-0000-0000-000000000000/"):
        visitor.open(f"{own_page_of(desk)}{place}")
        visitor.sees("Sign in to your page")
        visitor.is_at_ease()


def test_a_personal_link_signs_in_until_it_is_handed_in(desk: Desk, visit: Visit) -> None:
    link = desk.link(LEAD, BELT)
    take(visit(), link)
    other = visit()
    other.open(link)
    other.button("Go to your page").click()
    other.sees("Sign in to your page")
    nameless = desk.invite(desk.open(LEAD, BELT), users=[{"name": "Sam"}])
    take(visit(), nameless)
    another = visit()
    another.open(nameless)
    another.button("Go to your page").click()
    another.sees("Your page")
    another.is_at_ease()


@pytest.mark.nightly
def test_a_cover_picture_is_asked_for_without_saying_where_from(desk: Desk, visit: Visit) -> None:
    with pictures() as (origin, referrers):
        visitor = visit()
        link = desk.link(LEAD, cover_image_url=f"{origin}/depot.svg")
        response = visitor.page.goto(link)
        assert response is not None
        assert response.headers["content-security-policy"] == str(Policy(image_origins=(origin,)))
        visitor.page.wait_for_function("() => document.images[0].complete && document.images[0].naturalWidth > 0")
        visitor.is_at_ease()
    assert referrers == [None]
    late = visit()  # the pictures are gone
    late.tolerates("ERR_CONNECTION_REFUSED")
    late.page.goto(link)
    expect(late.page.locator(".cover")).to_have_count(0)
    late.sees("Shift lead, night")


@contextmanager
def pictures() -> Iterator[tuple[str, list[str | None]]]:
    """A server of pictures elsewhere; with what it was told of where it was asked from."""
    referrers: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            referrers.append(self.headers.get("Referer"))
            self.send_response(200)
            self.send_header("Content-Type", "image/svg+xml")
            self.end_headers()
            self.wfile.write(
                b'<svg xmlns="http://www.w3.org/2000/svg" width="160" height="60"><rect width="9" height="9"/></svg>'
            )

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the library's name
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", referrers
        server.shutdown()
