"""A real browser, and a desk from which interviews are opened on a real server."""

from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.journeys.chromium import CHROMIUM, FLAGS, PATIENCE_MS
from tests.journeys.desk import Desk, open_desk
from tests.journeys.speaker import Tape, speaking_browser
from tests.journeys.visitor import NARROW, Size, Visitor
from tests.running import Running

Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    if CHROMIUM is None:
        pytest.fail("These tests need Debian's package `chromium`: run `make setup`, or apt-get install chromium.")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Tape:
    """What the microphone of `listening_browser` hears."""
    return Tape(tmp_path_factory.mktemp("tape") / "microphone.wav")


@pytest.fixture(scope="module")
def listening_browser(tape: Tape) -> Iterator[Browser]:
    """A Chromium whose microphone hears the tape."""
    tape.record()
    with speaking_browser(tape) as browser:
        yield browser


@pytest.fixture(scope="module")
def desk(running: Running) -> Desk:
    """A merchant's desk on this module's server."""
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
    faults = [fault for visitor in visitors for fault in visitor.faults]
    for visitor in visitors:
        visitor.page.context.close()
    assert faults == []
