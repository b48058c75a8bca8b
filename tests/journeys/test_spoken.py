"""A spoken interview in a real browser, with a real voice, a real ear, and everything that can come between."""

import json
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.crash.program import parent_of
from tests.journeys.desk import LEAD, Desk
from tests.journeys.speaker import (
    SPOKEN_MS,
    Tape,
    is_asked,
    is_in_state,
    is_understood,
    published,
    speak_up,
    speaking_desk,
    visiting,
)
from tests.journeys.visitor import PHONE, Visitor
from tests.providers.speaking import fetch_whisper

pytestmark = pytest.mark.slow

SCORED_SECONDS = 120

ARCHIVE: dict[str, Any] = {
    "id": "archive",
    "question": "Tell me about a move that you led.",
    "candidate_expectations_json": {
        "weak": ["Describes a real situation"],
        "moderate": ["Says what the own part in it was"],
        "strong": ["Names a result in figures"],
    },
}
BELT: dict[str, Any] = {"id": "belt", "question": "A belt stops twice in one night. How do you find the cause?"}
START: dict[str, Any] = {"id": "start", "question": "When could you start?", "is_without_scoring": True}

MOVED = "Last year I led the move of our whole archive into a new building."
BOXES = "I planned every step myself, and not one of nine hundred boxes was lost."
LOG = "First I read the log of the belt, and then I ask the people who were there that night."
SENTENCE = "I would like to talk about my work."
SPRING = "I could start in the spring, on the first of April."

# Whether the page has had so many answers from there.
FETCHED = "([path, times]) => performance.getEntriesByName(new URL(path, location.href).href).length === times"


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with speaking_desk(fetch_whisper()) as opened:
        yield opened


def scored(desk: Desk, attempt_id: str) -> dict[str, Any]:
    """The result, once it is there."""
    until = time.monotonic() + SCORED_SECONDS
    while (details := desk.details(attempt_id))["processing_status"] != "completed":
        assert time.monotonic() < until, details["processing_status"]
        time.sleep(0.5)
    return details


def kill_ears(desk: Desk) -> int:
    """Ends what hears, without a word; how many there were."""
    server = desk.running.process.pid
    ears = [one for one in map(int, filter(str.isdecimal, os.listdir("/proc"))) if parent_of(one) == server]
    killed = [one for one in ears if b"vivavoce.providers.ears.process" in Path(f"/proc/{one}/cmdline").read_bytes()]
    for ear in killed:
        os.kill(ear, signal.SIGKILL)
    return len(killed)


# How long each line's sound is silent after where it was begun, in seconds.
WATCH_BEGINNINGS = """
    window.silences = [];
    const start = AudioBufferSourceNode.prototype.start;
    AudioBufferSourceNode.prototype.start = function (when, offset = 0) {
        const loud = this.buffer.getChannelData(0).findIndex((sample) => Math.abs(sample) > 0.001);
        window.silences.push(loud / this.buffer.sampleRate - offset);
        start.call(this, when, offset);
    };
"""


def lines_of(page: Page) -> list[WebSocketRoute]:
    """The page's lines to come, led through so that something may be told besides."""
    lines: list[WebSocketRoute] = []

    def lead_through(line: WebSocketRoute) -> None:
        server = line.connect_to_server()
        line.on_message(server.send)
        server.on_message(line.send)
        lines.append(line)

    page.route_web_socket("**/socket", lead_through)
    return lines


@pytest.mark.nightly
def test_the_sound_of_what_is_said_next_is_fetched_before_its_turn(
    desk: Desk, tape: Tape, listening_browser: Browser
) -> None:
    with visiting(listening_browser) as visitor:
        visitor.tolerates("status of 404")
        lines = lines_of(visitor.page)
        tape.record()
        attempt_id = speak_up(visitor, published(desk, desk.link(ARCHIVE)))
        is_in_state(visitor.page, "listening")
        sound = {"audio": f"/interview/{attempt_id}/voice/{'0' * 40}.wav", "mouth": None}
        for times in (1, 2):  # what came to nothing is tried again
            lines[-1].send(json.dumps({"kind": "ahead", "sounds": [sound]}))
            visitor.page.wait_for_function(FETCHED, arg=[sound["audio"], times])


