"""The whole interview by keyboard alone, on the narrowest screen."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.desk import ASK_US, BELT, EXPECTED, LEAD, NIGHTS, Desk
from tests.journeys.visitor import NARROW, PHONE, Visitor

pytestmark = pytest.mark.slow

LED = "In March two belts stopped at once.\nI moved six people to the third one; we left on time."


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.nightly)])
def test_an_interview_is_taken_by_keyboard_alone(desk: Desk, visit: Visit, theme: str) -> None:
    link = desk.link(
        LEAD,
        NIGHTS,
        BELT,
        ASK_US,
        candidate_expectations_json=EXPECTED,
        thank_you_message="Thank you. Maria reads your answers on Monday.",
    )
    visitor = visit(theme=theme)
    begin(visitor, link)
    attempt_id = visitor.attempt_id()
    answer_in_words(visitor)
    look_in_at_the_link(visitor, link)
    choose(visitor)
    skip(visitor)
    ask(visitor)
    skip_again(visitor)
    hand_in(visitor)

    visitor.open(link)
    expect(visitor.page.get_by_role("heading", name="You’ve sent this interview")).to_be_visible()
    visitor.is_at_ease()
    assert desk.answers(attempt_id) == [LED, "Sunday to Thursday", None, "Who plans the holidays?", None]
    assert desk.details(attempt_id)["lifecycle_status"] == "active"


def begin(visitor: Visitor, link: str) -> None:
    visitor.open(link)
    visitor.sees("Shift lead, night")
    visitor.is_at_ease()
    first, second = visitor.page.get_by_role("checkbox").all()
    visitor.tab_to(first)
    visitor.press("Space", "Tab")
    expect(second).to_be_focused()
    visitor.press("Space", "Enter")
    visitor.sees("Before the first question")
    visitor.is_at_ease()
    visitor.tab_to(visitor.button("Go to the first question"))
    visitor.press("Enter")
    visitor.page.wait_for_url("**/interview/*/")


def answer_in_words(visitor: Visitor) -> None:
    visitor.sees(LEAD["question"])
    visitor.reads("Question 1 of 4")
    visitor.is_at_ease()
    visitor.tab_to(visitor.button("Send"))
    visitor.press("Enter")
    visitor.reads("Please write something, or skip this question in Help.")
    expect(visitor.field).to_be_focused()
    visitor.is_at_ease()
    visitor.page.keyboard.type(LED)
    visitor.press("Control+Enter")
    visitor.sees(NIGHTS["question"])
    visitor.reads("Last answer saved")
    expect(visitor.page.get_by_role("heading", level=1)).to_be_focused()


def look_in_at_the_link(visitor: Visitor, link: str) -> None:
    """Somebody who has begun is not asked again, and goes on where they were."""
    visitor.open(link)
    visitor.is_at_ease()
    visitor.tab_to(visitor.button("Continue the interview"))
    visitor.press("Enter")
    visitor.sees(NIGHTS["question"])


def choose(visitor: Visitor) -> None:
    visitor.is_at_ease()
    visitor.tab_to(visitor.page.get_by_role("radio").first)
    visitor.press("3")
    expect(visitor.page.get_by_role("radio", name="Weekends only")).to_be_checked()
    visitor.press("ArrowUp")
    expect(visitor.page.get_by_role("radio", name="Sunday to Thursday")).to_be_checked()
    visitor.is_at_ease()
    visitor.tab_to(visitor.button("Send"))
    visitor.press("Space")
    visitor.sees(BELT["question"])


def skip(visitor: Visitor) -> None:
    visitor.tab_to(visitor.button("Help"))
    visitor.press("Enter")
    visitor.tab_to(visitor.helps("Skip this question"))
    visitor.press("Enter")
    expect(visitor.page.get_by_role("dialog", name="Skip this question?")).to_be_visible()
    expect(visitor.button("Keep answering")).to_be_focused()
    visitor.is_at_ease()
    visitor.press("Escape")
    visitor.sees(BELT["question"])
    expect(visitor.button("Help")).to_be_focused()
    visitor.press("Enter")
    visitor.tab_to(visitor.helps("Skip this question"))
    visitor.press("Enter", "Tab")
    expect(visitor.button("Skip it")).to_be_focused()
    visitor.press("Enter")
    visitor.sees(ASK_US["question"])


def ask(visitor: Visitor) -> None:
    visitor.reads("Your turn to ask")
    visitor.is_at_ease()
    expect(visitor.page.get_by_role("heading", level=1)).to_be_focused()
    visitor.page.keyboard.type("Who plans the holidays?")  # from there, to where it belongs
    expect(visitor.page.get_by_label("Your question")).to_be_focused()
    expect(visitor.page.get_by_label("Your question")).to_have_value("Who plans the holidays?")
    visitor.press("Tab")
    expect(visitor.button("Ask")).to_be_focused()
    visitor.press("Enter")
    visitor.reads("Question saved")
    visitor.is_at_ease()
    visitor.tab_to(visitor.button("That’s all"))
    visitor.press("Enter")


def skip_again(visitor: Visitor) -> None:
    """What was skipped is asked once more, at its own number."""
    visitor.sees(BELT["question"])
    visitor.reads("You skipped this one earlier. You can answer it now, or skip it again.")
    visitor.reads("Question 3 of 4")
    expect(visitor.page.get_by_role("heading", level=1)).to_be_focused()
    visitor.is_at_ease()
    visitor.tab_to(visitor.button("Skip it"))
    visitor.press("Enter")


def hand_in(visitor: Visitor) -> None:
    visitor.sees("Check your answers")
    visitor.reads("Skipped")
    visitor.is_at_ease()
    answers = visitor.page.locator(".answers > li")
    expect(answers).to_have_count(4)
    assert answers.first.locator(".own").inner_text() == LED
    visitor.tab_to(visitor.button("Send my interview"))
    visitor.press("Enter")
    visitor.sees("Thank you, your interview has been sent.")
    visitor.reads("Thank you. Maria reads your answers on Monday.")
    visitor.is_at_ease()


def test_help_is_had_by_keyboard_alone(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    attempt_id = visitor.begin(desk.link(LEAD, BELT))
    visitor.sees(LEAD["question"])
    helped = visitor.button("Help")
    visitor.tab_to(helped)
    visitor.press("Enter", "Tab")
    expect(visitor.helps("Say it again")).to_be_focused()
    visitor.is_at_ease()
    visitor.press("Enter")
    expect(visitor.page.get_by_role("heading", level=1)).to_be_focused()
    visitor.tab_to(helped)
    visitor.press("Space")
    visitor.tab_to(visitor.helps("Let me think"))
    visitor.press("Space")
    expect(helped).to_be_focused()
    expect(visitor.page.get_by_role("dialog")).to_be_hidden()
    visitor.press("Enter")
    visitor.tab_to(visitor.helps("Report a problem"))
    visitor.press("Enter")
    expect(visitor.page.get_by_label("What’s going on?")).to_be_focused()
    visitor.is_at_ease()
    visitor.page.keyboard.type("The page is slow.")
    visitor.press("Tab", "Tab", "Enter")
    expect(visitor.page.get_by_role("dialog")).to_be_hidden()
    expect(helped).to_be_focused()
    visitor.press("Enter")
    visitor.tab_to(visitor.helps("End the interview"))
    visitor.press("Enter")
    expect(visitor.button("Keep going")).to_be_focused()
    visitor.press("Tab", "Enter")
    visitor.sees("You ended the interview early")
    expect(visitor.page.get_by_role("heading", level=1)).to_be_focused()
    assert [kind for kind, _ in desk.requests(attempt_id)] == ["repeat", "think", "trouble", "end"]


def test_what_is_needed_to_begin_is_said_where_it_is_missing(desk: Desk, visit: Visit) -> None:
    visitor = visit(PHONE)
    visitor.open(desk.link(LEAD, candidate_expectations_json=EXPECTED))
    visitor.tolerates("status of 422")
    # A browser that holds a form back by itself would never show what the server says.
    visitor.page.get_by_role("checkbox").evaluate_all("boxes => boxes.forEach((box) => { box.required = false; })")
    visitor.page.get_by_role("checkbox").first.check()
    visitor.button("Start the interview").click()
    visitor.reads("The interview hasn’t started yet")
    assert [box.is_checked() for box in visitor.page.get_by_role("checkbox").all()] == [True, False]
    expect(visitor.page.get_by_text("The interview hasn’t started yet")).to_be_in_viewport()
    expect(visitor.page.get_by_role("alert")).to_be_focused()
    assert [box.get_attribute("aria-invalid") for box in visitor.page.get_by_role("checkbox").all()] == [None, "true"]
    visitor.is_at_ease()
    visitor.page.get_by_role("checkbox").last.check()  # from here on it isn't missing, and not in red
    expect(visitor.page.locator("[aria-invalid]")).to_have_count(0)


# What a device that is slow shows for a while: what has grown, before it is measured.
GROWN = """() => new Promise((tell) => {
    const [ask, question] = ["ask", "question"].map((id) => document.getElementById(id));
    let isGrown = false;
    new ResizeObserver(() => isGrown && tell([ask.scrollHeight > ask.clientHeight, ask.tabIndex])).observe(question);
    requestAnimationFrame(() => requestAnimationFrame(() => {
        isGrown = true;
        question.textContent = "How do you find the cause of it? ".repeat(20);
    }));
})"""


def test_what_has_just_grown_is_reached_by_keys_at_once(desk: Desk, visit: Visit) -> None:
    visitor = visit(NARROW)
    visitor.begin(desk.link(LEAD))
    visitor.sees(LEAD["question"])
    assert visitor.page.evaluate(GROWN) == [True, 0]
