"""What comes between a candidate and the server: reloads, other devices, other tabs, blocked and broken sockets."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.journeys.conftest import Visit
from tests.journeys.desk import BELT, LEAD, NIGHTS, Desk
from tests.journeys.visitor import PHONE, WIDE, Visitor

pytestmark = pytest.mark.slow

SOCKET = "**/interview/*/socket"


def test_a_reload_goes_on_at_the_same_question_with_the_same_draft(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    attempt_id = visitor.begin(desk.link(LEAD, NIGHTS, BELT))
    visitor.answer("I led eight people.")
    visitor.sees(NIGHTS["question"])
    visitor.page.get_by_role("radio", name="Weekends only").check()
    visitor.page.reload()
    visitor.sees(NIGHTS["question"])
    expect(visitor.page.get_by_role("radio", name="Weekends only")).to_be_checked()
    visitor.button("I’m done").click()
    visitor.sees(BELT["question"])
    visitor.field.fill("  First I listen. ")
    visitor.reads("Kept on this device")
    visitor.page.reload()
    visitor.sees(BELT["question"])
    expect(visitor.field).to_have_value("  First I listen. ")
    visitor.button("I’m done").click()
    visitor.hand_in()
    assert desk.answers(attempt_id) == ["I led eight people.", "Weekends only", "  First I listen. "]
    assert visitor.page.evaluate("() => localStorage.length") == 0


def test_another_device_goes_on_at_the_same_question(desk: Desk, visit: Visit) -> None:
    link = desk.link(LEAD, BELT)
    telephone, computer = visit(PHONE), visit(WIDE)
    attempt_id = telephone.begin(link)
    telephone.answer("I led eight people.")
    telephone.sees(BELT["question"])
    assert computer.begin(link) == attempt_id
    computer.sees(BELT["question"])
    computer.answer("I look at the log.")
    computer.hand_in()
    telephone.page.reload()
    telephone.sees("Thank you. It is handed in.")
    assert desk.answers(attempt_id) == ["I led eight people.", "I look at the log."]


def test_the_slower_of_two_tabs_is_told_and_goes_on(desk: Desk, visit: Visit) -> None:
    first = visit()
    attempt_id = first.begin(desk.link(LEAD, BELT))
    second = first.opens_tab()
    second.open(first.page.url)
    second.sees(LEAD["question"])
    first.answer("From the first tab.")
    first.sees(BELT["question"])
    second.answer("From the second tab.")
    second.sees(BELT["question"])
    second.reads("This question was answered in another window. Its answer is safe; here is the next one.")
    second.is_at_ease()
    second.page.get_by_text("Read what you typed").click()
    second.reads("From the second tab.")
    expect(second.field).to_have_value("")
    second.answer("I look at the log.")
    second.hand_in()
    assert desk.answers(attempt_id) == ["From the first tab.", "I look at the log."]


def refuse(page: Page) -> None:
    """A proxy that closes every socket."""
    page.route_web_socket(SOCKET, lambda socket: socket.close())


def throw(page: Page) -> None:
    """A browser, or something added to it, that has no sockets at all."""
    page.add_init_script("window.WebSocket = class { constructor() { throw new DOMException('', 'SecurityError'); } }")


@pytest.mark.parametrize("block", [refuse, throw])
def test_where_sockets_are_blocked_the_interview_goes_on(
    desk: Desk, visit: Visit, block: Callable[[Page], None]
) -> None:
    visitor = visit()
    block(visitor.page)
    attempt_id = visitor.begin(desk.link(LEAD, NIGHTS))
    visitor.sees(LEAD["question"])
    visitor.reads("Connected")
    visitor.answer("By post.")
    visitor.sees(NIGHTS["question"])
    visitor.skip()
    visitor.hand_in()
    assert desk.answers(attempt_id) == ["By post.", None]


def test_a_socket_that_is_swallowed_is_given_up_for_post(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    visitor.page.clock.install()
    visitor.page.route_web_socket(SOCKET, lambda socket: None)  # opens, and never says a word
    attempt_id = visitor.begin(desk.link(LEAD))
    visitor.reads("Connecting")
    visitor.page.clock.fast_forward(12_000)
    visitor.page.clock.fast_forward(2_000)
    visitor.sees(LEAD["question"])
    visitor.answer("By post.")
    visitor.hand_in()
    assert desk.answers(attempt_id) == ["By post."]


def test_a_receipt_that_is_lost_doubles_nothing(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    lose_first_receipt(visitor)
    attempt_id = visitor.begin(desk.link(LEAD, BELT))
    visitor.sees(LEAD["question"])
    visitor.answer("Once.")
    visitor.sees(BELT["question"])
    visitor.reads("Saved: your answer to question 1")
    visitor.answer("Twice.")
    visitor.hand_in()
    assert desk.answers(attempt_id) == ["Once.", "Twice."]


def lose_first_receipt(visitor: Visitor) -> None:
    """The first receipt, and the socket with it, break off on the way to the page."""
    broken: list[WebSocketRoute] = []

    def carry(page_side: WebSocketRoute) -> None:
        page_side.connect_to_server().on_message(lambda word: bring(page_side, word))

    def bring(page_side: WebSocketRoute, word: str | bytes) -> None:
        if not broken and json.loads(word)["kind"] == "receipt":
            broken.append(page_side)
            page_side.close(code=1011)
        elif page_side not in broken:
            page_side.send(word)

    visitor.page.route_web_socket(SOCKET, carry)


def test_while_the_device_is_offline_what_is_sent_waits(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    visitor.tolerates("net::ERR_INTERNET_DISCONNECTED")
    attempt_id = visitor.begin(desk.link(LEAD, BELT))
    visitor.sees(LEAD["question"])
    visitor.page.context.set_offline(True)
    visitor.reads("Not connected")
    visitor.answer("From the train.")
    visitor.reads("Waiting for the line")
    visitor.is_at_ease()
    visitor.page.context.set_offline(False)
    visitor.sees(BELT["question"])
    assert desk.answers(attempt_id) == ["From the train."]
