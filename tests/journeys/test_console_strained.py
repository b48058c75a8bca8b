"""Every page of the console where it is strained: names of 200 characters, in one word and from right to left, no name,
failed jobs, an interview in Arabic, nothing at all; from a phone of 320 pixels to a screen of 2,560, by day and in the
evening. (As many questions as there may be: test_console_huge.py.)"""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.builders import NOW, House, a_draft, a_house, a_seat, add_fact, an_attempt, an_interview
from tests.crash.program import change_inside, socket_folder
from tests.journeys.conftest import Visit
from tests.journeys.visitor import HUGE, NARROW, THEMES, WIDE, Visitor
from tests.laid import laid_folder
from tests.running import WITHOUT_RATES, Running, run_server
from tests.scoring.lexical import LexicalRater
from tests.web.test_console_results import RUBRIC, Result, a_result
from vivavoce.attempts.integrity import FactKind
from vivavoce.attempts.tally import tally_attempt
from vivavoce.attempts.tasks import TaskKind, add_task
from vivavoce.conversation.happenings import Answered, HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.address import embedded_address
from vivavoce.db.database import Database, open_database
from vivavoce.db.ids import new_id
from vivavoce.interviews.steps import SentQuestion
from vivavoce.scoring.score import score_attempt

pytestmark = pytest.mark.nightly

OWNER, BARE_OWNER = "ada@strained.example", "bo@strained.example"
WORDS = ("Nachtschichtleitung " * 10).strip()  # 199 characters
ONE_WORD = "Maximiliane" * 18  # 198, which no line holds
ARABIC = "ليلى بنت حداد " * 14  # 196, from right to left
ARABIC_QUESTIONS = ("حدثنا عن فريق قمت بقيادته.", "كيف تجد سبب توقف الحزام؟")
IN_ARABIC = {"weak": ["قاد فريقا في ليلة صعبة"], "strong": ["يذكر ما تعلمه"]}
ARABIC_ANSWER = "كنت أقود فريقا من تسعة أشخاص. قاد فريقا في ليلة صعبة، وانتهينا قبل الفجر."
NAMES = (WORDS, ONE_WORD, ARABIC, "")
FAILED = ("mail_receipt", "score_attempt", "publish_voice", "tell_events")
SIZES = (NARROW, WIDE, HUGE)
OPEN = "() => document.querySelectorAll('details.fold').forEach((fold) => (fold.open = true))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strained:
    """A merchant of whom everything is long."""

    running: Running
    house: House
    interview_id: UUID
    results: list[Result]
    arabic: Result
    bare: House  # a merchant that has nothing yet

    def url(self, path: str, *, house: House | None = None) -> str:
        return f"{self.running.url}/console/at/{(house or self.house).merchant.slug}/{path}"


@pytest.fixture(scope="module")
def strained() -> Iterator[Strained]:
    with laid_folder() as folder, run_server(folder, environment=WITHOUT_RATES) as running:
        with ThreadPoolExecutor(1) as aside:  # the browser's loop is this thread's
            made = aside.submit(asyncio.run, _fill(running)).result()
        for owner, house in ((OWNER, made.house), (BARE_OWNER, made.bare)):
            running.program("member", "add", owner, "--merchant", house.merchant.slug, "--name", ONE_WORD)
        with change_inside(folder) as inside:
            inside.execute("update merchants set name = %s where id = %s", [ONE_WORD, made.house.merchant.id])
            for task in FAILED:
                inside.execute(
                    "insert into procrastinate_jobs (queue_name, task_name, status, args) values ('work', %s, 'failed',"
                    " jsonb_build_object('merchant_id', %s::text, 'subject_id', gen_random_uuid()::text))",
                    [task, str(made.house.merchant.id)],
                )
        yield made


async def _fill(running: Running) -> Strained:
    address = embedded_address(Path(socket_folder(running.folder)), "vivavoce")
    async with open_database(address, connections=2) as database:
        house = await a_house(database)
        settings = {"max_follow_ups": 0, "expectations": RUBRIC, "department": ONE_WORD}
        draft = a_draft(house, name=ONE_WORD, location=ARABIC, settings=settings)
        interview_id = await an_interview(database, house, draft)
        results = [await a_result(database, house, interview_id, name=name) for name in NAMES]
        live = await a_seat(database, house, interview_id)
        attempt_id = await an_attempt(database, live)
        async with database.tenant(house.merchant.id) as connection:
            await connection.execute("update candidates set name = $2 where id = $1", live.candidate_id, ONE_WORD)
            await connection.execute(
                "update attempts set begun_at = now(), created_at = now() where id = $1", attempt_id
            )
            for kind in TaskKind:
                await add_task(
                    connection,
                    kind,
                    merchant_id=house.merchant.id,
                    environment="production",
                    interview_id=interview_id,
                    candidate_id=results[1].seat.candidate_id,
                    attempt_id=results[1].attempt_id,
                    text=ONE_WORD,
                    actor="test",
                )
            for fact in FactKind:
                await add_fact(connection, results[1].attempt_id, kind=fact.value, strength="strong")
        arabic = await _take_in_arabic(database, house)
        bare = await a_house(database)
    return Strained(running=running, house=house, interview_id=interview_id, results=results, arabic=arabic, bare=bare)


