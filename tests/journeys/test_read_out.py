"""What a screen reader meets, one thing after the other: in the same order on a phone and on a wide screen."""

import pytest

from tests.journeys.conftest import Visit
from tests.journeys.desk import BELT, LEAD, Desk
from tests.journeys.visitor import PHONE, WIDE, Visitor

pytestmark = pytest.mark.slow


def test_every_page_is_met_in_the_order_of_its_sense(desk: Desk, visit: Visit) -> None:
    visitor = visit(PHONE)
    visitor.open(desk.link(LEAD, BELT))
    meets(
        visitor,
        'link "Skip to the start"',
        'link "Help"',
        'heading "Shift lead, night" [level=1]',
        'heading "How the interview works" [level=2]',
        'heading "Who to ask" [level=2]',
        'heading "What happens to your answers" [level=2]',
        'heading "Before you start" [level=2]',
        "checkbox",
        'button "Start the interview"',
        "I don’t agree, or I need another arrangement",
        'heading "About the role" [level=2]',
    )
    for box in visitor.page.get_by_role("checkbox").all():
        box.check()
    visitor.button("Start the interview").click()
    visitor.sees("Before the first question")
    meets(
        visitor,
        'link "Skip to the choices"',
        'heading "Before the first question" [level=1]',
        "You’ll answer by typing",
        "Questions",
        "How long it takes",
        'heading "Who to ask" [level=2]',
        'button "Go to the first question"',
        'link "Back"',
    )
    visitor.attempt_id()
    visitor.sees(LEAD["question"])
    meets(
        visitor,
        'link "Skip to your answer"',
        'button "Help"',
        "Your turn",
        "Question 1 of 2",
        f'heading "{LEAD["question"]}" [level=1]',
        'textbox "Your answer"',
        'button "Send"',
    )
    visitor.answer("I led eight people.")
    visitor.sees(BELT["question"])
    visitor.answer("I look at the log.")
    visitor.sees("That’s all the questions")
    meets(
        visitor,
        'link "Skip to the last step"',
        'heading "That’s all the questions" [level=1]',
        "Nothing has been sent yet.",
        'heading "What you said" [level=2]',
        LEAD["question"],
        "I led eight people.",
        BELT["question"],
        "I look at the log.",
        'button "Send my interview"',
        "Once you send it",
    )
    visitor.hand_in()
    meets(
        visitor,
        'heading "Thank you, your interview has been sent." [level=1]',
        'heading "What happens next" [level=2]',
        "Sent on",
        'heading "What you said" [level=2]',
        'heading "Who to ask" [level=2]',
        "This page stays here.",
    )


def meets(visitor: Visitor, *expected: str) -> None:
    """These come one after the other, whatever stands between them."""
    for size in (PHONE, WIDE):
        visitor.page.set_viewport_size({"width": size.width, "height": size.height})
        read_out = visitor.page.locator("body").aria_snapshot().splitlines()
        left = iter(read_out)
        for part in expected:
            assert any(part in line for line in left), f"{part!r} does not come in its place:\n" + "\n".join(read_out)
