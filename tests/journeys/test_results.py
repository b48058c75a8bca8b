"""Between the last question and the handing in: what each view shows, and all that can be done there."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.desk import BELT, LEAD, Desk, open_practice_desk
from tests.journeys.visitor import NARROW, PHONE, THEMES, WIDE, Looks, Size, Visitor
from tests.running import Running

pytestmark = pytest.mark.slow

RUBRIC = {
    "weak": ["Has led a team through a move to a new system"],
    "moderate": ["Has trained colleagues"],
    "strong": ["Names what became of complaints"],
}
SCORED = {**LEAD, "candidate_expectations_json": RUBRIC}
STORY = (
    "Last year I led a team of six through the move to a new sister. I wrote the plan and trained two colleagues."
    " Complaints fell by 30 percent within the month."
)
MEANT = STORY.replace("sister", "system")
ZOOMED = Size(320, 256)  # a window of 1280 at 400 %
FILM = b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm" + bytes(90_000)
IN_MAKE_TEST = ("minimal", "full_expand_scores")  # the least and the most; the others lie between
VIEWS = {  # view: whether it says how much came up, quotes, advice, and whether all is open
    "minimal": (False, False, False, False),
    "minimal_with_score": (True, False, False, False),
    "advanced": (True, True, False, False),
    "full": (True, True, True, False),
    "full_expand_scores": (True, True, True, True),
}


def come(visitor: Visitor, link: str, text: str = STORY, *, title: str = "Check your answers") -> str:
    """To the results page, the second question left out. The attempt's id."""
    attempt_id = visitor.begin(link)
    visitor.answer(text)
    visitor.sees(BELT["question"])
    visitor.skip()
    visitor.page.wait_for_url("**/results")
    visitor.sees(title)
    return attempt_id


def test_words_that_nobody_saved_are_sent_as_they_stand(desk: Desk, visit: Visit) -> None:
    visitor = visit(PHONE)
    attempt_id = come(visitor, desk.link(LEAD, BELT))
    page = visitor.page
    page.locator("#answer-1 .correct > summary").click()
    page.locator("#words-1").fill(MEANT)
    page.locator("#answer-2 .correct > summary").click()
    page.locator("#words-2").fill("I stop the next lane, and call the others.")
    page.locator("#words-1").fill(" ")
    visitor.tolerates("status of 422")
    visitor.button("Send my interview").click()
    visitor.reads("An answer can’t be empty or longer than 20,000 characters.")
    expect(page.locator("#words-1")).to_be_focused()
    page.locator("#words-1").fill(MEANT)
    visitor.button("Send my interview").click()
    visitor.sees("Thank you, your interview has been sent.")
    assert desk.answers(attempt_id) == [MEANT, "I stop the next lane, and call the others."]


@pytest.mark.parametrize(
    "view", [pytest.param(view, marks=[] if view in IN_MAKE_TEST else pytest.mark.nightly) for view in VIEWS]
)
def test_each_view_from_the_last_question_to_the_thanks(desk: Desk, visit: Visit, view: str) -> None:
    has_amount, has_quotes, has_advice, is_open = VIEWS[view]
    visitor = visit(WIDE if is_open else NARROW)
    attempt_id = come(visitor, desk.link(SCORED, BELT, result_view=view))
    page = visitor.page
    page.evaluate("window.isStillHere = true")
    if has_amount:
        expect(page.locator(".amount")).to_be_visible()
    expect(page.locator(".amount")).to_have_count(int(has_amount))
    expect(page.get_by_role("heading", name="What stood out, in your words")).to_have_count(int(has_quotes))
    expect(page.get_by_text("Advice", exact=True)).to_have_count(2 * int(has_advice))
    marked = page.locator(".own mark").all_inner_texts()
    assert bool(marked) is has_quotes
    assert all(words in STORY for words in marked)
    expect(page.locator(".figure, .figure-big, .breakdown")).to_have_count(
        0
    )  # of the embedded rater no number is shown
    assert page.evaluate("window.isStillHere")  # it came without reloading
    assert not any(claim in page.content() for claims in RUBRIC.values() for claim in claims)
    visitor.keeps_sight(f"view-{view}")
    visitor.button("Send my interview").click()
    visitor.sees("Thank you, your interview has been sent.")
    visitor.keeps_sight(f"thanks-{view}")
    assert desk.answers(attempt_id) == [STORY, None]


