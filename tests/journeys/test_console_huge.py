"""An interview of as many questions as the contract allows, wherever it is seen: at the desk and by its candidate."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from bench.console_filling import TOPICS, take_a_long_one
from tests.builders import a_house, a_seat, an_attempt
from tests.crash.program import socket_folder
from tests.journeys.conftest import Visit
from tests.journeys.visitor import HUGE, NARROW, THEMES, WIDE, Looks, Visitor
from tests.laid import laid_folder
from tests.running import WITHOUT_RATES, Running, run_server
from vivavoce.api.models.fields import MOST_QUESTIONS
from vivavoce.candidates.links import Seat
from vivavoce.clock import now
from vivavoce.conversation.happenings import Answered
from vivavoce.conversation.loop import happen
from vivavoce.db.address import embedded_address
from vivavoce.db.database import Database, open_database
from vivavoce.db.ids import new_id

pytestmark = pytest.mark.nightly

OWNER = "ada@huge.example"
EVERY_LOOK: Looks = [(size, theme) for size in (NARROW, WIDE, HUGE) for theme in THEMES]
TWO_LOOKS: Looks = [(NARROW, "dark"), (HUGE, "light")]  # of a page on which axe takes a minute
NAME = "Five hundred questions"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Enormous:
    """A merchant with an interview of as many questions as there may be, and its result."""

    running: Running
    slug: str
    merchant_id: UUID
    interview_id: UUID
    attempt_id: UUID

    def url(self, path: str) -> str:
        return f"{self.running.url}/console/at/{self.slug}/{path}"


def _aside(running: Running, work: Callable[[Database], Coroutine[Any, Any, T]]) -> T:
    """What the work returns that is done beside the browser, whose loop is this thread's."""

    async def do() -> T:
        address = embedded_address(Path(socket_folder(running.folder)), "vivavoce")
        async with open_database(address, connections=2) as database:
            return await work(database)

    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, do()).result()


@pytest.fixture(scope="module")
def enormous() -> Iterator[Enormous]:
    with laid_folder() as folder, run_server(folder, environment=WITHOUT_RATES) as running:

        async def fill(database: Database) -> Enormous:
            house = await a_house(database)
            taken = await take_a_long_one(database, house, answers=MOST_QUESTIONS, topics=TOPICS[:1], name=NAME)
            under_way = await a_seat(database, house, taken["long"])
            await an_attempt(database, under_way, at=now())
            return Enormous(
                running=running,
                slug=house.merchant.slug,
                merchant_id=house.merchant.id,
                interview_id=taken["long"],
                attempt_id=taken["attempt"],
            )

        made = _aside(running, fill)
        running.program("member", "add", OWNER, "--merchant", made.slug, "--name", "Ada Brandt")
        yield made


