"""An earlier answer is opened again in the middle of a conversation, and a follow-up stands below what it takes up."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.desk import BELT, LEAD, NIGHTS, Desk
from tests.journeys.visitor import NARROW, PHONE, Visitor

pytestmark = pytest.mark.slow

SAID = "I let a team of six."
MEANT = "I led a team of six."
WEAK = "Last year I led a team of six through the move to a new system."


def test_an_earlier_answer_is_opened_again_and_outlives_a_reload(desk: Desk, visit: Visit) -> None:
    visitor = visit(NARROW)
    attempt_id = visitor.begin(desk.link(LEAD, BELT))
    page = visitor.page
    visitor.answer(SAID)
    visitor.sees(BELT["question"])
    page.get_by_role("button", name="Help").click()
    page.locator("#past > summary").click()
    page.locator("#answers .change > summary").click()
    page.locator("#answers textarea").fill(MEANT)
    visitor.keeps_sight("opened-again")
    page.locator("#answers").get_by_role("button", name="Save changes").click()
    expect(page.locator("#answers .own")).to_have_text(MEANT)
    expect(page.locator("#answers").get_by_text("Edited by you")).to_be_visible()
    page.reload()
    visitor.sees(BELT["question"])
    visitor.answer("I look at the log first.")
    page.wait_for_url("**/results")
    visitor.hand_in()
    assert desk.answers(attempt_id) == [MEANT, "I look at the log first."]
    turn = desk.details(attempt_id)["transcript"][0]
    assert (turn["answer"], turn["answer_first"]) == (MEANT, SAID)


def test_what_was_no_answer_is_put_right_on_the_spot(desk: Desk, visit: Visit) -> None:
    visitor = visit(PHONE)
    attempt_id = visitor.begin(desk.link(LEAD, BELT, NIGHTS))
    page = visitor.page
    edit = page.locator("#change-latest")
    expect(edit).to_be_hidden()
    visitor.answer(SAID)
    visitor.sees(BELT["question"])
    expect(edit).to_be_visible()
    visitor.keeps_sight("edit-on-the-spot")
    edit.focus()
    page.keyboard.press("Enter")
    field = page.locator("#answers textarea")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(edit).to_be_focused()
    edit.click()
    page.locator("#answers").get_by_role("button", name="Cancel").click()
    expect(edit).to_be_focused()
    edit.click()
    field.fill(MEANT)
    page.locator("#answers").get_by_role("button", name="Save changes").click()
    expect(page.locator("#help")).to_be_hidden()
    visitor.sees(BELT["question"])
    expect(edit).to_be_visible()
    page.locator("#answer").press_sequentially("I")
    expect(edit).to_be_hidden()  # another draft is what the words beside it tell of now
    visitor.answer("I look at the log first.")
    visitor.sees(NIGHTS["question"])
    visitor.keeps_sight("edit-beside-choices")
    turns = desk.details(attempt_id)["transcript"]
    assert [turn["answer"] for turn in turns[:2]] == [MEANT, "I look at the log first."]


def test_an_answer_that_stays_as_it_is_offers_no_edit(desk: Desk, visit: Visit) -> None:
    visitor = visit(PHONE)
    visitor.begin(desk.link(LEAD, BELT, result_enable_edit_transcript=False))
    visitor.answer(SAID)
    visitor.sees(BELT["question"])
    expect(visitor.page.get_by_text("Last answer saved")).to_be_visible()
    expect(visitor.page.locator("#change-latest")).to_be_hidden()


@pytest.mark.parametrize("key", ["Escape", ""], ids=["by Escape", "by its button"])
def test_what_somebody_began_to_change_can_be_left_as_it_was(desk: Desk, visit: Visit, key: str) -> None:
    visitor = visit(PHONE)
    attempt_id = visitor.begin(desk.link(LEAD, BELT))
    page = visitor.page
    visitor.answer(SAID)
    visitor.sees(BELT["question"])
    page.get_by_role("button", name="Help").click()
    page.locator("#past > summary").click()
    opener = page.locator("#answers .change > summary")
    opener.click()
    page.locator("#answers textarea").fill(MEANT)
    if key:
        page.keyboard.press(key)
    else:
        visitor.keeps_sights("opened-again-with-cancel")
        page.locator("#answers").get_by_role("button", name="Cancel").click()
    expect(page.locator("#help")).to_be_visible()
    expect(page.locator("#answers textarea")).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    expect(page.locator("#answers textarea")).to_have_value(SAID)
    opener.click()
    page.keyboard.press("Escape")  # nothing is open in the sheet any more
    expect(page.locator("#help")).to_be_hidden()
    assert desk.answers(attempt_id) == [SAID]


def test_a_follow_up_stands_below_the_words_that_it_takes_up(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    visitor.begin(desk.link(LEAD, BELT, max_followups=1))
    page = visitor.page
    expect(page.locator("#taken-up")).to_be_hidden()
    visitor.answer(WEAK)
    page.locator("#taken-up").wait_for()
    expect(page.locator("#taken-up")).to_have_text(WEAK)
    expect(page.get_by_text("From your answer")).to_be_visible()
    visitor.keeps_sight("taken-up")


def chooses_otherwise(desk: Desk, visitor: Visitor) -> tuple[str, str, str]:
    """An attempt whose choice leads to no question: its id, the choice, and the one that leads to "Which weekends?"."""
    other, wanted = NIGHTS["question_alternatives"][0], NIGHTS["question_alternatives"][2]
    follows = {
        "question": "Which weekends?",
        "is_conditional": True,
        "conditional_question_main_id": "nights",
        "condition": {"choices": [wanted]},
    }
    attempt_id = visitor.begin(desk.link(NIGHTS, follows, BELT))
    visitor.page.get_by_role("radio", name=other).check()
    visitor.page.locator("#done").click()
    visitor.sees(BELT["question"])
    return attempt_id, other, wanted


def test_a_choice_made_by_mistake_is_changed_and_its_questions_follow(desk: Desk, visit: Visit) -> None:
    visitor = visit(NARROW)
    page = visitor.page
    attempt_id, other, wanted = chooses_otherwise(desk, visitor)
    page.get_by_role("button", name="Help").click()
    page.locator("#past > summary").click()
    page.locator("#answers .change > summary").click()
    visitor.keeps_sights("choice-opened")
    page.set_viewport_size({"width": 390, "height": 844})
    visitor.keeps_sight("choice-opened-390")
    page.locator("#answers").get_by_role("radio", name=wanted).check()
    page.locator("#answers").get_by_role("button", name="Save changes").click()
    expect(page.locator("#answers .own")).to_have_text(wanted)
    visitor.sees("Which weekends?")
    page.keyboard.press("Escape")
    visitor.answer("All of them.")
    visitor.sees(BELT["question"])
    visitor.answer("I look at the log first.")
    page.wait_for_url("**/results")
    page.locator("#answer-1 .correct > summary").click()
    visitor.keeps_sights("choice-on-the-review-page")
    page.set_viewport_size({"width": 390, "height": 844})
    visitor.keeps_sight("choice-on-the-review-page-390")
    visitor.press("Escape")
    expect(page.locator("#answer-1 .correct > summary")).to_be_focused()
    page.locator("#answer-1 .correct > summary").click()
    page.locator("#answer-1").get_by_role("radio", name=NIGHTS["question_alternatives"][1]).check()
    visitor.hand_in()  # what is chosen and was not saved yet goes along
    assert desk.answers(attempt_id) == [NIGHTS["question_alternatives"][1], "All of them.", "I look at the log first."]
    turn = desk.details(attempt_id)["transcript"][0]
    assert turn["answer_first"] == other


def test_a_choice_changed_on_the_review_page_brings_its_question_before_the_sending(desk: Desk, visit: Visit) -> None:
    visitor = visit(PHONE)
    page = visitor.page
    attempt_id, _, wanted = chooses_otherwise(desk, visitor)
    visitor.answer("I look at the log first.")
    page.wait_for_url("**/results")
    page.locator("#answer-1 .correct > summary").click()
    page.locator("#answer-1").get_by_role("radio", name=wanted).check()
    visitor.button("Send my interview").click()  # what nobody has seen yet is shown first
    visitor.reads("New question")
    expect(page.locator(".leads-to a")).to_be_focused()
    visitor.keeps_sights("choice-leads-on")
    page.locator(".leads-to a").click()
    page.locator("#question-3 .correct > summary").click()
    page.locator("#question-3 textarea").fill("All")
    page.get_by_role("button", name="Cancel").last.click()
    expect(page.locator("#question-3 .correct > summary")).to_be_focused()
    page.locator("#question-3 .correct > summary").click()
    expect(page.locator("#question-3 textarea")).to_have_value("")
    page.locator("#question-3 textarea").fill("All of them.")
    visitor.keeps_sights("editing-with-cancel")
    page.locator("#question-3").get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("New question")).to_have_count(0)
    visitor.hand_in()
    assert desk.answers(attempt_id) == [wanted, "I look at the log first.", "All of them."]
