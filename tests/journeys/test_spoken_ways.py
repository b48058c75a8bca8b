"""What becomes of a spoken interview where somebody can't be heard, or nothing can speak: it goes on."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.crash.program import look_inside
from tests.journeys.desk import NIGHTS, Desk
from tests.journeys.speaker import (
    SPOKEN_MS,
    Tape,
    is_asked,
    is_in_state,
    is_understood,
    published,
    speak_up,
    speaking_browser,
    speaking_desk,
    visiting,
)
from tests.journeys.visitor import NARROW, PHONE, WIDE
from tests.providers.speaking import fetch_whisper

pytestmark = [pytest.mark.slow, pytest.mark.nightly]  # minutes in real time, and what a busy machine delays fails

FIRST: dict[str, Any] = {"id": "first", "question": "What did you do last year?"}
SECOND: dict[str, Any] = {"id": "second", "question": "And what did you learn?"}
ARCHIVE = "Last year I moved our whole archive into a new building."
# Whoever speaks so long is understood while they still do, however busy the machine.
LONG = (
    ARCHIVE,
    *(part for one in range(2, 12) for part in (1.0, f"Then came room number {one}, and we took our time.")),
)
CALM = "I have learned to stay calm and to ask for help early."

# A browser that has a voice of its own: it says nothing, and takes a second for it.
OWN_VOICE = """
    Object.defineProperty(window, "speechSynthesis", { value: {
        getVoices: () => [{ lang: "en-GB", name: "Own", localService: true }],
        speak(utterance) { utterance.onstart(); this.timer = setTimeout(() => utterance.onend(), 1000); },
        cancel() { clearTimeout(this.timer); }, pause() {}, resume() {}, addEventListener() {},
    } });
    window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""
SPEAKS = "() => parseInt(document.getElementById('level').getAttribute('width'), 10) > 10"
# The page's microphone, so that it can be pulled out.
KEEP_TRACKS = """
    const open = MediaDevices.prototype.getUserMedia;
    MediaDevices.prototype.getUserMedia = async function (wanted) {
        const stream = await open.call(this, wanted);
        window.track = stream.getAudioTracks()[0];
        return stream;
    };
"""


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with speaking_desk(fetch_whisper()) as opened:
        yield opened


def heard_by(desk: Desk, attempt_id: str) -> list[str]:
    """How the interviewer's words were heard, one turn after the other."""
    with look_inside(desk.running.folder) as inside:
        rows = inside.execute("select how from playouts where attempt_id = %s order by id", (attempt_id,)).fetchall()
    return [row["how"] for row in rows]


def test_whoever_pulls_the_microphone_out_types_and_may_speak_again(
    desk: Desk, tape: Tape, listening_browser: Browser
) -> None:
    with visiting(listening_browser, NARROW) as visitor:
        page = visitor.page
        page.add_init_script(KEEP_TRACKS)
        tape.record()
        attempt_id = speak_up(visitor, published(desk, desk.link(FIRST, SECOND, welcome_message="Good to meet you.")))
        is_in_state(page, "listening")
        visitor.is_at_ease()
        page.evaluate("() => window.track.dispatchEvent(new Event('ended'))")
        visitor.reads("Your microphone was disconnected")
        visitor.is_at_ease()
        visitor.answer("I typed this one.")
        visitor.sees(SECOND["question"])
        tape.record(1, CALM)
        page.get_by_role("radio", name="Speak").check()
        expect(page.get_by_role("radio", name="Speak")).to_be_checked()
        expect(page.get_by_role("textbox")).to_have_count(0)
        is_asked(visitor, "That’s all the questions")
        first, second = desk.answers(attempt_id)
        assert first == "I typed this one."
        assert is_understood(CALM, second), second


def test_what_was_said_without_a_line_is_not_lost_by_typing(desk: Desk, tape: Tape, listening_browser: Browser) -> None:
    with visiting(listening_browser) as visitor:
        page = visitor.page
        visitor.tolerates("net::ERR_INTERNET_DISCONNECTED", "WebSocket connection")
        tape.record(20, ARCHIVE)
        speak_up(visitor, published(desk, desk.link(FIRST, welcome_message="Good to meet you.")))
        is_in_state(page, "listening")
        page.context.set_offline(True)
        visitor.is_told_of_a_lost_line()
        page.wait_for_function(SPEAKS, timeout=SPOKEN_MS)
        page.wait_for_timeout(4_500)  # until it is said
        page.locator("#type").click()
        expect(page.locator("#speak")).to_be_checked()  # it waits for what was said
        for offline in (False, True, False):  # the line comes back, is lost once more at once, and comes back
            page.context.set_offline(offline)
        expect(page.locator("#type")).to_be_checked(timeout=SPOKEN_MS)
        expect(visitor.field).to_have_value(re.compile("archive"), timeout=SPOKEN_MS)


