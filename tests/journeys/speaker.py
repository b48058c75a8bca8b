"""A candidate who speaks: Chromium hears a WAV file as its microphone, from the file's beginning at each opening."""

import re
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, expect

from tests.crash.program import look_inside
from tests.journeys.chromium import PATIENCE_MS, open_chromium
from tests.journeys.desk import Desk, open_desk
from tests.journeys.visitor import WIDE, Size, Visitor
from tests.laid import laid_folder
from tests.providers.speaking import silence, speak
from tests.running import run_server
from vivavoce.providers.ears.port import RATE_HZ

SPOKEN_MS = 90_000  # for what takes as long as speech does, on a busy machine


@dataclass(frozen=True, slots=True)
class Tape:
    """The file that is played into the microphone."""

    path: Path

    def record(self, *parts: float | str) -> None:
        """Seconds of silence, and words, in their order; then nothing. It is heard from the next opening on."""
        with wave.open(str(self.path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            for part in (*parts, 0.5):
                file.writeframes(speak(part) if isinstance(part, str) else silence(part))


@contextmanager
def speaking_browser(playwright: Playwright, tape: Tape, *, may_listen: bool = True) -> Iterator[Browser]:
    """A browser with the tape as its only microphone. may_listen: it says yes whenever a page asks for it."""
    flags = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={tape.path}%noloop"]
    if may_listen:
        flags.append("--use-fake-ui-for-media-stream")
    with open_chromium(playwright, *flags) as browser:
        yield browser


@contextmanager
def visiting(browser: Browser, size: Size = WIDE) -> Iterator[Visitor]:
    """Somebody at this browser; at the end it may not have had a fault."""
    context = browser.new_context(viewport={"width": size.width, "height": size.height}, locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    visitor = Visitor.of(context.new_page())
    # Chromium's word on a page that was loaded anew: until its microphone is open, it wants a press first.
    visitor.tolerates("The AudioContext was not allowed to start")
    yield visitor
    assert visitor.faults == [], visitor.faults


@contextmanager
def speaking_desk(whisper_folder: Path, *options: str, **settings: str) -> Iterator[Desk]:
    """A merchant's desk on a server that speaks and listens. options: of `vivavoce serve`."""
    environment = {"VIVAVOCE_VOICE": "on", "VIVAVOCE_WHISPER_FOLDER": str(whisper_folder), **settings}
    with laid_folder() as folder, run_server(folder, *options, environment=environment) as running:
        yield open_desk(running)


def published(desk: Desk, link: str) -> str:
    """The link, once the interviewer's lines are there: nothing has to be spoken meanwhile."""
    until = time.monotonic() + SPOKEN_MS / 1000
    while True:
        with look_inside(desk.running.folder) as inside:
            left = inside.execute(
                "select count(*) as jobs from procrastinate_jobs"
                " where queue_name = 'voice' and status in ('todo', 'doing')"
            ).fetchone()
        if left is not None and left["jobs"] == 0:
            return link
        assert time.monotonic() < until, "the lines are not spoken"
        time.sleep(0.3)


def speak_up(visitor: Visitor, link: str, *, checks_words: bool = False, shows_face: bool = False) -> str:
    """From the link to the first question, which is to be answered by speaking. The attempt's id.

    checks_words: what is heard is shown after each answer. shows_face: their camera may record them.
    """
    visitor.open(link)
    for box in visitor.page.get_by_role("checkbox").all():
        box.check()
    visitor.page.get_by_role("button", name=re.compile("^(Start|Continue) the interview$")).click()
    visitor.page.wait_for_url(re.compile("/interview/[^/]+/(start)?$"))
    if visitor.page.url.endswith("/start"):  # another device finds it chosen
        visitor.page.get_by_role("radio", name="By speaking").check()
        visitor.page.get_by_role("checkbox", name="What I say is recorded").check()
        if shows_face:
            visitor.page.get_by_role("checkbox", name="My camera also records me").check()
        if checks_words:
            visitor.button("Continue").click()
            visitor.page.wait_for_url("**/start?step=sound")
            visitor.page.locator("#adjust summary").click()
            visitor.page.get_by_label("After each spoken answer").select_option("yes")
            visitor.page.locator(".walk-on button").click()
    return visitor.attempt_id()


def is_in_state(page: Page, state: str) -> None:
    """Waits until the drawing shows it."""
    expect(page.locator("#interviewer")).to_have_attribute("data-state", state, timeout=SPOKEN_MS)


def is_asked(visitor: Visitor, heading: str, *, times: int = 1) -> None:
    """Waits, as long as speech takes, until the page's first heading says this."""
    first = visitor.page.get_by_role("heading", level=1)
    expect(first).to_have_text(heading, use_inner_text=True, timeout=times * SPOKEN_MS)


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.casefold()))


def is_understood(said: str, heard: str | None) -> bool:
    """Whether nearly every word of it was heard."""
    missing = words(said) - words(heard or "")
    return len(missing) <= 0.25 * len(words(said))