def test_none_is_handed_in_with_the_last_answer(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    visitor.begin(desk.link(SCORED, result_view="none", thank_you_message="Good night."))
    visitor.answer(STORY)
    visitor.sees("Thank you, your interview has been sent.")
    visitor.page.wait_for_url("**/results")
    expect(visitor.page.get_by_role("heading", name="What happens next")).to_be_visible()
    visitor.keeps_sight("view-none")


def test_words_are_put_right_without_reloading(desk: Desk, visit: Visit) -> None:
    visitor = visit(PHONE, theme="dark")
    attempt_id = come(visitor, desk.link(SCORED, BELT, result_view="full"))
    page = visitor.page
    expect(page.locator(".amount")).to_be_visible()
    page.evaluate("window.isStillHere = true")
    page.locator("#answer-1 .correct > summary").click()
    page.locator("#words-1").fill(MEANT)
    visitor.keeps_sight("correcting")
    visitor.button("Save changes").click()
    expect(page.get_by_text("Edited by you")).to_be_visible()
    expect(page.locator("#answer-1 mark").first).to_be_visible()  # what was found in the new words, and the focus stays
    expect(page.locator("#answer-1 .correct > summary")).to_be_focused()
    page.get_by_text("See what you changed").click()
    assert page.locator("del").all_inner_texts() == ["sister. "]
    assert page.locator("ins").all_inner_texts() == ["system. "]
    expect(page.locator(".amount")).to_be_visible()  # judged anew
    assert page.evaluate("window.isStillHere")
    visitor.keeps_sight("corrected")
    visitor.button("Send my interview").click()
    visitor.sees("Thank you, your interview has been sent.")
    assert desk.answers(attempt_id) == [MEANT, None]


@pytest.mark.nightly
def test_a_film_that_is_needed_is_asked_for_and_sent(desk: Desk, visit: Visit, tmp_path: Path) -> None:
    visitor = visit()
    visitor.tolerates("status of 422")
    come(visitor, desk.link(LEAD, BELT, candidate_video_introduction="required"))
    page = visitor.page
    visitor.keeps_sight("film")
    visitor.button("Send my interview").click()
    expect(page.get_by_text("Add a video before you send your interview.")).to_be_visible()
    visitor.keeps_sight("film-missing")
    for name, content in (("notes.mp4", b"no film"), ("me.webm", FILM)):
        (tmp_path / name).write_bytes(content)
        page.locator("#film-file").set_input_files(tmp_path / name)
        visitor.button("Upload video").click()
        said = "We can’t use this file as a video." if name == "notes.mp4" else "Video added"
        expect(page.get_by_text(said)).to_be_visible()
        visitor.keeps_sight(f"film-{name}")
    visitor.button("Send my interview").click()
    visitor.sees("Thank you, your interview has been sent.")


def test_by_keyboard_alone(desk: Desk, visit: Visit) -> None:
    visitor = visit(WIDE)
    attempt_id = come(visitor, desk.link(LEAD, BELT))
    page = visitor.page
    page.reload()
    visitor.tab_to(page.locator("#answer-1 .correct > summary"))
    visitor.press("Enter")
    visitor.tab_to(page.locator("#words-1"))
    visitor.press("ControlOrMeta+a")
    page.keyboard.insert_text(MEANT)
    visitor.tab_to(visitor.button("Save changes"))
    visitor.press("Enter")
    expect(page.get_by_text("Edited by you")).to_be_visible()
    visitor.tab_to(page.locator(".remark > summary"))
    visitor.press("Enter")
    visitor.tab_to(page.get_by_label("Poor"))
    visitor.press("ArrowDown", "ArrowDown", "ArrowDown")
    visitor.tab_to(page.get_by_label("Anything we should know?"))
    page.keyboard.insert_text("It was calm.")
    visitor.keeps_sight("remark")
    visitor.tab_to(visitor.button("Send my interview"))
    visitor.press("Enter")
    visitor.sees("Thank you, your interview has been sent.")
    told = desk.details(attempt_id)
    assert told["candidate_feedback"] == {"rating": 4, "text": "It was calm."}
    assert [turn["answer"] for turn in told["transcript"]] == [MEANT, None]
    assert told["transcript"][0]["answer_first"] == STORY


@pytest.mark.nightly
def test_a_phone_number_that_is_needed(running: Running, desk: Desk, visit: Visit) -> None:
    running.program("merchant", "contact", "depot", "--phone", "required")
    try:
        visitor = visit(theme="dark")
        visitor.tolerates("status of 422")
        attempt_id = come(visitor, desk.link(LEAD, BELT))
        for typed in ("", "home"):
            visitor.page.get_by_label("Phone number").fill(typed)
            visitor.button("Send my interview").click()
            expect(visitor.page.get_by_label("Phone number")).to_have_attribute("aria-invalid", "true")
            visitor.keeps_sight(f"phone-{typed or 'empty'}")
        visitor.page.get_by_label("Phone number").fill("+44 20 7946 0018")
        visitor.button("Send my interview").click()
        visitor.sees("Thank you, your interview has been sent.")
        assert desk.details(attempt_id)["contact"]["phone"] == "+44 20 7946 0018"
    finally:
        running.program("merchant", "contact", "depot", "--phone", "off")


@pytest.mark.parametrize(
    ("looks", "translations"),
    [
        pytest.param([(ZOOMED, "light"), (WIDE, "dark")], [("ar", "rtl", NARROW)], id="decisive"),
        pytest.param(
            [(size, theme) for size in (NARROW, ZOOMED, PHONE, WIDE, Size(2560, 1440)) for theme in THEMES],
            [(code, way, size) for code, way in (("ja", "ltr"), ("ar", "rtl")) for size in (NARROW, WIDE)],
            id="every",
            marks=pytest.mark.nightly,
        ),
    ],
)
def test_it_is_at_ease_in_every_size_theme_and_direction(
    desk: Desk, visit: Visit, looks: Looks, translations: list[tuple[str, str, Size]]
) -> None:
    visitor = visit()
    come(visitor, desk.link(SCORED, BELT, result_view="full_expand_scores", candidate_video_introduction="optional"))
    page = visitor.page
    expect(page.locator(".amount")).to_be_visible()
    for size, theme in looks:
        page.set_viewport_size({"width": size.width, "height": size.height})
        page.emulate_media(color_scheme=theme)
        visitor.keeps_sight(f"full-{size.width}x{size.height}-{theme}")
    for language, direction, size in translations:
        page.set_viewport_size({"width": size.width, "height": size.height})
        page.goto(f"{page.url.partition('?')[0]}?lang={language}")
        expect(page.locator("html")).to_have_attribute("dir", direction)
        visitor.keeps_sight(f"{language}-{size.width}")


@pytest.fixture
def plain_page(browser: Browser) -> Page:
    """A page on which no script runs."""
    return browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()


def test_without_a_script_reloading_does_it(desk: Desk, visit: Visit, plain_page: Page) -> None:
    visitor = visit()
    attempt_id = come(visitor, desk.link(SCORED, BELT, result_view="minimal_with_score"))
    expect(visitor.page.locator(".amount")).to_be_visible()
    kept = visitor.page.context.storage_state()["cookies"]
    plain_page.context.add_cookies(
        [{"name": one["name"], "value": one["value"], "url": visitor.page.url} for one in kept]
    )
    plain_page.goto(visitor.page.url)
    plain_page.locator("#answer-1 .correct > summary").click()
    plain_page.locator("#words-1").fill(MEANT)
    plain_page.get_by_role("button", name="Save changes").click()
    plain_page.get_by_text("Edited by you").wait_for()
    for _ in range(40):
        plain_page.reload()
        if plain_page.locator(".amount").is_visible():
            break
        plain_page.wait_for_timeout(500)
    plain_page.get_by_role("button", name="Send my interview").click()
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("Thank you, your interview has been sent.")
    assert desk.answers(attempt_id) == [MEANT, None]


@pytest.mark.nightly
def test_practice_gets_its_feedback_before_it_is_finished(running: Running, visit: Visit) -> None:
    desk = open_practice_desk(running, "school-of-results")
    visitor = visit(PHONE)
    come(visitor, desk.invite(desk.open(SCORED, BELT, type="coaching", result_view="full")), title="Here’s how it went")
    expect(visitor.page.get_by_role("heading", name="Work on this one thing")).to_be_visible()
    visitor.page.get_by_text("Answer this one now").click()
    visitor.page.locator("#words-2").fill("I would look at the sensor first, then at the belt, and last at the motor.")
    visitor.button("Save changes").click()
    expect(visitor.page.get_by_text("Edited by you")).to_be_visible()
    visitor.keeps_sight("practice")
    visitor.button("Finish").click()
    visitor.sees("Thank you. You’re all done.")
    visitor.keeps_sight("practice-thanks")


def test_an_attempt_can_be_set_aside_for_another(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    come(visitor, desk.link(LEAD, BELT))
    visitor.page.get_by_role("link", name="Start again").click()
    visitor.sees("Shift lead, night")
    visitor.is_at_ease()


@pytest.mark.nightly
def test_the_own_page_shows_both_versions(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    come(visitor, desk.link(LEAD, BELT))
    visitor.page.locator("#answer-1 .correct > summary").click()
    visitor.page.locator("#words-1").fill(MEANT)
    visitor.button("Save changes").click()
    expect(visitor.page.get_by_text("Edited by you")).to_be_visible()
    visitor.button("Send my interview").click()
    visitor.sees("Thank you, your interview has been sent.")
    visitor.page.get_by_role("link", name="Go to your page").click()
    visitor.page.get_by_role("link", name="Attempt 1").click()
    visitor.reads(MEANT)
    expect(visitor.page.get_by_text("Edited by you")).to_be_visible()
    visitor.is_at_ease()
