"""Two tabs of one browser: one leads, the other says so and can take over."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.desk import BELT, LEAD, Desk
from tests.journeys.visitor import Visitor
from vivavoce.web.candidate.limits import MOST_SOCKETS

pytestmark = pytest.mark.slow

SECOND = "This interview is open in another window"
LEFT = "You continued in another window"

# On plain HTTP a browser has no locks; then the tabs ask each other.
WITHOUT_LOCKS = "Object.defineProperty(navigator, 'locks', { value: undefined })"


@pytest.fixture(params=["by lock", pytest.param("by asking", marks=pytest.mark.nightly)])
def first(request: pytest.FixtureRequest, desk: Desk, visit: Visit) -> Visitor:
    """Somebody at the first question."""
    visitor = visit()
    if request.param == "by asking":
        visitor.page.context.add_init_script(WITHOUT_LOCKS)
    visitor.begin(desk.link(LEAD, BELT))
    visitor.sees(LEAD["question"])
    return visitor


def test_the_second_tab_says_so_and_takes_over_with_what_is_written(desk: Desk, first: Visitor) -> None:
    first.field.fill("Begun in the first tab")
    first.reads("Kept on this device")
    second = first.opens_tab()
    second.open(first.page.url)
    second.sees(SECOND)
    second.is_at_ease()
    second.tab_to(second.button("Continue here"))
    second.press("Enter")
    second.sees(LEAD["question"])
    expect(second.field).to_have_value("Begun in the first tab")
    first.sees(LEFT)
    first.is_at_ease()
    second.answer("Ended in the second.")
    second.sees(BELT["question"])
    first.button("Continue here").click()
    first.sees(BELT["question"])
    second.sees(LEFT)
    attempt_id = first.attempt_id()
    first.answer("I look at the log.")
    first.hand_in()
    assert desk.answers(attempt_id) == ["Ended in the second.", "I look at the log."]


def test_where_the_leading_tab_is_closed_the_other_goes_on_by_itself(first: Visitor) -> None:
    second = first.opens_tab()
    second.open(first.page.url)
    second.sees(SECOND)
    first.page.close()
    second.sees(LEAD["question"])
    second.answer("From the second tab.")
    second.sees(BELT["question"])


@pytest.mark.nightly
def test_of_too_many_devices_the_oldest_says_so_and_can_go_on(desk: Desk, visit: Visit) -> None:
    link = desk.link(LEAD, BELT)
    oldest, *others = [visit() for _ in range(MOST_SOCKETS + 1)]
    attempt_id = oldest.begin(link)
    oldest.sees(LEAD["question"])
    oldest.field.fill("Begun on the first device")
    oldest.reads("Kept on this device")
    for other in others:
        other.begin(link)
        other.sees(LEAD["question"])
    oldest.sees(LEFT)
    oldest.is_at_ease()
    oldest.button("Continue here").click()
    oldest.sees(LEAD["question"])
    expect(oldest.field).to_have_value("Begun on the first device")
    others[0].sees(LEFT)
    oldest.answer("Ended on the first device.")
    oldest.sees(BELT["question"])
    others[-1].page.reload()
    others[-1].sees(BELT["question"])
    others[-1].answer("I look at the log.")
    others[-1].hand_in()
    assert desk.answers(attempt_id) == ["Ended on the first device.", "I look at the log."]
