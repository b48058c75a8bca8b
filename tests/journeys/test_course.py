"""The course of a conversation: what is read first, follow-ups, questions of one's own, time, and what comes after."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.crash.program import change_inside
from tests.journeys.conftest import Visit
from tests.journeys.desk import ASK_US, BELT, LEAD, NIGHTS, Desk, open_practice_desk
from tests.journeys.visitor import PHONE, WIDE, Size
from tests.running import Running

pytestmark = pytest.mark.slow

HOW: dict[str, Any] = {
    "instructional_video": True,
    "instructional_video_custom_text": "There are two questions.\nSpeak of your own work.",
}


def test_the_instruction_is_read_before_anything_is_asked(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    attempt_id = visitor.begin(desk.link(LEAD, BELT, welcome_message="Welcome to the depot.", **HOW))
    visitor.sees("How this works")
    expect(visitor.page.locator("#instruction")).to_have_text(HOW["instructional_video_custom_text"])
    visitor.reads("Before we start")
    visitor.is_at_ease()
    visitor.press_help("Ask for a person")
    visitor.reads("We’ve passed it on. A person will look at it.")
    visitor.tab_to(visitor.button("Continue"))
    visitor.press("Enter")
    visitor.sees(LEAD["question"])
    expect(visitor.page.get_by_role("heading", level=1)).to_be_focused()
    visitor.page.reload()
    visitor.sees(LEAD["question"])
    assert [kind for kind, _ in desk.tasks(attempt_id)] == ["person_wanted"]


@pytest.mark.nightly
def test_the_welcome_is_said_before_the_first_question_only(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    visitor.begin(desk.link(LEAD, BELT, welcome_message="Welcome to the depot."))
    visitor.sees(LEAD["question"])
    visitor.reads("Welcome to the depot.")
    visitor.answer("I led eight people.")
    visitor.sees(BELT["question"])
    expect(visitor.page.get_by_text("Welcome to the depot.").filter(visible=True)).to_have_count(0)


def test_a_follow_up_says_what_it_belongs_to_and_keeps_its_place(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    attempt_id = visitor.begin(desk.link(LEAD, NIGHTS, max_followups=1))
    visitor.answer("I led eight people.")
    visitor.reads("Follow-up")
    visitor.reads("Question 1 of 2")
    expect(visitor.page.locator("#steps .done")).to_have_count(1)  # half of the first stretch: each answer moves it
    visitor.reads("From your answer")
    expect(visitor.page.locator("#taken-up")).to_have_text("I led eight people.")
    visitor.is_at_ease()
    visitor.answer("We moved the line in one night, and nobody stayed longer.")
    visitor.sees(NIGHTS["question"])
    visitor.reads("Question 2 of 2")
    visitor.button("Help").click()
    visitor.page.get_by_text("Your 2 answers so far").click()
    visitor.is_at_ease()
    assert len(desk.answers(attempt_id)) == 2


def test_a_question_of_ones_own_is_answered_from_a_passage_or_passed_on(desk: Desk, visit: Visit) -> None:
    visitor = visit(WIDE)
    attempt_id = visitor.begin(desk.link(ASK_US, description="You lead fourteen people from ten at night to six."))
    visitor.sees(ASK_US["question"])
    visitor.reads("Question 1 of 1")
    visitor.ask("How many people would I lead?")
    passage = visitor.page.locator("#found")
    expect(passage.locator("blockquote")).to_have_text("You lead fourteen people from ten at night to six.")
    expect(passage.locator("figcaption")).not_to_be_empty()
    visitor.is_at_ease()
    visitor.ask("Who plans the holidays?")
    expect(passage).to_be_hidden()
    visitor.reads("Question 1 of 1")
    visitor.button("That’s all").click()
    visitor.sees("That’s all the questions")
    visitor.is_at_ease()
    assert desk.tasks(attempt_id) == [("answer_candidate", "Who plans the holidays?")]
    assert desk.answers(attempt_id) == ["How many people would I lead?", "Who plans the holidays?", None]


def test_the_time_meant_for_an_answer_is_told_gently(desk: Desk, visit: Visit) -> None:
    visitor = visit(PHONE)
    visitor.page.clock.install()
    visitor.begin(desk.link(BELT, longest_seconds=750))
    visitor.sees(BELT["question"])
    visitor.reads("Aim for about 3 minutes")
    over = visitor.page.get_by_text("That’s about the time planned").filter(visible=True)
    visitor.page.clock.fast_forward(170_000)
    expect(over).to_have_count(0)
    visitor.page.clock.fast_forward(15_000)
    expect(over).to_have_count(1)
    visitor.is_at_ease()
    visitor.answer("Longer than was meant.")
    visitor.sees("That’s all the questions")


# What moved within half a second of a key or a press was moved by the person.
WATCH_MOVES = """new PerformanceObserver((list) => {
    const own = list.getEntries().filter(({ hadRecentInput }) => !hadRecentInput);
    const names = own.flatMap(({ sources }) => sources.map(({ node }) => `${node?.nodeName} ${node?.className}`));
    window.moved = [...(window.moved ?? []), ...names];
}).observe({ type: "layout-shift", buffered: true })"""


@pytest.mark.parametrize("size", [PHONE, pytest.param(WIDE, marks=pytest.mark.nightly)])
def test_nothing_moves_that_nobody_touched(desk: Desk, visit: Visit, size: Size) -> None:
    visitor = visit(size)
    visitor.tolerates("net::ERR_INTERNET_DISCONNECTED", "WebSocket connection")
    visitor.page.add_init_script(WATCH_MOVES)
    visitor.page.clock.install()
    visitor.begin(desk.link(BELT))
    visitor.sees(BELT["question"])
    visitor.field.press_sequentially("First I listen.")
    visitor.reads("Kept on this device")
    visitor.page.wait_for_timeout(600)  # by then what is typed is no recent input
    visitor.page.clock.fast_forward(190_000)
    visitor.reads("That’s about the time planned for this answer. No rush to finish.")
    assert visitor.page.evaluate("() => window.moved ?? []") == []
    # The strip takes its room from above: what is pressed stays where it is.
    place = visitor.button("Send").bounding_box()
    visitor.page.context.set_offline(True)
    visitor.is_told_of_a_lost_line()
    visitor.page.wait_for_timeout(100)
    assert visitor.button("Send").bounding_box() == place
    visitor.page.context.set_offline(False)
    visitor.page.clock.fast_forward(20_000)
    visitor.is_on_the_line()
    assert visitor.button("Send").bounding_box() == place


def test_the_longest_time_closes_after_the_answer_under_way(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    attempt_id = visitor.begin(desk.link(LEAD, BELT, longest_seconds=1))
    visitor.sees(LEAD["question"])
    visitor.page.wait_for_timeout(1_100)  # the server's own clock
    visitor.press_help("Let me think")
    visitor.reads("This is the last question.")
    expect(visitor.page.locator("#minutes")).to_be_hidden()  # none are left, and nobody is hurried
    visitor.is_at_ease()
    visitor.answer("In my own time.")
    visitor.sees("We’ve run out of time")
    visitor.is_at_ease()
    assert desk.answers(attempt_id) == ["In my own time."]


def test_the_last_question_says_so_and_minutes_are_those_of_the_plan(desk: Desk, visit: Visit) -> None:
    visitor = visit(PHONE)
    visitor.page.clock.install()
    questions = ({**LEAD, "duration": 4}, {**BELT, "duration": 4})  # eight seconds, so a minute is planned
    visitor.begin(desk.link(*questions, max_followups=0))
    visitor.sees(LEAD["question"])
    last, minutes = visitor.page.get_by_text("This is the last question."), visitor.page.locator("#minutes")
    expect(last).to_be_hidden()
    expect(minutes).to_be_hidden()
    visitor.answer("I led it.")
    visitor.sees(BELT["question"])
    expect(last).to_be_visible()
    visitor.is_at_ease()


def test_minutes_left_are_told_in_the_last_quarter_and_run_down(desk: Desk, visit: Visit) -> None:
    visitor = visit(PHONE)
    page = visitor.page
    page.clock.install()
    questions = ({**LEAD, "duration": 600}, {**BELT, "duration": 600})
    attempt_id = visitor.begin(desk.link(*questions, max_followups=0, longest_seconds=1_200))
    visitor.answer("I led it.")
    visitor.sees(BELT["question"])
    minutes = page.locator("#minutes")
    expect(minutes).to_be_hidden()
    with change_inside(desk.running.folder) as inside:  # it took the first answer 15 minutes and a half
        inside.execute("update answers set spent_seconds = 930 where attempt_id = %s", (attempt_id,))
    page.reload()
    expect(minutes).to_have_text("4 minutes left")
    expect(minutes).to_be_visible()
    visitor.keeps_sights("minutes-left")
    visitor.is_at_ease()
    page.clock.fast_forward(4 * 60_000)
    expect(minutes).to_have_text("Less than a minute left")
    page.clock.fast_forward(60_000)
    expect(minutes).to_be_hidden()  # the plan is over, and nobody is hurried
    visitor.sees(BELT["question"])


def test_an_attempt_that_is_left_is_offered_before_handing_in(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    attempt_id = visitor.begin(desk.link(LEAD, interview_attempts=2))
    visitor.answer("I led eight people.")
    visitor.sees("That’s all the questions")
    visitor.reads("You have one more attempt.")
    visitor.is_at_ease()
    visitor.page.get_by_role("link", name="Start again").click()
    visitor.page.wait_for_url(re.compile("/interview/take/.*#begin$"))
    for box in visitor.page.get_by_role("checkbox").all():
        box.check()
    visitor.button("Set it aside and start again").click()
    assert visitor.attempt_id() != attempt_id
    visitor.sees(LEAD["question"])
    expect(visitor.field).to_have_value("")
    visitor.answer("I led nine people.")
    visitor.sees("That’s all the questions")
    expect(visitor.page.get_by_role("link", name="Start again")).to_have_count(0)
    visitor.hand_in()


@pytest.mark.nightly
def test_practice_hands_nothing_to_anybody_and_can_begin_again(running: Running, visit: Visit) -> None:
    school = open_practice_desk(running, "school-of-courses")
    visitor = visit()
    visitor.begin(school.link(LEAD, type="coaching", interview_attempts=2))
    visitor.answer("I led eight people.")
    visitor.sees("That’s all the questions")
    visitor.is_at_ease()
    visitor.button("Finish").click()
    visitor.sees("Thank you. You’re all done.")
    visitor.is_at_ease()
    visitor.page.get_by_role("link", name="Start again").click()
    visitor.page.wait_for_url(re.compile("/interview/take/.*#begin$"))
