"""The interviewer's first words, aloud: of an interview made a moment ago, and an instruction that is read out."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.crash.program import look_inside, wait_for
from tests.journeys.desk import BELT, LEAD, Desk
from tests.journeys.speaker import is_asked, is_in_state, speak_up, speaking_desk, visiting
from tests.providers.speaking import fetch_whisper

pytestmark = pytest.mark.slow

WELCOME = "Good to meet you."
SOUNDS = "**/voice/*.wav"
# Half a minute: on a busy machine a press may come late.
SENTENCES = (
    "There are two questions, and each of them takes about three minutes.",
    "Please speak of your own work, and of what became of it in the end.",
    "Nobody minds a pause, and you may ask for every question once more.",
    "If the line breaks, what you have said so far is kept on your device.",
    "You may type at any time, and go back to speaking when you like it.",
    "At the end you read all of it once more, and set right what was misheard.",
    "A person reads what you have said, and it is a person who decides.",
)
HOW: dict[str, Any] = {"instructional_video": True, "instructional_video_custom_text": " ".join(SENTENCES)}
LONGER_THAN_A_SENTENCE_MS = 7_000


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    """Without a worker: whatever is heard here was spoken for whoever came before it was published."""
    with speaking_desk(fetch_whisper(), "--no-worker") as opened:
        yield opened


def playouts(desk: Desk, attempt_id: str) -> list[tuple[str, bool]]:
    """How the interviewer's words were heard, one turn after the other, and whether they were cut short."""
    with look_inside(desk.running.folder) as inside:
        rows = inside.execute(
            "select how, is_interrupted from playouts where attempt_id = %s order by id", (attempt_id,)
        ).fetchall()
    return [(row["how"], row["is_interrupted"]) for row in rows]


def were_heard(desk: Desk, attempt_id: str, expected: list[tuple[str, bool]]) -> None:
    """Waits for these receipts: they come after the page has begun to listen."""
    wait_for(lambda: playouts(desk, attempt_id) == expected, seconds=30, what=f"the receipts are {expected}")


@pytest.mark.nightly
def test_an_interview_made_a_moment_ago_is_heard_from_its_first_word(desk: Desk, listening_browser: Browser) -> None:
    with visiting(listening_browser) as visitor:
        sounds: list[int] = []
        visitor.page.on("response", lambda one: sounds.append(one.status) if one.url.endswith(".wav") else None)
        attempt_id = speak_up(visitor, desk.link(LEAD, BELT, welcome_message=WELCOME))
        is_in_state(visitor.page, "speaking")
        expect(visitor.page.locator("#caption")).not_to_be_empty()
        is_in_state(visitor.page, "listening")
        assert sounds == [200, 200]  # the welcome, and the question
        were_heard(desk, attempt_id, [("sound", False)])


@pytest.mark.nightly
def test_while_the_first_words_are_on_their_way_they_can_be_read_and_answered(
    desk: Desk, listening_browser: Browser
) -> None:
    with visiting(listening_browser) as visitor:
        visitor.page.route(SOUNDS, lambda route: None)
        attempt_id = speak_up(visitor, desk.link(LEAD, BELT, welcome_message=WELCOME))
        is_in_state(visitor.page, "thinking")
        visitor.sees(LEAD["question"])
        visitor.reads(WELCOME)
        visitor.page.get_by_role("radio", name="Type").check()
        visitor.answer("I did not wait.")
        visitor.sees(BELT["question"])
        assert desk.answers(attempt_id) == ["I did not wait."]


@pytest.mark.nightly
def test_an_instruction_is_read_out_and_can_be_paused_and_skipped(desk: Desk, listening_browser: Browser) -> None:
    with visiting(listening_browser) as visitor:
        page = visitor.page
        attempt_id = speak_up(visitor, desk.link(LEAD, BELT, **HOW))
        visitor.sees("How this works")
        caption = page.locator("#caption")
        is_in_state(page, "speaking")
        expect(caption).not_to_be_empty()
        visitor.button("Pause").click()
        visitor.reads("Paused")
        said = SENTENCES.index(caption.inner_text())
        visitor.keeps_sights("instruction-paused")
        page.wait_for_timeout(LONGER_THAN_A_SENTENCE_MS)
        expect(caption).to_have_text(SENTENCES[said])
        assert playouts(desk, attempt_id) == []

        visitor.button("Resume").click()
        is_in_state(page, "speaking")
        expect(caption).not_to_have_text(SENTENCES[said])
        visitor.button("Stop reading aloud").click()
        expect(caption).to_be_empty()
        expect(visitor.button("Stop reading aloud")).to_be_hidden()
        visitor.reads("Before we start")
        expect(page.locator("#instruction")).to_have_text(" ".join(SENTENCES))
        visitor.keeps_sights("instruction-skipped")

        visitor.button("Continue").click()
        is_asked(visitor, LEAD["question"])
        is_in_state(page, "speaking")
        is_in_state(page, "listening")
        were_heard(desk, attempt_id, [("sound", True), ("sound", False)])
