"""An interview in a frame on another origin's page, in a browser that blocks third-party cookies."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, Playwright, expect

from tests.embedding import bare_link, token_link
from tests.journeys.chromium import PATIENCE_MS, open_chromium
from tests.journeys.desk import LEAD, Desk
from tests.journeys.visitor import PHONE, SIGHTS, WIDE, Size

pytestmark = pytest.mark.slow

NO_COOKIES_OF_OTHERS = "--test-third-party-cookie-phaseout"
# Of a token's second use, after which the frame goes on; and of pages that set the focus, which a frame may not.
EXPECTED = ("status of 403", "Blocked autofocusing")
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Careers</title><h1>Work with us</h1><div id="here" data-interview="{address}" title="Interview"></div>
<script>
  window.heard = [];
  document.getElementById("here").addEventListener("interview", ({{ detail }}) => heard.push(detail));
</script>
<script src="{home}/embed.js" async></script></html>"""


class Careers:
    """A site of somebody else's, whose one page holds whatever address it is given."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.address = ""
        site = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = PAGE.format(address=site.address.replace("&", "&amp;"), home=site.home).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.origin = f"http://localhost:{self.server.server_port}"


@contextmanager
def a_site(home: str) -> Iterator[Careers]:
    site = Careers(home)
    thread = threading.Thread(target=site.server.serve_forever)
    thread.start()
    try:
        yield site
    finally:
        site.server.shutdown()
        site.server.server_close()
        thread.join()


@pytest.fixture
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium that keeps no cookie of anybody's but the page's in the address bar."""
    with open_chromium(playwright, NO_COOKIES_OF_OTHERS) as opened:
        yield opened


def a_page(browser: Browser, size: Size) -> Page:
    context = browser.new_context(
        viewport={"width": size.width, "height": size.height}, locale="en-GB", reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    return context.new_page()


def frame_in(page: Page) -> FrameLocator:
    return page.frame_locator("#here iframe")


def look(page: Page, name: str) -> None:
    if SIGHTS:
        page.screenshot(path=f"{SIGHTS}/embed_{name}_{page.viewport_size['width']}.png")  # type: ignore[index]


def heard(page: Page) -> list[tuple[str, bool]]:
    """What the page was told, and whether of an attempt."""
    return [(one["event"], bool(one["interview_result_id"])) for one in page.evaluate("heard")]


def begin(page: Page) -> None:
    inside = frame_in(page)
    expect(inside.get_by_role("button", name="Start the interview")).to_be_visible()
    for box in inside.get_by_role("checkbox").all():
        box.check()
    inside.get_by_role("button", name="Start the interview").click()
    expect(inside.locator(".walk-on button")).to_be_visible()


def test_an_interview_is_taken_in_a_frame_on_another_origin_without_cookies(desk: Desk, browser: Browser) -> None:
    made = desk.running.call(
        "job-interview-set-state",
        desk.furnished.token,
        body={"position_id": desk.open(LEAD, result_view="minimal"), "is_embedded": True},
    )
    home = desk.running.url
    assert urlsplit(home).hostname == "127.0.0.1"  # and the page around it is at localhost: another site
    with a_site(home) as site:
        desk.running.program("merchant", "origin", "add", site.origin, "--merchant", "depot")
        page = a_page(browser, WIDE)
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        site.address = home + token_link(made["embed_id"], made["embed_signing_key"])
        page.goto(site.origin)
        inside = frame_in(page)
        begins = inside.get_by_role("button", name="Start the interview")
        expect(begins).to_be_visible()
        page.wait_for_function("() => heard.length")  # the frame's script is there
        look(page, "position")
        page.reload()  # the same token once more, by the same browser
        begin(page)
        look(page, "start")
        inside.locator(".walk-on button").click()
        inside.get_by_role("textbox").fill("I led fourteen people through a strike.")
        look(page, "conversation")
        inside.get_by_role("button", name="Send").click()
        inside.get_by_role("button", name="Send my interview").click()
        expect(inside.get_by_text("Thank you, your interview has been sent.")).to_be_visible()
        look(page, "sent")
        page.wait_for_function("() => heard.some(({ event }) => event === 'submitted')")
        assert heard(page) == [("loaded", False), ("started", True), ("completed", True), ("submitted", True)]
        attempt_id = page.evaluate("heard.at(-1).interview_result_id")
        assert desk.answers(attempt_id) == ["I led fourteen people through a strike."]
        assert page.context.cookies() == []
        odd = [said for said in complaints if not any(part in said for part in EXPECTED)]
        assert odd == []

        # A stranger with the same address is let in nowhere, and told what to do.
        stranger = a_page(browser, PHONE)
        stranger.goto(site.origin)
        expect(frame_in(stranger).get_by_role("heading", name="This interview can’t be opened here")).to_be_visible()
        look(stranger, "refused")

        # The contract's own address, at a phone; and out of the frame into a window.
        site.address = home + bare_link(made["embed_id"], made["embed_signing_key"], email="bo@x.example")
        stranger.goto(site.origin)
        expect(frame_in(stranger).get_by_role("button", name="Start the interview")).to_be_visible()
        look(stranger, "position")
        begin(stranger)
        look(stranger, "start")
        frame_in(stranger).locator(".walk-on button").click()
        expect(frame_in(stranger).get_by_role("textbox")).to_be_visible()
        look(stranger, "conversation")
        stranger.goto(site.origin)
        expect(frame_in(stranger).get_by_role("button", name="Continue the interview")).to_be_visible()
        with stranger.context.expect_page() as opening:
            frame_in(stranger).get_by_role("button", name="Open in its own window").click()
        window = opening.value
        expect(window.get_by_role("button", name="Continue the interview")).to_be_visible()
        assert re.fullmatch(rf"{re.escape(home)}/interview/take/[^/]+/", window.url)

        # Nobody else's page may frame it.
        desk.running.program("merchant", "origin", "remove", site.origin, "--merchant", "depot")
        with stranger.expect_console_message(lambda message: "frame-ancestors" in message.text):
            stranger.goto(site.origin)
        expect(frame_in(stranger).get_by_role("button", name="Continue the interview")).to_have_count(0)