def test_a_line_begins_with_its_first_word(desk: Desk, tape: Tape, listening_browser: Browser) -> None:
    with visiting(listening_browser) as visitor:
        visitor.page.add_init_script(WATCH_BEGINNINGS)
        tape.record()
        speak_up(visitor, published(desk, desk.link(ARCHIVE)))
        is_in_state(visitor.page, "listening")
        silences = visitor.page.evaluate("() => window.silences")
    assert len(silences) == 2
    assert all(0.0 <= silence <= 0.03 for silence in silences), silences


@pytest.mark.nightly
def test_a_spoken_interview_from_the_first_click_to_the_score(
    desk: Desk, tape: Tape, listening_browser: Browser
) -> None:
    with visiting(listening_browser) as visitor:
        page = visitor.page
        visitor.tolerates("net::ERR_INTERNET_DISCONNECTED")
        heard = page.locator("#heard")

        # The first question is heard to its end, and answered; the line drops in the middle of the answer.
        tape.record(10, MOVED, 1.0, BOXES)
        link = published(desk, desk.link(ARCHIVE, BELT, START, welcome_message="Good to meet you."))
        attempt_id = speak_up(visitor, link)
        is_in_state(page, "speaking")
        expect(page.locator("#caption")).not_to_be_empty()
        is_in_state(page, "listening")
        visitor.reads("Your microphone is on")
        expect(heard).to_contain_text("archive", timeout=SPOKEN_MS)
        page.context.set_offline(True)
        visitor.is_told_of_a_lost_line()
        page.wait_for_timeout(2_500)
        page.context.set_offline(False)
        is_asked(visitor, BELT["question"])

        # A reload while the second one is asked: it is asked again, and the candidate speaks into it.
        is_in_state(page, "speaking")
        tape.record(4, LOG)
        page.reload()
        visitor.sees(BELT["question"])
        is_in_state(page, "speaking")
        is_in_state(page, "listening")
        assert kill_ears(desk) == 1
        is_asked(visitor, START["question"])

        # The third one is answered by a page that was loaded anew.
        tape.record(6, SPRING)
        page.reload()
        is_asked(visitor, "That’s all the questions")
        visitor.hand_in()

        details = scored(desk, attempt_id)
        first, second, third = details["transcript"]
        assert is_understood(f"{MOVED} {BOXES}", first["answer"]), first["answer"]
        assert is_understood(LOG, second["answer"]), second["answer"]
        assert is_understood(SPRING, third["answer"]), third["answer"]
        assert first["score"] is not None
        assert details["score"] is not None
        assert "sound_lost" not in [fault["kind"] for fault in details["faults"]]


# --- The sound check ----------------------------------------------------------------------------------------------


def test_what_was_said_stands_on_the_page_and_silence_is_no_words(
    desk: Desk, tape: Tape, listening_browser: Browser
) -> None:
    tape.record(0.3, SENTENCE, 4.0)
    with visiting(listening_browser, PHONE) as visitor:
        go_to_sound_check(visitor, desk.link(LEAD))
        visitor.button("Test the microphone").click()
        heard = visitor.page.locator("#heard")
        expect(heard).to_be_visible(timeout=SPOKEN_MS)
        assert is_understood(SENTENCE, heard.text_content())
        visitor.reads("We can hear you.")
        visitor.keeps_sight("sound-check-heard")

        tape.record(30.0)
        visitor.button("Try again").click()
        visitor.reads("Say something, like your name.")
        visitor.button("I’m done").click()
        expect(visitor.page.get_by_text("We can’t hear you yet")).to_be_visible(timeout=SPOKEN_MS)
        expect(heard).to_be_hidden()
        visitor.keeps_sight("sound-check-nothing")


def go_to_sound_check(visitor: Visitor, link: str) -> None:
    visitor.open(link)
    for box in visitor.page.get_by_role("checkbox").all():
        box.check()
    visitor.page.locator("form#begin button[type=submit]").click()
    visitor.page.wait_for_url(re.compile("/start$"))
    visitor.page.get_by_role("radio", name="By speaking").check()
    visitor.page.get_by_role("checkbox", name="What I say is recorded").check()
    visitor.button("Continue").click()
    visitor.sees("Sound check")
