"""What a real page notices while answers are recorded: a look elsewhere, a paste; of whoever does neither, nothing."""

import time
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.crash.program import look_inside
from tests.journeys.conftest import Visit
from tests.journeys.desk import BELT, LEAD, Desk
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.nightly]  # in real time

RECORDED = {"recording": "audio_all"}
FROM_ELSEWHERE = "We moved nine people and four lines in one night, and nobody stayed longer than planned. " * 5
# Chromium without a window never hides a page.
HIDE = """(isHidden) => {
    Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


def noticed(desk: Desk, attempt_id: str) -> list[dict[str, Any]]:
    with look_inside(desk.running.folder) as inside:
        return inside.execute(
            "select kind, number, seconds, amount, label from observations where attempt_id = %s"
            " and kind <> 'network' order by at",
            (attempt_id,),
        ).fetchall()


def copy_elsewhere(page: Page, text: str) -> None:
    """Into the clipboard, by another tab."""
    other = page.context.new_page()
    other.set_content("<textarea></textarea>")
    other.locator("textarea").fill(text)
    other.keyboard.press("Control+A")
    other.keyboard.press("Control+C")
    other.close()
    page.bring_to_front()


def begin(visitor: Visitor, desk: Desk) -> str:
    attempt_id = visitor.walk_in(desk.link(LEAD, BELT, **RECORDED))
    visitor.sees(LEAD["question"])
    return attempt_id


def test_who_stays_and_writes_is_noticed_at_nothing(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    attempt_id = begin(visitor, desk)
    visitor.field.press_sequentially("I led eight people through a move, and wrote all of this here myself.")
    visitor.press("Control+A", "Control+X", "Control+V", "Control+V")  # their own words, moved around
    visitor.page.evaluate(HIDE, True)
    visitor.page.evaluate(HIDE, False)
    visitor.button("Send").click()
    visitor.sees(BELT["question"])
    visitor.answer("I read the log.")
    visitor.hand_in()
    assert noticed(desk, attempt_id) == []


def test_a_look_elsewhere_and_a_paste_are_noticed_without_the_words(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    attempt_id = begin(visitor, desk)
    visitor.page.evaluate(HIDE, True)
    time.sleep(4)
    visitor.page.evaluate(HIDE, False)
    copy_elsewhere(visitor.page, FROM_ELSEWHERE)
    visitor.field.click()
    visitor.press("Control+V")
    visitor.button("Send").click()
    visitor.sees(BELT["question"])
    visitor.answer("I read the log.")
    visitor.hand_in()
    hidden, pasted = noticed(desk, attempt_id)
    assert (hidden["kind"], hidden["number"], 3.5 < hidden["seconds"] < 60) == ("hidden", 1, True)
    assert (pasted["kind"], pasted["number"], pasted["amount"]) == ("pasted", 1, len(FROM_ELSEWHERE))
    assert pasted["label"] == ""
