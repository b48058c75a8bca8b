"""Whose words are whose: languages, conditions, and answers that look like code."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.desk import ASK_US, BELT, LEAD, NIGHTS, WHY_NIGHTS, Desk
from tests.journeys.visitor import WIDE, Visitor

pytestmark = pytest.mark.slow

ARABIC: dict[str, Any] = {"question": "كيف تشرح قاعدة السلامة لزميل جديد؟", "mojito_language_code": "ar"}
CODE = "  <img src=x onerror=\"document.title='run'\"> & <b>bold</b>\n\n\tif a < b: {{ c }} ٣ 🙂\n"


def test_the_page_of_the_position_promises_what_can_come(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    link = desk.link(NIGHTS, WHY_NIGHTS, BELT, {"question": "As long as you like: why?", "duration": 0})
    visitor.open(link)
    visitor.reads("Up to 4")
    visitor.reads("About 9 minutes")  # 2 where nobody said, 3 for the belt
    attempt_id = visitor.begin(link)
    visitor.skip()
    visitor.reads("Aim for about 3 minutes")
    visitor.answer("I look at the log.")
    visitor.sees("As long as you like: why?")
    expect(visitor.page.get_by_text("Aim for about").filter(visible=True)).to_have_count(0)
    assert desk.answers(attempt_id) == [None, "I look at the log."]


def test_what_depends_on_a_skipped_question_is_not_asked(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    attempt_id = visitor.begin(desk.link(NIGHTS, WHY_NIGHTS, LEAD))
    visitor.reads("Question 1 of 3")
    visitor.skip()
    visitor.sees(LEAD["question"])
    visitor.reads("Question 2 of 2")
    visitor.answer("We moved the team.")
    visitor.sees(NIGHTS["question"])
    visitor.reads("Question 1 of 2")
    visitor.page.get_by_role("radio", name="Weekends only").check()
    visitor.button("Send").click()
    visitor.hand_in()
    assert desk.answers(attempt_id) == ["Weekends only", "We moved the team."]


@pytest.mark.nightly
def test_what_depends_on_an_answered_question_is_asked(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    attempt_id = visitor.begin(desk.link(NIGHTS, WHY_NIGHTS))
    visitor.page.get_by_role("radio", name="Weekends only").check()
    visitor.button("Send").click()
    visitor.sees(WHY_NIGHTS["question"])
    visitor.answer("The quiet.")
    visitor.hand_in()
    assert desk.answers(attempt_id) == ["Weekends only", "The quiet."]


def test_who_finds_no_choice_that_fits_says_it_in_their_own_words(desk: Desk, visit: Visit) -> None:
    link = desk.link(NIGHTS, LEAD)
    desk.running.program("merchant", "choices", "depot", "--none-of-these")
    visitor = visit()
    attempt_id = visitor.begin(link)
    visitor.sees(NIGHTS["question"])
    visitor.press("4")
    expect(visitor.page.get_by_role("radio", name="None of these")).to_be_checked()
    visitor.is_at_ease()
    visitor.button("Send").click()
    visitor.sees("How would you answer in your own words?")
    visitor.reads("You were asked: Which nights could you work in the first month?")
    visitor.answer("Every second week, any night.")
    visitor.sees(LEAD["question"])
    desk.running.program("merchant", "choices", "depot", "--no-none-of-these")
    chosen, explained = desk.details(attempt_id)["transcript"]
    assert (chosen["answer"], chosen["is_none_of_these"]) == ("None of these", True)
    assert (explained["answer"], explained["is_follow_up"]) == ("Every second week, any night.", True)


def test_a_question_in_another_language_says_which(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    attempt_id = visitor.begin(desk.link(ARABIC, LEAD))
    visitor.sees(ARABIC["question"])
    question = visitor.page.get_by_role("heading", level=1)
    expect(question).to_have_attribute("lang", "ar")
    expect(question).to_have_css("direction", "rtl")
    expect(visitor.field).to_have_attribute("lang", "ar")
    visitor.field.fill("أشرحها خطوة خطوة.")
    expect(visitor.field).to_have_css("direction", "rtl")
    visitor.is_at_ease()
    visitor.button("Send").click()
    visitor.sees(LEAD["question"])
    expect(question).to_have_attribute("lang", "en")
    expect(question).to_have_css("direction", "ltr")
    visitor.answer("In words.")
    visitor.sees("That’s all the questions")
    past = visitor.page.get_by_role("listitem").first
    expect(past.locator("bdi")).to_have_attribute("lang", "ar")
    expect(past.locator(".own")).to_have_css("direction", "rtl")
    visitor.is_at_ease()
    assert desk.answers(attempt_id) == ["أشرحها خطوة خطوة.", "In words."]


def test_answers_are_kept_and_shown_as_they_were_typed(desk: Desk, visit: Visit) -> None:
    visitor = visit(WIDE)
    attempt_id = visitor.begin(desk.link({"question": "What does <b>this</b> do?"}, LEAD, name="<i>Lead</i> & more"))
    visitor.sees("What does <b>this</b> do?")
    visitor.answer(CODE)
    visitor.sees(LEAD["question"])
    visitor.button("Help").click()
    visitor.page.get_by_text("Your answer so far").click()
    assert shown_answer(visitor) == CODE
    visitor.button("Close").click()
    visitor.answer("x" * 20_000)
    visitor.sees("That’s all the questions")
    assert shown_answer(visitor) == CODE
    visitor.is_at_ease()
    visitor.hand_in()
    assert visitor.page.title() == "Thank you · <i>Lead</i> & more"
    assert visitor.page.locator("img, .own b").count() == 0
    assert desk.answers(attempt_id) == [CODE, "x" * 20_000]


@pytest.mark.nightly
def test_an_answer_that_is_too_long_stays_in_the_field(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    visitor.begin(desk.link(LEAD))
    visitor.field.fill("x" * 19_999)
    visitor.reads("1 character left.")
    visitor.field.fill("x" * 20_001)
    visitor.reads("1 character over the limit.")
    visitor.button("Send").click()
    visitor.reads("This is too long. Please shorten it.")
    visitor.is_at_ease()
    visitor.answer("x" * 20_000)
    visitor.sees("That’s all the questions")


@pytest.mark.nightly
def test_a_question_of_ones_own_may_be_left_out(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    attempt_id = visitor.begin(desk.link(ASK_US, result_view="none"))
    visitor.button("No questions").click()
    visitor.sees("Thank you, your interview has been sent.")
    assert desk.answers(attempt_id) == [None]
    assert desk.details(attempt_id)["status"] == "completed"


def shown_answer(visitor: Visitor) -> str:
    """The first of the answers that the page shows."""
    return visitor.page.locator(".answers .own").first.text_content() or ""
