"""The start screen in a real browser: every choice, every way that a microphone can fail, every size of window."""

import re
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, Route, expect

from tests.journeys.chromium import PATIENCE_MS, open_chromium
from tests.journeys.desk import LEAD, NIGHTS, Desk, open_desk
from tests.journeys.visitor import DECISIVE, NARROW, PHONE, THEMES, WIDE, Looks, Size, Visitor
from tests.laid import laid_folder
from tests.providers.speaking import quieter, silence, speak
from tests.running import Running, run_server
from vivavoce.providers.ears.port import RATE_HZ

pytestmark = pytest.mark.slow

# An ear that is loaded at once, and can't be reached: what was said is never told.
VOICE = {
    "VIVAVOCE_VOICE": "on",
    "VIVAVOCE_EARS": "openai",
    "VIVAVOCE_TRANSCRIPTION_URL": "http://127.0.0.1:9/v1",
}
NAME = "Good morning, my name is Sam, and I have led a night shift for three years."
GERMAN: dict[str, Any] = {"id": "warum", "question": "Warum nachts?", "mojito_language_code": "de"}
TIMED: dict[str, Any] = {"id": "belt", "question": "How do you find the cause?", "duration": 60}
WAY = "How would you like to answer?"
LOUD, FAINT, SILENT = "loud", "faint", "silent"


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with laid_folder() as folder, run_server(folder, environment=VOICE) as server:
        yield server


# Chromium's gain lifts a faint tape, and its noise suppression swallows it, after as long as they please.
AS_IT_COMES = """
    const open = MediaDevices.prototype.getUserMedia;
    MediaDevices.prototype.getUserMedia = function (wanted) {
        const audio = { ...wanted.audio, autoGainControl: false, noiseSuppression: false, echoCancellation: false };
        return open.call(this, { ...wanted, audio });
    };
"""


@pytest.fixture(scope="module")
def desk(running: Running) -> Desk:
    return open_desk(running)


