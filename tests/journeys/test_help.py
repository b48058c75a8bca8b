"""What a candidate may want besides answering, by button and by word: each is had, and none of it costs anything."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.desk import BELT, LEAD, Desk
from tests.journeys.visitor import NARROW, WIDE, Size, Visitor

pytestmark = pytest.mark.slow

SHIFT: dict[str, Any] = {
    "question": "How do you begin a shift?",
    "question_alternatives": ["What is the first thing that you do on a shift?"],
}
WORDINGS = {SHIFT["question"], *SHIFT["question_alternatives"]}
HALF = "Half an answer"


@pytest.mark.parametrize("size", [NARROW, pytest.param(WIDE, marks=pytest.mark.nightly)])
def test_each_help_is_had_by_its_button_and_the_draft_stays(desk: Desk, visit: Visit, size: Size) -> None:
    visitor = visit(size)
    attempt_id = visitor.begin(desk.link(SHIFT, BELT))
    expect(visitor.field).to_be_visible()
    visitor.field.fill(HALF)
    before = asked(visitor)
    for name in ("Say it again", "Ask it another way", "Let me think", "Ask for a person"):
        said = visitor.said.inner_text()
        visitor.press_help(name)
        expect(visitor.said).not_to_have_text(said, use_inner_text=True)
        expect(visitor.said).to_be_visible()  # on the smallest phone, too: nothing else says that it was heard
        visitor.is_at_ease()
        expect(visitor.field).to_have_value(HALF)
    assert {before, asked(visitor)} == WORDINGS, "it was put differently, and stays so"
    visitor.press_help("Report a problem")
    visitor.is_at_ease()
    said = visitor.said.inner_text()
    visitor.page.get_by_label("What’s going on?").fill("The letters are too small.")
    visitor.button("Report it").click()
    expect(visitor.said).not_to_have_text(said, use_inner_text=True)
    visitor.button("Send").click()
    visitor.sees(BELT["question"])
    kinds = ["repeat", "rephrase", "think", "person", "trouble"]
    assert desk.requests(attempt_id) == [(kind, "button") for kind in kinds]
    assert [text for _, text in desk.tasks(attempt_id)] == ["", "The letters are too small."]
    assert desk.answers(attempt_id) == [HALF]


@pytest.mark.nightly
def test_what_was_asked_for_is_said_again_after_a_reload(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    visitor.begin(desk.link(LEAD))
    visitor.sees(LEAD["question"])
    welcome = visitor.said.inner_text()
    visitor.press_help("Let me think")
    expect(visitor.said).not_to_have_text(welcome, use_inner_text=True)
    said = visitor.said.inner_text()
    visitor.page.reload()
    expect(visitor.said).to_have_text(said, use_inner_text=True)


def test_a_wish_in_words_is_understood_and_can_still_be_the_answer(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    attempt_id = visitor.begin(desk.link(LEAD, BELT))
    visitor.sees(LEAD["question"])
    visitor.answer("Could you repeat the question, please?")
    expect(visitor.field).to_have_value("")
    visitor.is_at_ease()
    visitor.page.reload()
    visitor.button("That was my answer").click()
    visitor.sees(BELT["question"])
    assert desk.requests(attempt_id) == [("repeat", "word")]
    assert desk.answers(attempt_id) == ["Could you repeat the question, please?"]


def test_a_question_taken_for_an_answer_is_replied_to_and_what_was_asked_is_asked_again(
    desk: Desk, visit: Visit
) -> None:
    visitor = visit(NARROW)
    attempt_id = visitor.begin(desk.link(LEAD, BELT))
    visitor.sees(LEAD["question"])
    asked = "Do you pay for the bus?"
    visitor.answer(asked)
    visitor.button("That was my answer").click()
    visitor.sees(BELT["question"])
    expect(visitor.button("That was a question")).to_be_visible()
    visitor.keeps_sight("a-question-after-all")
    visitor.is_at_ease()
    visitor.button("That was a question").click()
    visitor.sees(LEAD["question"])
    expect(visitor.page.locator("#question")).to_be_focused()
    expect(visitor.page.get_by_text(f"You asked: {asked}")).to_be_visible()
    expect(visitor.button("That was a question")).to_be_hidden()
    visitor.keeps_sight("asked-again-at-once")
    visitor.page.reload()
    visitor.sees(LEAD["question"])
    expect(visitor.page.get_by_text(f"You asked: {asked}")).to_be_visible()
    visitor.answer("I led eight people.")
    visitor.sees(BELT["question"])
    expect(visitor.button("That was a question")).to_be_hidden()
    visitor.page.locator("#change-latest").click()
    visitor.page.locator("#answers textarea").fill("Is it nights only?")
    visitor.page.locator("#answers").get_by_role("button", name="That was a question").click()
    visitor.sees(LEAD["question"])
    visitor.answer("Is it dark there?")
    visitor.button("That was my answer").click()
    visitor.sees(BELT["question"])
    visitor.answer("sorry, that was a question, not my answer")
    expect(visitor.said).to_contain_text("I took your question as your answer")
    expect(visitor.button("That was my answer")).to_be_hidden()
    expect(visitor.page.get_by_text("You asked:")).to_be_hidden()
    visitor.keeps_sight("said-to-be-a-question")
    visitor.button("That was a question").click()
    visitor.sees(LEAD["question"])
    visitor.answer("I led eight people, for a year.")
    visitor.sees(BELT["question"])
    visitor.answer("I look at the log first.")
    visitor.page.wait_for_url("**/results")
    visitor.hand_in()
    assert desk.answers(attempt_id) == ["I led eight people, for a year.", "I look at the log first."]
    assert [text for _, text in desk.tasks(attempt_id)] == [asked, "Is it nights only?", "Is it dark there?"]


def test_skipping_in_words_is_asked_back(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    attempt_id = visitor.begin(desk.link(LEAD, BELT))
    visitor.sees(LEAD["question"])
    visitor.answer("Skip, please.")
    expect(visitor.page.locator("#confirm")).to_be_focused()
    visitor.is_at_ease()
    visitor.press("Tab", "Tab")
    expect(visitor.button("Keep answering")).to_be_focused()
    visitor.press("Enter")
    expect(visitor.button("Yes, skip it")).to_be_hidden()
    visitor.sees(LEAD["question"])
    visitor.answer("Skip, please.")
    visitor.button("Yes, skip it").click()
    visitor.sees(BELT["question"])
    assert desk.answers(attempt_id) == [None]
    assert desk.requests(attempt_id) == [("skip", "word"), ("stay", "button"), ("skip", "word")]


@pytest.mark.nightly
def test_ending_in_words_is_asked_back(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    attempt_id = visitor.begin(desk.link(LEAD, BELT))
    visitor.answer("I led eight people.")
    visitor.sees(BELT["question"])
    visitor.answer("I want to stop the interview.")
    visitor.button("Yes, end it").click()
    visitor.sees("You ended the interview early")
    assert desk.answers(attempt_id) == ["I led eight people."]
    assert desk.requests(attempt_id) == [("end", "word"), ("end", "button")]


def test_ending_early_is_asked_back_and_hands_nothing_in_by_itself(desk: Desk, visit: Visit) -> None:
    visitor = visit(WIDE)
    attempt_id = visitor.begin(desk.link(LEAD, BELT))
    visitor.answer("I led eight people.")
    visitor.sees(BELT["question"])
    visitor.field.fill(HALF)
    visitor.press_help("End the interview")
    visitor.reads("What you’ve written here won’t be included.")
    visitor.is_at_ease()
    visitor.button("Keep going").click()
    expect(visitor.field).to_have_value(HALF)
    visitor.press_help("End the interview")
    visitor.button("End the interview").click()
    visitor.sees("You ended the interview early")
    visitor.is_at_ease()
    assert desk.details(attempt_id)["lifecycle_status"] != "active"
    visitor.page.locator("#help > summary").click()
    visitor.button("Ask for a person").click()
    visitor.reads("We’ve passed it on. A person will look at it.")
    visitor.is_at_ease()
    visitor.button("Send my interview").click()
    visitor.sees("Thank you, your interview has been sent.")
    visitor.is_at_ease()
    assert desk.answers(attempt_id) == ["I led eight people."]
    assert desk.requests(attempt_id) == [("end", "button"), ("person", "button")]


def asked(visitor: Visitor) -> str:
    """The question on the screen."""
    return visitor.page.get_by_role("heading", level=1).inner_text()
