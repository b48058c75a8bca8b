"""The sound check with a real ear: the words that somebody says at their microphone stand on the page."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.desk import LEAD, Desk
from tests.journeys.speaker import SPOKEN_MS, Tape, is_understood, speaking_desk, visiting
from tests.journeys.visitor import PHONE, Visitor
from tests.providers.speaking import fetch_whisper

pytestmark = pytest.mark.slow

SENTENCE = "I would like to talk about my work."


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with speaking_desk(fetch_whisper()) as opened:
        yield opened


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