@pytest.fixture(scope="module")
def tapes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What microphones hear: somebody who speaks, somebody far away, nobody."""
    folder, spoken = tmp_path_factory.mktemp("tapes"), speak(NAME) + silence(0.3)
    sounds = {LOUD: spoken, FAINT: quieter(spoken, db=31), SILENT: silence(5)}
    for name, sound in sounds.items():
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes(sound * 20)
    return {name: folder / f"{name}.wav" for name in sounds}


@contextmanager
def visiting(
    browser: Browser,
    size: Size = WIDE,
    *,
    may_listen: bool = True,
    **more: Any,
) -> Iterator[Visitor]:
    context = browser.new_context(
        viewport={"width": size.width, "height": size.height},
        locale="en-GB",
        reduced_motion="reduce",
        **more,
    )
    if may_listen:
        context.grant_permissions(["microphone"])
    context.set_default_timeout(PATIENCE_MS)
    visitor = Visitor.of(context.new_page())
    yield visitor
    assert visitor.faults == []


def tape_flags(path: Path) -> tuple[str, ...]:
    return ("--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={path}")


@pytest.fixture
def listening_browser(playwright: Playwright, tapes: dict[str, Path]) -> Iterator[Browser]:
    """Somebody speaks at its microphone. It takes twice as much of a processor as one that hears nothing."""
    with open_chromium(playwright, *tape_flags(tapes[LOUD])) as opened:
        yield opened


def come(visitor: Visitor, link: str) -> None:
    """From the link to the start screen."""
    visitor.open(link)
    for box in visitor.page.get_by_role("checkbox").all():
        box.check()
    visitor.button("Start the interview").click()
    visitor.page.wait_for_url(re.compile("/start$"))
    visitor.sees(WAY)


def go_to_sound_check(visitor: Visitor) -> None:
    """Speaking, agreed to."""
    choose(visitor, "By speaking")
    visitor.page.get_by_role("checkbox", name="What I say is recorded").check()
    visitor.button("Continue").click()
    visitor.page.wait_for_url(re.compile("/start[?]step=sound$"))
    visitor.sees("Sound check")


def adjust(visitor: Visitor, label: str, value: str) -> None:
    """Chooses behind “Adjust”."""
    if not visitor.page.locator("#adjust[open]").count():
        visitor.page.locator("#adjust summary").click()
    visitor.page.get_by_label(label).select_option(value)


def choose(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_role("radio", name=name).check()


def go(visitor: Visitor) -> None:
    visitor.button("Go to the first question").click()
    visitor.page.wait_for_url(re.compile("/interview/[^/]+/$"))


def is_live(page: Page) -> bool:
    """Whether this page has a microphone open."""
    found: bool = page.evaluate("() => (window.opened ?? []).some((track) => track.readyState === 'live')")
    return found


# Remembers which microphones a page was given.
WATCH_TRACKS = """window.opened = [];
const ask = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
if (ask) navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await ask(wanted);
    window.opened.push(...stream.getTracks());
    return stream;
};"""
UNPLUG = "setInterval(() => window.opened.forEach((one) => one.dispatchEvent(new Event('ended'))), 500);"


# --- Choosing -------------------------------------------------------------------------------------------------------


def test_who_types_is_never_asked_for_a_microphone(browser: Browser, desk: Desk) -> None:
    with visiting(browser) as visitor:
        visitor.page.add_init_script(
            "navigator.mediaDevices.getUserMedia = () => sessionStorage.setItem('was', 'asked');"
        )
        come(visitor, desk.link(LEAD))
        choose(visitor, "By typing")
        expect(visitor.page.get_by_role("checkbox", name="What I say is recorded")).to_be_hidden()
        go(visitor)
        visitor.answer("I led a team through a move.")
        visitor.sees("That’s all the questions")
        visitor.is_at_ease()
        assert visitor.page.evaluate("() => sessionStorage.getItem('was')") is None


def test_a_microphone_that_hears_says_so_and_goes_off_with_the_check(listening_browser: Browser, desk: Desk) -> None:
    with visiting(listening_browser) as visitor:
        visitor.tolerates("status of 503")
        visitor.page.add_init_script(WATCH_TRACKS)
        come(visitor, desk.link(LEAD))
        go_to_sound_check(visitor)
        visitor.button("Test the microphone").click()
        visitor.reads("We can hear you.")
        expect(visitor.button("I’m done")).to_be_focused()
        visitor.is_at_ease()
        assert is_live(visitor.page)
        visitor.button("I’m done").click()
        visitor.reads("We can’t show your words right now")
        visitor.is_at_ease()
        expect(visitor.button("Try again")).to_be_focused()
        assert not is_live(visitor.page)
        visitor.button("Type instead").click()
        visitor.page.wait_for_url(re.compile("/interview/[^/]+/$"))
        expect(visitor.page.locator("#type")).to_be_checked()


@pytest.mark.parametrize(
    ("tape", "says"),
    [
        (FAINT, "That’s very quiet. Move closer, or turn the microphone up."),
        pytest.param(SILENT, "Say something, like your name.", marks=pytest.mark.nightly),
    ],
)
def test_the_meter_has_a_word(playwright: Playwright, tapes: dict[str, Path], desk: Desk, tape: str, says: str) -> None:
    with open_chromium(playwright, *tape_flags(tapes[tape])) as opened, visiting(opened) as visitor:
        visitor.page.add_init_script(AS_IT_COMES)
        come(visitor, desk.link(LEAD))
        go_to_sound_check(visitor)
        visitor.button("Test the microphone").click()
        visitor.reads(says)
        visitor.is_at_ease()


def test_the_interviewers_voice_can_be_heard_before(browser: Browser, desk: Desk) -> None:
    with visiting(browser) as visitor:
        come(visitor, desk.link(LEAD))
        go_to_sound_check(visitor)
        with visitor.page.expect_response(re.compile(r"/voice/[0-9a-f]{40}\.wav$")) as sound:
            visitor.button("Play it").click()
        assert sound.value.status == 200
        visitor.reads("Didn’t hear it? Turn the volume up, and check which speaker your device is using.")


@pytest.mark.nightly
def test_without_its_sound_the_sentence_can_be_read(browser: Browser, desk: Desk) -> None:
    with visiting(browser) as visitor:
        visitor.tolerates("status of 404")
        visitor.page.route(re.compile(r"\.wav$"), lambda route: route.fulfill(status=404))
        come(visitor, desk.link(LEAD))
        go_to_sound_check(visitor)
        visitor.button("Play it").click()
        visitor.reads("It can’t be played right now. You can read every question too.")
        visitor.is_at_ease()


def test_who_speaks_agrees_first_and_what_is_missing_is_said_in_its_place(browser: Browser, desk: Desk) -> None:
    with visiting(browser) as visitor:
        visitor.tolerates("status of 422")
        come(visitor, desk.link(LEAD))
        visitor.button("Continue").click()
        visitor.reads("Please choose speaking or typing.")
        visitor.is_at_ease()
        choose(visitor, "By speaking")
        visitor.button("Continue").click()
        visitor.reads("To speak, you need to agree to this. Tick the box, or choose typing.")
        visitor.is_at_ease()
        go_to_sound_check(visitor)
        go(visitor)


def test_two_steps_lead_back_and_forth_and_nothing_is_asked_twice(browser: Browser, desk: Desk) -> None:
    with visiting(browser) as visitor:
        come(visitor, desk.link(LEAD))
        go_to_sound_check(visitor)
        adjust(visitor, "How long we wait when you pause", "slower")
        visitor.page.get_by_role("link", name="Back").click()
        visitor.sees(WAY)
        expect(visitor.page.get_by_role("radio", name="By speaking")).to_be_checked()
        expect(visitor.page.get_by_role("checkbox", name="What I say is recorded")).to_have_count(0)
        choose(visitor, "By typing")
        adjust(visitor, "Would you like more time?", "1.5")
        go(visitor)
        visitor.button("Help").click()
        visitor.page.get_by_role("link", name="Settings").click()
        visitor.sees("Settings")
        expect(visitor.page.get_by_label("Would you like more time?")).to_have_value("1.5")
        visitor.is_at_ease()


@pytest.mark.nightly
def test_the_accent_is_guessed_from_the_browser(browser: Browser, desk: Desk) -> None:
    with visiting(browser) as visitor:  # a browser of en-GB, at an interview of en-US
        come(visitor, desk.link(LEAD))
        go_to_sound_check(visitor)
        visitor.page.locator("#adjust summary").click()
        accent = visitor.page.get_by_label("Which English do you speak?")
        expect(accent.locator("option:checked")).to_have_text("United Kingdom")


def test_the_language_can_be_changed_at_each_step(browser: Browser, desk: Desk) -> None:
    with visiting(browser, NARROW) as visitor:
        come(visitor, desk.link(LEAD))
        go_to_sound_check(visitor)
        visitor.page.locator(".languages-menu summary").click()
        visitor.is_at_ease()
        visitor.page.get_by_role("link", name="العربية").click()
        expect(visitor.page.locator("html")).to_have_attribute("dir", "rtl")
        assert "step=sound" in visitor.page.url
        visitor.is_at_ease()


@pytest.mark.nightly
def test_another_device_finds_the_choices_and_the_questions_have_more_time(browser: Browser, desk: Desk) -> None:
    link = desk.link(TIMED, LEAD)
    with visiting(browser) as visitor:
        come(visitor, link)
        choose(visitor, "By typing")
        adjust(visitor, "Would you like more time?", "2")
        adjust(visitor, "The interviewer on screen", "still")
        adjust(visitor, "Text size", "yes")
        expect(visitor.page.locator("html")).to_have_attribute("data-text", "large")
        go(visitor)
        expect(visitor.page.locator("#length")).to_have_text("Aim for about 2 minutes")
        expect(visitor.page.locator("html")).to_have_attribute("data-text", "large")
        expect(visitor.page.locator("body")).to_have_attribute("data-picture", "still")
        visitor.is_at_ease()
    with visiting(browser, PHONE) as visitor:
        visitor.open(link)
        visitor.button("Continue the interview").click()
        visitor.page.wait_for_url(re.compile("/interview/[^/]+/$"))
        expect(visitor.page.locator("html")).to_have_attribute("data-text", "large")
        visitor.open(f"{visitor.page.url}start")
        visitor.sees("Settings")
        expect(visitor.page.get_by_role("radio", name="By typing")).to_be_checked()
        expect(visitor.page.get_by_label("Would you like more time?")).to_have_value("2")
        expect(visitor.page.get_by_label("The interviewer on screen")).to_have_value("still")
        visitor.is_at_ease()
        adjust(visitor, "Would you like more time?", "1")
        visitor.button("Save and go back").click()
        expect(visitor.page.locator("#length")).to_have_text("Aim for about 1 minute")


# --- What can be wrong with a microphone ----------------------------------------------------------------------------


def break_by(error: str) -> str:
    return f"navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '{error}'));"


def keep_out(route: Route) -> None:
    if route.request.method != "GET":
        route.continue_()
        return
    response = route.fetch()
    policy = {"permissions-policy": "camera=(), microphone=(), geolocation=()"}
    route.fulfill(response=response, headers=response.headers | policy)


TROUBLES: dict[str, tuple[str, Callable[[Page], Any]]] = {
    "busy": (
        "Another app is using the microphone",
        lambda page: page.add_init_script(break_by("NotReadableError")),
    ),
    "gone": (
        "The microphone was disconnected",
        lambda page: page.add_init_script(WATCH_TRACKS + UNPLUG),
    ),
    "old browser": (
        "This browser can’t record sound",
        lambda page: page.add_init_script(
            "delete window.AudioWorkletNode; delete AudioContext.prototype.audioWorklet;"
        ),
    ),
}


@pytest.mark.parametrize(
    "trouble",
    [pytest.param(name, marks=[] if name == "busy" else pytest.mark.nightly) for name in TROUBLES],
)
def test_what_is_wrong_is_said_with_what_to_do_and_typing_is_one_press_away(
    listening_browser: Browser, desk: Desk, trouble: str
) -> None:
    says, break_it = TROUBLES[trouble]
    with visiting(listening_browser) as visitor:
        break_it(visitor.page)
        come(visitor, desk.link(LEAD))
        go_to_sound_check(visitor)
        visitor.button("Test the microphone").click()
        types_instead(visitor, says)


def test_a_refused_microphone_is_said(listening_browser: Browser, desk: Desk) -> None:
    with visiting(listening_browser, may_listen=False) as visitor:
        come(visitor, desk.link(LEAD))
        go_to_sound_check(visitor)
        visitor.button("Test the microphone").click()
        visitor.reads("The microphone is blocked")
        visitor.is_at_ease()
        visitor.page.context.grant_permissions(["microphone"])
        visitor.button("Try again").click()
        visitor.reads("We can hear you.")


def test_a_device_without_a_microphone_is_told_so(playwright: Playwright, desk: Desk) -> None:
    with open_chromium(playwright) as opened, visiting(opened) as visitor:
        come(visitor, desk.link(LEAD))
        go_to_sound_check(visitor)
        visitor.button("Test the microphone").click()
        types_instead(visitor, "No microphone found")


def test_a_page_around_this_one_that_keeps_the_microphone_is_named(browser: Browser, desk: Desk) -> None:
    with visiting(browser, NARROW) as visitor:
        come(visitor, desk.link(LEAD))
        go_to_sound_check(visitor)
        visitor.page.route(re.compile(r"/start\?step=sound$"), keep_out)
        visitor.page.reload()
        expect(visitor.page.get_by_role("link", name="Open in its own window")).to_have_attribute("target", "_blank")
        expect(visitor.page.locator("#try")).to_be_hidden()
        types_instead(visitor, "The page around this one is blocking the microphone")


def types_instead(visitor: Visitor, says: str) -> None:
    visitor.reads(says)
    visitor.is_at_ease()
    visitor.button("Type instead").click()
    visitor.page.wait_for_url(re.compile("/interview/[^/]+/$"))
    expect(visitor.page.locator("#type")).to_be_checked()


# --- Everybody ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "looks",
    [
        pytest.param(DECISIVE, id="decisive"),
        pytest.param(
            [(size, theme) for size in (NARROW, PHONE, WIDE, Size(2560, 1440)) for theme in THEMES],
            id="every",
            marks=pytest.mark.nightly,
        ),
    ],
)
@pytest.mark.parametrize("is_large", [False, True], ids=["", "large"])
def test_every_window_holds_it(browser: Browser, desk: Desk, is_large: bool, looks: Looks) -> None:
    with visiting(browser) as visitor:
        come(visitor, desk.link(LEAD, NIGHTS, GERMAN))
        if is_large:
            choose(visitor, "By typing")
            adjust(visitor, "Text size", "yes")
        is_at_ease_in(visitor, looks)
        go_to_sound_check(visitor)
        if is_large:
            adjust(visitor, "Text size", "yes")
        is_at_ease_in(visitor, looks)


def is_at_ease_in(visitor: Visitor, looks: Looks) -> None:
    for size, theme in looks:
        visitor.page.set_viewport_size({"width": size.width, "height": size.height})
        visitor.page.emulate_media(color_scheme=theme)
        try:
            visitor.is_at_ease()
        except AssertionError as error:
            error.add_note(f"in a window of {size}, {theme}")
            raise


@pytest.mark.nightly
def test_zoomed_to_400_percent_nothing_is_lost(browser: Browser, desk: Desk) -> None:
    with visiting(browser, Size(320, 256), device_scale_factor=4) as visitor:
        come(visitor, desk.link(LEAD, GERMAN))
        visitor.is_at_ease()
        go_to_sound_check(visitor)
        visitor.is_at_ease()
        go(visitor)


@pytest.mark.nightly
def test_from_right_to_left(browser: Browser, desk: Desk) -> None:
    with visiting(browser, NARROW) as visitor:
        come(visitor, desk.link(LEAD))
        visitor.page.evaluate("() => { document.documentElement.dir = 'rtl'; }")
        choose(visitor, "By speaking")
        visitor.is_at_ease()


def test_by_keyboard_alone(listening_browser: Browser, desk: Desk) -> None:
    with visiting(listening_browser) as visitor:
        come(visitor, desk.link(LEAD))
        visitor.press("Tab")
        expect(visitor.page.get_by_role("link", name="Skip to the choices")).to_be_focused()
        visitor.press("Enter", "Tab", "Space")
        expect(visitor.page.get_by_role("radio", name="By speaking")).to_be_checked()
        visitor.press("Tab", "Space")
        expect(visitor.page.get_by_role("checkbox", name="What I say is recorded")).to_be_checked()
        visitor.tab_to(visitor.button("Continue"))
        visitor.press("Enter")
        visitor.sees("Sound check")
        visitor.tab_to(visitor.button("Test the microphone"))
        visitor.press("Enter")
        visitor.reads("We can hear you.")


@pytest.mark.nightly
def test_without_a_script_everything_but_the_sound_check_can_be_chosen(browser: Browser, desk: Desk) -> None:
    with visiting(browser, java_script_enabled=False) as visitor:
        visitor.page.goto(desk.link(LEAD, GERMAN))
        for box in visitor.page.get_by_role("checkbox").all():
            box.check()
        visitor.button("Start the interview").click()
        expect(visitor.page.get_by_role("checkbox", name="What I say is recorded")).to_be_hidden()
        go_to_sound_check(visitor)
        adjust(visitor, "Which English do you speak?", "en-IN")
        adjust(visitor, "How long we wait when you pause", "slower")
        adjust(visitor, "Would you like more time?", "1.5")
        expect(visitor.page.locator("noscript > p")).to_be_visible()
        expect(visitor.page.get_by_role("heading", name="Say this out loud")).to_be_hidden()
        go(visitor)
        visitor.page.goto(f"{visitor.page.url}start")
        expect(visitor.page.get_by_label("Would you like more time?")).to_have_value("1.5")
        expect(visitor.page.get_by_label("Which English do you speak?")).to_have_value("en-IN")