def sign_in(enormous: Enormous, page: Page) -> None:
    address, code = enormous.running.program("member", "code", OWNER).split()
    page.goto(enormous.running.url + address)
    page.get_by_label("Code", exact=True).fill(code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/at/**")


def find_unease(visitor: Visitor, name: str, looks: Looks) -> list[str]:
    """What is wrong with the page in any of these sizes, by day or in the evening."""
    wrong = []
    for size, theme in looks:
        visitor.page.set_viewport_size({"width": size.width, "height": size.height})
        visitor.page.emulate_media(color_scheme=theme)
        try:
            visitor.keeps_sight(f"huge-{name}-{size.width}-{theme}")
        except AssertionError as error:
            wrong.append(f"{name} {size.width} {theme}: {str(error)[:600] or 'runs out at the side'}")
    return wrong


def test_every_page_is_at_ease_with_as_many_questions_as_there_may_be(enormous: Enormous, visit: Visit) -> None:
    visitor = visit(NARROW)
    page = visitor.page
    sign_in(enormous, page)
    result, interview = f"results/{enormous.attempt_id}/", f"interviews/{enormous.interview_id}/"
    wrong: list[str] = []
    for name, path, looks in (
        ("home", "", EVERY_LOOK),
        ("live", "live/", EVERY_LOOK),
        ("results", "results/", EVERY_LOOK),
        ("compare", f"results/compare?interview={enormous.interview_id}", EVERY_LOOK),
        ("result", result, EVERY_LOOK),
        ("result-whole", f"{result}?all=1", TWO_LOOKS),
        ("interview", interview, EVERY_LOOK),
        ("interview-edit", f"{interview}edit", TWO_LOOKS),
    ):
        page.goto(enormous.url(path))
        wrong += find_unease(visitor, name, looks)
    assert wrong == []


def test_the_last_answer_is_one_step_from_the_first_page_of_its_result(enormous: Enormous, visit: Visit) -> None:
    page = visit(WIDE).page
    sign_in(enormous, page)
    page.goto(enormous.url(f"results/{enormous.attempt_id}/"))
    expect(page.locator(".answer")).not_to_have_count(MOST_QUESTIONS)
    page.get_by_role("link", name=f"Show all {MOST_QUESTIONS} answers").press("Enter")
    expect(page.locator(".answer")).to_have_count(MOST_QUESTIONS)
    expect(page.locator(".answer h3").last).to_have_text(
        f"{MOST_QUESTIONS}. Tell me about a day on which much went wrong, number {MOST_QUESTIONS}."
    )


def test_the_form_says_what_is_wrong_with_the_last_question_beside_it_and_saves(
    enormous: Enormous, visit: Visit
) -> None:
    visitor = visit(WIDE)
    page = visitor.page
    visitor.tolerates("status of 422")
    sign_in(enormous, page)
    page.goto(enormous.url(f"interviews/{enormous.interview_id}/edit"))
    last = page.get_by_label(f"Question {MOST_QUESTIONS}", exact=True)
    said = last.input_value()
    last.fill("  ")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.locator(f"#question-{MOST_QUESTIONS - 1}-fault")).to_be_visible()
    assert find_unease(visitor, "interview-edit-fault", TWO_LOOKS[:1]) == []
    page.get_by_label(f"Question {MOST_QUESTIONS}", exact=True).fill(f"{said} Again.")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.get_by_role("status")).to_have_text("Saved.")
    expect(page.locator(".numbered .voice")).to_have_count(MOST_QUESTIONS)
    expect(page.locator(".numbered .voice").last).to_have_text(f"{said} Again.")


def test_whoever_has_answered_them_all_reads_them_again_and_sends(enormous: Enormous, visit: Visit) -> None:
    running, visitor = enormous.running, visit(NARROW)
    token = running.program("token", "--merchant", enormous.slug, "--role", "merchant_owner").strip()
    body = {"interview_id": str(enormous.interview_id), "users": [{"email": "tom@huge.example"}]}
    (row,) = running.call("job-interview-register-users", token, body=body)
    attempt_id = visitor.begin(str(row["interview_url"]))
    visitor.page.goto(f"{running.url}/interview/{attempt_id}/results")

    async def answer(database: Database) -> None:
        seat = Seat(
            merchant_id=enormous.merchant_id,
            candidate_id=UUID(row["profile_interview_id"]),
            interview_id=enormous.interview_id,
            is_test=False,
        )
        for number in range(1, MOST_QUESTIONS + 1):
            text = f"On day {number} the belt stopped, and we found the stone by noon."
            told = Answered(key=new_id(), number=number, text=text, is_meant=True)
            await happen(database, seat, UUID(attempt_id), told, now=now())

    _aside(running, answer)
    page = visitor.page
    page.goto(f"{running.url}/interview/{attempt_id}/results")
    visitor.sees("That’s all the questions")
    assert find_unease(visitor, "review", EVERY_LOOK) == []
    visitor.button("Send my interview").click()
    visitor.sees("Thank you, your interview has been sent.")