async def _take_in_arabic(database: Database, house: House) -> Result:
    """Somebody's interview of which every word reads from right to left."""
    questions = [SentQuestion(text=text, expectations=IN_ARABIC) for text in ARABIC_QUESTIONS]
    settings = {"expectations": IN_ARABIC, "department": ARABIC}
    draft = a_draft(house, questions=questions, name=ARABIC, location="المستودع", language="ar", settings=settings)
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    attempt_id = await an_attempt(database, seat)
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute("update candidates set name = 'ليلى حداد' where id = $1", seat.candidate_id)
    for number in range(1, len(questions) + 1):
        answered = Answered(key=new_id(), number=number, text=ARABIC_ANSWER, is_meant=True)
        await happen(database, seat, attempt_id, answered, now=NOW)
    await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=NOW)
    of: dict[str, Any] = {"merchant_id": house.merchant.id, "attempt_id": attempt_id, "now": NOW}
    await tally_attempt(database, **of)
    await score_attempt(database, LexicalRater(), **of)
    return Result(seat=seat, attempt_id=attempt_id)


def find_unease(visitor: Visitor, name: str) -> list[str]:
    """What is wrong with the page in any size, by day or in the evening: all of it, since a run takes minutes."""
    wrong = []
    for size in SIZES:
        for theme in THEMES:
            visitor.page.set_viewport_size({"width": size.width, "height": size.height})
            visitor.page.emulate_media(color_scheme=theme)
            try:
                visitor.keeps_sight(f"strained-{name}-{size.width}-{theme}")
            except AssertionError as error:
                wrong.append(f"{name} {size.width} {theme}: {str(error)[:600] or 'runs out at the side'}")
    return wrong


