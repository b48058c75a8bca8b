"""What comes between a candidate and the server: reloads, other devices, other tabs, blocked and broken sockets."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.journeys.chromium import PATIENCE_MS
from tests.journeys.conftest import Visit
from tests.journeys.desk import BELT, LEAD, NIGHTS, Desk
from tests.journeys.visitor import PHONE, WIDE, Visitor
from vivavoce.conversation.loop import Failed
from vivavoce.web.candidate.messages import to_refusal, write
from vivavoce.web.candidate.wire import TOO_MUCH

pytestmark = pytest.mark.slow

SOCKET = "**/interview/*/socket"
SAY = "**/interview/*/say"
GONE = "We can’t be reached right now"


def test_a_reload_goes_on_at_the_same_question_with_the_same_draft(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    attempt_id = visitor.walk_in(desk.link(LEAD, NIGHTS, BELT))
    visitor.answer("I led eight people.")
    visitor.sees(NIGHTS["question"])
    visitor.page.get_by_role("radio", name="Weekends only").check()
    visitor.page.reload()
    visitor.sees(NIGHTS["question"])
    expect(visitor.page.get_by_role("radio", name="Weekends only")).to_be_checked()
    visitor.button("Send").click()
    visitor.sees(BELT["question"])
    visitor.field.fill("  First I listen. ")
    visitor.reads("Kept on this device")
    visitor.page.reload()
    visitor.sees(BELT["question"])
    expect(visitor.field).to_have_value("  First I listen. ")
    visitor.button("Send").click()
    visitor.hand_in()
    assert desk.answers(attempt_id) == ["I led eight people.", "Weekends only", "  First I listen. "]
    assert visitor.page.evaluate("() => localStorage.length") == 0


def test_another_device_goes_on_at_the_same_question(desk: Desk, visit: Visit) -> None:
    link = desk.link(LEAD, BELT)
    telephone, computer = visit(PHONE), visit(WIDE)
    attempt_id = telephone.begin(link)
    telephone.answer("I led eight people.")
    telephone.sees(BELT["question"])
    assert computer.walk_in(link) == attempt_id
    computer.sees(BELT["question"])
    computer.answer("I look at the log.")
    computer.hand_in()
    telephone.page.reload()
    telephone.sees("Thank you, your interview has been sent.")
    assert desk.answers(attempt_id) == ["I led eight people.", "I look at the log."]


@pytest.mark.nightly
def test_another_device_finds_what_is_being_typed(desk: Desk, visit: Visit) -> None:
    link = desk.link(LEAD, NIGHTS)
    telephone, computer = visit(PHONE), visit(WIDE)
    attempt_id = telephone.begin(link)
    telephone.sees(LEAD["question"])
    with hears(telephone, "kept"):
        telephone.field.fill("I led eight")
    computer.begin(link)
    computer.sees(LEAD["question"])
    expect(computer.field).to_have_value("I led eight")
    with hears(computer, "kept"):
        computer.field.fill("I led eight people.")
    telephone.page.reload()
    telephone.sees(LEAD["question"])
    expect(telephone.field).to_have_value("I led eight people.")
    telephone.button("Send").click()
    telephone.sees(NIGHTS["question"])
    with hears(telephone, "kept"):
        telephone.page.get_by_role("radio", name="Weekends only").check()
    computer.page.reload()
    computer.sees(NIGHTS["question"])
    expect(computer.page.get_by_role("radio", name="Weekends only")).to_be_checked()
    computer.button("Send").click()
    computer.hand_in()
    assert desk.answers(attempt_id) == ["I led eight people.", "Weekends only"]


def test_the_slower_of_two_devices_is_told_and_goes_on(desk: Desk, visit: Visit) -> None:
    first, second = visit(), visit()
    link = desk.link(LEAD, BELT)
    attempt_id = first.begin(link)
    second.begin(link)
    second.sees(LEAD["question"])
    first.answer("From the first one.")
    first.sees(BELT["question"])
    second.answer("From the second one.")
    second.sees(BELT["question"])
    second.reads("You answered this question in another window. That answer is safe. Here’s the next question.")
    second.is_at_ease()
    second.page.get_by_text("See what you typed").click()
    second.reads("From the second one.")
    expect(second.field).to_have_value("")
    second.answer("I look at the log.")
    second.hand_in()
    assert desk.answers(attempt_id) == ["From the first one.", "I look at the log."]


def refuse(page: Page) -> None:
    """A proxy that closes every socket."""
    page.route_web_socket(SOCKET, lambda socket: socket.close())


def throw(page: Page) -> None:
    """A browser, or something added to it, that has no sockets at all."""
    page.add_init_script("window.WebSocket = class { constructor() { throw new DOMException('', 'SecurityError'); } }")


@pytest.mark.parametrize("block", [refuse, pytest.param(throw, marks=pytest.mark.nightly)])
def test_where_sockets_are_blocked_the_interview_goes_on(
    desk: Desk, visit: Visit, block: Callable[[Page], None]
) -> None:
    visitor = visit()
    block(visitor.page)
    attempt_id = visitor.begin(desk.link(LEAD, NIGHTS))
    visitor.sees(LEAD["question"])
    visitor.is_on_the_line()
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
    visitor.reads("Opening your interview.")
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
    visitor.reads("Last answer saved")
    visitor.answer("Twice.")
    visitor.hand_in()
    assert desk.answers(attempt_id) == ["Once.", "Twice."]


@pytest.mark.nightly
def test_a_page_whose_line_is_closed_for_too_many_messages_says_how_to_go_on(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    codes = [TOO_MUCH]
    visitor.page.route_web_socket(
        SOCKET, lambda socket: socket.close(code=codes.pop()) if codes else socket.connect_to_server()
    )
    visitor.begin(desk.link(LEAD))
    visitor.reads("The interview can’t continue in this window")
    visitor.is_at_ease()
    visitor.page.get_by_role("link", name="Reload the page").click()
    visitor.sees(LEAD["question"])


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


def test_what_has_no_receipt_outlives_a_reload(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    with swallowed(visitor.page, "answer"):
        attempt_id = visitor.begin(desk.link(LEAD, BELT))
        visitor.sees(LEAD["question"])
        visitor.answer("Sent once.")
        expect(visitor.page.locator("#done")).to_have_text("Saving", use_inner_text=True)
    visitor.page.reload()
    visitor.sees(BELT["question"])
    visitor.reads("Last answer saved")
    assert desk.answers(attempt_id) == ["Sent once."]


def test_what_the_server_could_not_take_stays_in_the_field(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    fails_once(visitor.page)
    attempt_id = visitor.begin(desk.link(LEAD))
    visitor.sees(LEAD["question"])
    visitor.answer("Said twice.")
    visitor.reads("Your answer didn’t go through")
    visitor.reads(Failed().message)
    visitor.is_at_ease()
    expect(visitor.field).to_have_value("Said twice.")
    visitor.button("Send").click()
    visitor.hand_in()
    assert desk.answers(attempt_id) == ["Said twice."]


@pytest.mark.nightly
def test_in_a_browser_that_keeps_nothing_the_server_keeps_it_and_it_goes_on(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    visitor.page.add_init_script("indexedDB.open = () => { throw new DOMException('', 'SecurityError'); }")
    attempt_id = visitor.begin(desk.link(LEAD))
    visitor.sees(LEAD["question"])
    visitor.field.fill("In memory only.")
    visitor.reads("Draft saved")  # by the server; until then it is kept while the page is open
    visitor.button("Send").click()
    visitor.hand_in()
    assert desk.answers(attempt_id) == ["In memory only."]


@pytest.mark.nightly
def test_a_line_that_was_dead_for_long_stands_as_our_fault(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    visitor.tolerates("net::ERR_FAILED", "WebSocket connection")
    visitor.page.clock.install()
    with swallowed(visitor.page, "answer"):
        attempt_id = visitor.begin(desk.link(LEAD))
        visitor.sees(LEAD["question"])
        visitor.answer("Sent once.")
        for _ in range(4):
            visitor.page.clock.fast_forward(11_000)
        visitor.is_told_of_a_lost_line()
        visitor.is_at_ease()
    visitor.page.clock.fast_forward(16_000)
    visitor.page.clock.fast_forward(16_000)
    visitor.hand_in()
    assert desk.answers(attempt_id) == ["Sent once."]
    assert [fault["kind"] for fault in desk.details(attempt_id)["faults"]] == ["line_lost"]


def test_a_page_that_never_finds_its_line_says_when_to_come_back(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    visitor.tolerates("net::ERR_FAILED", "WebSocket connection")
    visitor.page.clock.install()
    refuse(visitor.page)
    visitor.page.route(SAY, lambda route: route.abort())
    visitor.begin(desk.link(LEAD))
    visitor.reads("Opening your interview.")
    visitor.page.clock.fast_forward(11_000)
    visitor.is_told_of_a_lost_line()
    visitor.page.clock.fast_forward(46_000)
    visitor.reads(GONE)
    visitor.keeps_sights("gone-from-the-start")
    visitor.page.unroute(SAY)
    visitor.page.clock.fast_forward(16_000)
    visitor.sees(LEAD["question"])
    expect(visitor.page.get_by_text(GONE).filter(visible=True)).to_have_count(0)


def test_whoever_alone_has_what_they_typed_is_not_told_to_close_the_page(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    visitor.tolerates("net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED", "WebSocket connection")
    visitor.page.add_init_script("indexedDB.open = () => { throw new DOMException('', 'SecurityError'); }")
    visitor.page.clock.install()
    with swallowed(visitor.page, "answer"):
        visitor.begin(desk.link(LEAD))
        visitor.sees(LEAD["question"])
        visitor.answer("In memory only.")
        for _ in range(8):
            visitor.page.clock.fast_forward(11_000)
        visitor.is_told_of_a_lost_line()
        visitor.reads(
            "No connection right now. Keep this page open: what you type goes through when you’re back online."
        )
        expect(visitor.page.get_by_text(GONE).filter(visible=True)).to_have_count(0)


def test_while_the_device_is_offline_what_is_sent_waits(desk: Desk, visit: Visit) -> None:
    visitor = visit()
    visitor.tolerates("net::ERR_INTERNET_DISCONNECTED")
    attempt_id = visitor.begin(desk.link(LEAD, BELT))
    visitor.sees(LEAD["question"])
    posted: list[str] = []
    visitor.page.on("request", lambda request: posted.append(request.method))
    visitor.page.context.set_offline(True)
    visitor.is_told_of_a_lost_line()
    visitor.answer("From the train.")
    visitor.reads("Reconnecting")
    expect(visitor.page.locator("#done")).to_have_text("Send", use_inner_text=True)  # neither “Saving” nor “Sent”
    visitor.reads("No connection right now. This page keeps trying on its own.")  # not “Keep typing”
    visitor.is_at_ease()
    visitor.press_help("Ask for a person")
    visitor.page.context.set_offline(False)
    visitor.sees(BELT["question"])
    visitor.reads("Last answer saved")
    assert desk.answers(attempt_id) == ["From the train."]
    assert desk.requests(attempt_id) == [("person", "button")]
    assert "POST" not in posted  # a socket carried before, and carries again: by POST no sound would go through


@contextmanager
def hears(visitor: Visitor, kind: str) -> Iterator[None]:
    """Waits, at the end of the block, for a word of this kind from the server."""
    words: list[str] = []
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.send("Network.enable")
    session.on("Network.webSocketFrameReceived", lambda event: words.append(event["response"]["payloadData"]))
    yield
    for _ in range(PATIENCE_MS // 50):
        if any(json.loads(word)["kind"] == kind for word in words):
            break
        visitor.page.wait_for_timeout(50)
    else:
        raise AssertionError(f"the server did not say {kind!r}")
    session.detach()


@contextmanager
def swallowed(page: Page, kind: str) -> Iterator[None]:
    """Within the block, what the page sends of this kind gets lost on the way, and POST leads nowhere."""
    lost = {kind}

    def carry(page_side: WebSocketRoute) -> None:
        server = page_side.connect_to_server()
        page_side.on_message(lambda word: None if json.loads(word)["kind"] in lost else server.send(word))

    page.route_web_socket(SOCKET, carry)
    page.route(SAY, lambda route: route.abort() if lost else route.continue_())
    yield
    lost.clear()


def fails_once(page: Page) -> None:
    """The server meets something that nobody foresaw, at the first answer."""
    failed: list[str] = []

    def carry(page_side: WebSocketRoute) -> None:
        server = page_side.connect_to_server()
        page_side.on_message(lambda word: bring(page_side, server, word))

    def bring(page_side: WebSocketRoute, server: WebSocketRoute, word: str | bytes) -> None:
        message = json.loads(word)
        if message["kind"] == "answer" and not failed:
            failed.append(message["key"])
            page_side.send(write(to_refusal(Failed().message, key=UUID(message["key"]))))
        else:
            server.send(word)

    page.route_web_socket(SOCKET, carry)