def test_typing_is_one_button_away_with_what_was_heard_and_back_again(
    desk: Desk, tape: Tape, listening_browser: Browser
) -> None:
    with visiting(listening_browser) as visitor:
        page = visitor.page
        tape.record(7, *LONG)
        speak_up(visitor, published(desk, desk.link(FIRST, welcome_message="Good to meet you.")))
        expect(page.locator("#heard")).to_contain_text("archive", timeout=SPOKEN_MS)
        page.get_by_role("radio", name="Type").check()
        assert "archive" in visitor.field.input_value()
        tape.record(1, CALM)
        page.get_by_role("radio", name="Speak").check()
        is_asked(visitor, "That’s all the questions")


def test_what_was_heard_is_read_and_put_right_before_the_next_question(
    desk: Desk, tape: Tape, listening_browser: Browser
) -> None:
    with visiting(listening_browser, NARROW) as visitor:
        page = visitor.page
        tape.record(9, ARCHIVE)
        link = desk.link(FIRST, SECOND, welcome_message="Good to meet you.")
        attempt_id = speak_up(visitor, published(desk, link), checks_words=True)
        sheet = page.get_by_role("dialog", name="This is what I heard")
        expect(sheet).to_be_visible(timeout=SPOKEN_MS)
        is_in_state(page, "idle")  # the lamp is out: nobody listens meanwhile
        visitor.reads("Your microphone is ready")
        visitor.is_at_ease()
        heard = sheet.get_by_role("textbox", name="Your words").input_value()
        assert is_understood(ARCHIVE, heard), heard
        assert desk.answers(attempt_id) == [heard]  # it is safe before anybody has read it
        sheet.get_by_role("textbox").fill("Last year I moved our whole archive.")
        visitor.press("Shift+Tab")
        sheet.get_by_role("button", name="Continue").click()
        is_asked(visitor, SECOND["question"])
        (turn,) = desk.details(attempt_id)["transcript"]
        assert (turn["answer"], turn["answer_first"]) == ("Last year I moved our whole archive.", heard)
        is_in_state(page, "listening")


def test_who_says_none_of_the_answers_shown_is_told_so_and_taps_one(
    desk: Desk, tape: Tape, listening_browser: Browser
) -> None:
    with visiting(listening_browser, PHONE) as visitor:
        page = visitor.page
        tape.record(7, "I would rather talk about the weather.")
        link = desk.link(NIGHTS, SECOND, welcome_message="Good to meet you.")
        attempt_id = speak_up(visitor, published(desk, link))
        error = page.locator("#choice-error", has_text="Please choose one of the answers shown.")
        expect(error).to_be_visible(timeout=SPOKEN_MS)
        is_in_state(page, "speaking")  # the interviewer says how to go on
        is_in_state(page, "listening")
        expect(page.locator("#heard")).to_contain_text("weather")
        visitor.reads("Please say one of the answers shown, or tap it.")
        visitor.is_at_ease()
        visitor.button("I’m done").click()  # with nothing said since
        visitor.reads("Please say one of the answers shown, or tap it.")
        expect(page.get_by_text("I couldn’t hear that")).to_be_hidden()
        page.get_by_role("radio", name="Weekends only").check()
        expect(error).to_be_hidden()
        visitor.button("Send").click()
        is_asked(visitor, SECOND["question"])
        assert desk.answers(attempt_id) == ["Weekends only"]


def test_whoever_is_done_says_so_by_a_button(desk: Desk, tape: Tape, listening_browser: Browser) -> None:
    with visiting(listening_browser) as visitor:
        tape.record(8, *LONG)
        attempt_id = speak_up(visitor, published(desk, desk.link(FIRST, SECOND, welcome_message="Good to meet you.")))
        expect(visitor.page.locator("#heard")).to_contain_text("archive", timeout=SPOKEN_MS)
        visitor.button("I’m done").click()
        is_asked(visitor, SECOND["question"])
        visitor.reads("Last answer saved")
        assert is_understood(ARCHIVE, desk.answers(attempt_id)[0])


