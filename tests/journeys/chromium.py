"""The system's Chromium, and how it is started."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Playwright, expect

# The whole browser, as people have it. Benches measure it, and pictures are taken with it.
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
# The same engine without the windows and menus around it takes less than half as much of a processor. By night, and
# where this is set, journeys are made in the whole browser.
WHOLE = "TESTS_IN_WHOLE_CHROMIUM"
DRIVEN = (None if os.environ.get(WHOLE) else shutil.which("chromium-headless-shell")) or CHROMIUM
DEVICES = "--use-fake-device-for-media-stream"  # a microphone and a camera that play files
PATIENCE_MS = 30_000  # for a busy machine; what is waited for comes in a tenth of a second
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def open_chromium(playwright: Playwright, *flags: str) -> Iterator[Browser]:
    """A Chromium of one test's own, with the flags beside those that all have. All its pages go with it.

    A quarter of a second each; for that, none has to close a context. That now and then never ends, and nothing bounds
    it; a browser that has not closed in half a minute, Playwright ends.
    """
    if DRIVEN is None:
        raise RuntimeError(
            "These tests need Debian's package `chromium`: run `make setup`, or apt-get install chromium."
        )
    expect.set_options(timeout=PATIENCE_MS)
    # In the shell a page is not told of a microphone that is refused or goes away, and hears it at another level.
    driven = CHROMIUM if DEVICES in flags else DRIVEN
    browser = playwright.chromium.launch(executable_path=driven, args=[*FLAGS, *flags])
    yield browser
    browser.close()
