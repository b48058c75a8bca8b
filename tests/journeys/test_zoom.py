"""400 % zoom: a window of 1280 by 1024 leaves 320 by 256 CSS pixels, and the whole interview must fit in them."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Visit
from tests.journeys.desk import BELT, LEAD, NIGHTS, Desk
from tests.journeys.visitor import Size, Visitor

pytestmark = pytest.mark.slow

ZOOMED = Size(320, 256)
LED = "In March two belts stopped at once. I moved six people to the third one."
# Of what has the focus: the share of its height in the window, and whether it is in front where its middle is.
SEEN = """() => {
    const box = document.activeElement.getBoundingClientRect();
    const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
    const middle = document.elementFromPoint(box.left + box.width / 2, (top + bottom) / 2);
    const isInFront = middle && (document.activeElement.contains(middle) || middle.contains(document.activeElement));
    return { share: Math.max(0, bottom - top) / Math.min(box.height, innerHeight), isInFront: Boolean(isInFront),
        name: document.activeElement.outerHTML.slice(0, 90) };
}"""


@pytest.mark.parametrize("theme", [pytest.param("light", marks=pytest.mark.nightly), "dark"])
def test_the_whole_interview_fits_by_keyboard_at_400_percent(desk: Desk, visit: Visit, theme: str) -> None:
    visitor = visit(ZOOMED, theme=theme)
    link = desk.link(LEAD, NIGHTS, BELT)
    visitor.open(link)
    visitor.sees("Shift lead, night")
    visitor.is_at_ease()
    for box in visitor.page.get_by_role("checkbox").all():
        reach(visitor, box)
        visitor.press("Space")
    reach(visitor, visitor.button("Start the interview"))
    visitor.press("Enter")

    visitor.page.wait_for_url("**/start")
    visitor.is_at_ease()
    typing = visitor.page.locator("[name=way][value=type]")
    if typing.count():
        typing.focus()
        visitor.press("Space")
    reach(visitor, visitor.button("Go to the first question"))
    visitor.press("Enter")
    visitor.page.wait_for_url(re.compile("/interview/[^/]+/$"))
    attempt_id = visitor.attempt_id()

    visitor.sees(LEAD["question"])
    visitor.is_at_ease()
    reach(visitor, visitor.field)
    visitor.page.keyboard.type(LED)
    is_seen(visitor)
    reach(visitor, visitor.button("Send"))
    visitor.press("Enter")

    visitor.sees(NIGHTS["question"])
    visitor.is_at_ease()
    reach(visitor, visitor.page.get_by_role("radio").first)
    visitor.press("Space", "ArrowDown")
    is_seen(visitor)
    reach(visitor, visitor.button("Send"))
    visitor.press("Enter")

    visitor.sees(BELT["question"])
    reach(visitor, visitor.button("Help"))
    visitor.press("Enter")
    reach(visitor, visitor.helps("Skip this question"))
    visitor.press("Enter")
    expect(visitor.button("Keep answering")).to_be_focused()
    is_seen(visitor)
    visitor.is_at_ease()
    visitor.press("Tab")
    visitor.press("Enter")

    visitor.sees("Check your answers")
    visitor.is_at_ease()
    reach(visitor, visitor.button("Send my interview"))
    visitor.press("Enter")
    visitor.sees("Thank you, your interview has been sent.")
    visitor.is_at_ease()
    assert desk.answers(attempt_id) == [LED, "Sunday to Thursday", None]

    visitor.open(link)
    expect(visitor.page.get_by_role("heading", name="You’ve sent this interview")).to_be_attached()
    visitor.is_at_ease()
    reach(visitor, visitor.page.get_by_role("link", name="Go to your page"))
    visitor.press("Enter")
    visitor.page.wait_for_url("**/mine/")
    visitor.is_at_ease()


def reach(visitor: Visitor, target: Locator) -> None:
    """By Tab; what has the focus can be seen."""
    visitor.tab_to(target)
    is_seen(visitor)


def is_seen(visitor: Visitor) -> None:
    visitor.page.wait_for_timeout(50)  # a scroll that the focus has begun
    seen = visitor.page.evaluate(SEEN)
    assert seen["isInFront"], f"something lies over {seen['name']}, which has the focus"
    assert seen["share"] > 0.5, "what has the focus is out of the window"
