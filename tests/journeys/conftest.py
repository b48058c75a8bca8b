"""A real browser, and a desk from which interviews are opened on a real server."""

from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.journeys.chromium import PATIENCE_MS, open_chromium
from tests.journeys.desk import Desk, open_desk
from tests.journeys.speaker import Tape, speaking_browser
from tests.journeys.visitor import NARROW, Size, Visitor
from tests.running import Running

Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """What drives browsers, for this module."""
    with sync_playwright() as opened:
        yield opened


@pytest.fixture
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium of this test's own."""
    with open_chromium(playwright) as opened:
        yield opened


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Tape:
    """What the microphone of `listening_browser` hears."""
    return Tape(tmp_path_factory.mktemp("tape") / "microphone.wav")


@pytest.fixture
def listening_browser(playwright: Playwright, tape: Tape) -> Iterator[Browser]:
    """A Chromium whose microphone hears the tape."""
    tape.record()
    with speaking_browser(playwright, tape) as browser:
        yield browser


@pytest.fixture(scope="session")
def desk(running: Running) -> Desk:
    """A merchant's desk on the server that tests share; whoever changes the merchant puts it back."""
    return open_desk(running)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens a browser of somebody's own, a context each time; at the end none of them may have had a fault."""
    visitors: list[Visitor] = []

    def open_visitor(size: Size = NARROW, *, theme: Literal["light", "dark"] = "light") -> Visitor:
        context = browser.new_context(
            viewport={"width": size.width, "height": size.height},
            locale="en-GB",
            color_scheme=theme,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        visitors.append(Visitor.of(context.new_page()))
        return visitors[-1]

    yield open_visitor
    assert [fault for visitor in visitors for fault in visitor.faults] == []