def sign_in(strained: Strained, page: Page, owner: str = OWNER) -> None:
    address, code = strained.running.program("member", "code", owner).split()
    page.goto(strained.running.url + address)
    page.get_by_label("Code", exact=True).fill(code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/at/**")


def test_every_page_is_at_ease_however_long_its_words_are(strained: Strained, visit: Visit) -> None:
    visitor = visit(NARROW)
    page = visitor.page
    visitor.tolerates("status of 4")
    page.goto(f"{strained.running.url}/console/")
    wrong = find_unease(visitor, "sign-in")
    page.goto(strained.url(""))
    wrong += find_unease(visitor, "signed-out")
    sign_in(strained, page)
    person = strained.results[1].seat.candidate_id
    interview = f"interviews/{strained.interview_id}/"
    for name, path in (
        ("home", ""),
        ("results", "results/"),
        ("results-columns", "results/?tab=all&columns=state,when,email,minutes,changed,score"),
        ("results-none", "results/?q=nothing+like+it"),
        ("compare", f"results/compare?interview={strained.interview_id}"),
        ("interviews", "interviews/?text=Maxi"),
        ("interview", interview),
        ("interview-edit", f"{interview}edit"),
        ("interview-new", "interviews/new"),
        ("interview-import", "interviews/import"),
        ("candidates", "candidates/"),
        ("candidate", f"candidates/{person}/"),
        ("merge", f"candidates/{person}/merge?with={strained.results[2].seat.candidate_id}"),
        ("invite", "candidates/invite"),
        ("mails", "candidates/mails/"),
        ("live", "live/"),
        ("team", "team/"),
        ("account", "/console/account"),
        ("merchants", "/console/"),
        ("nothing", "nothing/"),
        *((f"result-{number}", result.path) for number, result in enumerate(strained.results)),
    ):
        page.goto(strained.running.url + path if path.startswith("/") else strained.url(path))
        page.evaluate(OPEN)
        wrong += find_unease(visitor, name)
    assert wrong == []


def test_what_is_said_from_right_to_left_is_at_ease_in_a_console_from_left_to_right(
    strained: Strained, visit: Visit
) -> None:
    visitor = visit(NARROW)
    page = visitor.page
    sign_in(strained, page)
    interview = f"interviews/{strained.arabic.seat.interview_id}/"
    wrong: list[str] = []
    for name, path in (
        ("result", strained.arabic.path),
        ("result-de", f"{strained.arabic.path}?lang=de"),
        ("compare", f"results/compare?interview={strained.arabic.seat.interview_id}"),
        ("interview", f"{interview}?lang=en"),
        ("edit", f"{interview}edit"),
        ("candidate", f"candidates/{strained.arabic.seat.candidate_id}/"),
        ("results", f"results/?interview={strained.arabic.seat.interview_id}"),
    ):
        page.goto(strained.url(path))
        page.evaluate(OPEN)
        wrong += find_unease(visitor, f"arabic-{name}")
    assert wrong == []
    page.goto(strained.url(strained.arabic.path))
    expect(page.locator("#answers .voice")).to_have_count(len(ARABIC_QUESTIONS))
    for words in page.locator("#answers .voice, #answers h3, #proof h4").all():
        assert words.evaluate("element => getComputedStyle(element).direction") == "rtl", words


def test_where_there_is_nothing_yet_each_page_is_at_ease_and_says_so(strained: Strained, visit: Visit) -> None:
    visitor = visit(NARROW)
    page = visitor.page
    sign_in(strained, page, BARE_OWNER)
    wrong: list[str] = []
    for name, path, says in (
        ("home", "", "Nothing needs you right now."),
        ("results", "results/", "No results wait for a decision."),
        ("compare", "results/compare", "Nobody has sent an interview yet."),
        ("interviews", "interviews/", "Make the first one with New interview."),
        ("candidates", "candidates/", "Whoever is invited or starts an interview stands here."),
        ("invite", "candidates/invite", "No interview is open yet. Publish one first."),
        ("live", "live/", "Nobody right now."),
        ("team", "team/", ONE_WORD),
    ):
        page.goto(strained.url(path, house=strained.bare))
        expect(page.locator("main")).to_contain_text(says)
        wrong += find_unease(visitor, f"bare-{name}")
    assert wrong == []


def test_rows_that_cant_be_invited_and_long_ones_are_at_ease(strained: Strained, visit: Visit) -> None:
    visitor = visit(NARROW)
    page = visitor.page
    sign_in(strained, page)
    page.goto(strained.url("candidates/invite"))
    page.get_by_label("Or type and paste").fill(f"{ONE_WORD}, long@example.com\n{ARABIC}, {'x' * 300}\nnobody")
    page.get_by_role("button", name="Look at the rows").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("One person can be invited")
    wrong = find_unease(visitor, "preview")
    page.get_by_role("button", name="Invite one person").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("One person is invited")
    wrong += find_unease(visitor, "invited")
    assert wrong == []


def test_each_state_of_a_result_is_at_ease(strained: Strained, visit: Visit) -> None:
    visitor = visit(NARROW)
    page = visitor.page
    visitor.tolerates("status of 4")
    sign_in(strained, page)
    url = strained.url(strained.results[1].path)
    page.goto(url)
    page.locator("#reason").fill(" ")
    page.get_by_role("button", name="Move forward", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    wrong = find_unease(visitor, "refused")
    page.goto(url)
    page.locator("#noticed details").nth(1).locator("summary").click()
    page.locator("#noticed textarea").first.fill(ONE_WORD)
    page.locator("#noticed textarea").first.press("Control+Enter")
    expect(page.locator("#noticed s").first).to_be_visible()
    page.locator("#comment").fill(ARABIC)
    page.locator("#comment").press("Control+Enter")
    expect(page.locator("#talk")).to_contain_text(ARABIC.split()[0])
    page.locator("#reason").fill(ONE_WORD)
    page.get_by_role("button", name="Move forward", exact=True).click()
    expect(page.locator(".decided h2")).to_have_text("Selected")
    wrong += find_unease(visitor, "decided")
    page.goto(f"{url}?lang=de&names=hidden")
    expect(page.locator("h1")).to_have_text("Name verborgen")
    wrong += find_unease(visitor, "hidden-de")
    page.goto(f"{url}?lang=en")
    _set_blind(strained, "required")
    for name in ("blind", "offered"):
        page.goto(url)
        expect(page.locator("#number")).to_have_count(0)
        wrong += find_unease(visitor, name)
        _set_blind(strained, "offered")
    _set_blind(strained, "off")
    assert wrong == []


def _set_blind(strained: Strained, setting: str) -> None:
    with change_inside(strained.running.folder) as inside:
        inside.execute("update interviews set blind_rating = %s where id = %s", [setting, strained.interview_id])