def test_another_device_takes_the_microphone_and_the_first_one_is_told(
    desk: Desk, tape: Tape, listening_browser: Browser
) -> None:
    link = published(desk, desk.link(FIRST, welcome_message="Good to meet you."))
    tape.record()
    with visiting(listening_browser) as first, visiting(listening_browser) as second:
        speak_up(first, link)
        is_in_state(first.page, "listening")
        first.reads("Your microphone is on")
        speak_up(second, link)
        first.reads("You’re now speaking on another device")
        second.reads("Your microphone is on")
        first.is_at_ease()


def test_whoever_is_not_heard_is_asked_three_times_and_then_types_on(
    desk: Desk, tape: Tape, listening_browser: Browser
) -> None:
    with visiting(listening_browser) as visitor:
        page = visitor.page
        tape.record()
        attempt_id = speak_up(visitor, published(desk, desk.link(FIRST, welcome_message="Good to meet you.")))
        expect(page.locator("#prompted")).to_contain_text("type your answer", timeout=SPOKEN_MS)
        visitor.reads("Still listening")
        visitor.is_at_ease()
        expect(page.locator("#type-instead")).to_be_visible(timeout=SPOKEN_MS)
        expect(page.locator(".state [data-wish=think]")).to_be_visible()
        visitor.keeps_sights("no-word-yet")
        expect(page.locator("#why", has_text="It’s been quiet for a while")).to_be_visible(timeout=3 * SPOKEN_MS)
        visitor.keeps_sight("typing-instead")
        assert [fault["kind"] for fault in desk.details(attempt_id)["faults"]] == ["nobody_heard"]
        page.locator("#answer").fill("I kept the night shift going.")
        page.locator("#done").click()
        expect(page.get_by_role("heading", level=1)).not_to_contain_text("We couldn’t hear you")


def test_a_refused_microphone_leads_to_typing_and_the_interviewer_still_speaks(
    playwright: Playwright, desk: Desk, tape: Tape
) -> None:
    tape.record()
    with speaking_browser(playwright, tape, may_listen=False) as browser, visiting(browser, WIDE) as visitor:
        attempt_id = speak_up(visitor, published(desk, desk.link(FIRST, welcome_message="Good to meet you.")))
        visitor.reads("Your microphone is blocked")
        visitor.is_at_ease()
        is_in_state(visitor.page, "listening")  # the question has been said by now
        visitor.answer("I typed this one.")
        is_asked(visitor, "That’s all the questions")
        assert desk.answers(attempt_id) == ["I typed this one."]
        assert heard_by(desk, attempt_id) == ["sound"]


@pytest.fixture(scope="module")
def mute_desk() -> Iterator[Desk]:
    """On a server that listens, and whose voice can't be reached."""
    voice = {"VIVAVOCE_VOICES": "openai", "VIVAVOCE_SPEECH_URL": "http://127.0.0.1:9/v1"}
    with speaking_desk(fetch_whisper(), **voice) as opened:
        yield opened


@pytest.mark.parametrize("how", ["browser", "text"])
def test_without_a_voice_of_ours_the_browser_speaks_or_the_words_are_read(
    mute_desk: Desk, tape: Tape, listening_browser: Browser, how: str
) -> None:
    with visiting(listening_browser) as visitor:
        visitor.tolerates("status of 404")
        if how == "browser":
            visitor.page.add_init_script(OWN_VOICE)
        tape.record(8, ARCHIVE)
        attempt_id = speak_up(visitor, mute_desk.link(FIRST, welcome_message="Good to meet you."))
        if how == "browser":
            is_in_state(visitor.page, "speaking")
        else:
            visitor.reads("Please read this")
        is_asked(visitor, "That’s all the questions")
        (answer,) = mute_desk.answers(attempt_id)
        assert is_understood(ARCHIVE, answer), answer
        assert set(heard_by(mute_desk, attempt_id)) == {how}
        assert "no_voice" in [fault["kind"] for fault in mute_desk.details(attempt_id)["faults"]]
