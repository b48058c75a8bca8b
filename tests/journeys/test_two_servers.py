"""A candidate speaks, their server is killed in the middle of an answer, and another one goes on: nothing is lost."""

import io
import signal
import time
from typing import Any

import av
import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.desk import open_desk
from tests.journeys.speaker import SPOKEN_MS, Tape, is_asked, is_in_state, is_understood, published, speak_up, visiting
from tests.journeys.two_servers import two_servers
from tests.providers.speaking import fetch_whisper
from tests.recordings.probing import assert_sound

pytestmark = [pytest.mark.slow, pytest.mark.nightly]  # in real time

MOVE = {"question": "Tell me about a move that you led."}
BELT = {"question": "A belt stops twice in one night. How do you find the cause?"}
MOVED = "Last year I led the move of our whole archive into a new building."
BOXES = "I planned every step myself, and not one of nine hundred boxes was lost."


def said_of_itself(webm: bytes) -> tuple[float, str]:
    """How long a recording is, and what is missing of it."""
    with av.open(io.BytesIO(webm), "r") as container:
        assert container.duration is not None
        told = {name.lower(): text for name, text in container.metadata.items()}
        seconds = container.duration / 1e6
    assert_sound(webm, seconds=seconds, pictures=False)
    return seconds, told.get("comment", "")


def test_another_server_goes_on_and_all_that_was_acknowledged_is_heard(tape: Tape, listening_browser: Browser) -> None:
    environment = {"VIVAVOCE_VOICE": "on", "VIVAVOCE_WHISPER_FOLDER": str(fetch_whisper())}
    with two_servers(environment) as two, visiting(listening_browser) as visitor:
        desk = open_desk(two.first)
        page = visitor.page
        visitor.tolerates("WebSocket connection", "net::ERR", "status of 404")
        tape.record(3.0, MOVED, 2.0, BOXES, 8.0)
        attempt_id = speak_up(visitor, published(desk, desk.link(MOVE, BELT)))
        is_asked(visitor, MOVE["question"])
        is_in_state(page, "listening")
        expect(page.locator("#heard")).to_contain_text("archive", timeout=SPOKEN_MS)
        two.first.process.send_signal(signal.SIGKILL)
        two.first.process.wait()
        two.door.target = two.second.url
        is_asked(visitor, BELT["question"], times=2)
        page.get_by_role("radio", name="Type").check()
        visitor.answer("First I read the log.")
        visitor.hand_in()

        two.first.program("seal")  # what lies on its disk is not lost: a worker does it within ten minutes
        told = _whole(two.second.url, desk.furnished.token, attempt_id)
    answer = told["transcript"][0]["answer"]
    assert is_understood(MOVED, answer), answer
    assert is_understood("not one of nine hundred boxes was lost", answer), answer
    seconds, missing = said_of_itself(told["webm"])
    assert missing == ""
    assert seconds > 10, "both halves of the answer"


def _whole(url: str, token: str, attempt_id: str) -> dict[str, Any]:
    """The details, once nothing is missing of the recording."""
    until, seen = time.monotonic() + 60, "no address"
    while True:
        asks = {"interview_result_id": attempt_id, "get_signed_recordings": "true"}
        headers = {"Authorization": f"Bearer {token}"}
        told: dict[str, Any] = httpx.get(
            f"{url}/functions/v1/job-interview-details", params=asks, headers=headers, timeout=30
        ).json()
        if told.get("recording_url"):
            path = told["recording_url"].partition("/interview/")[2]
            heard = httpx.get(f"{url}/interview/{path}", timeout=120)
            seen = said_of_itself(heard.content)[1] if heard.status_code == 200 else heard.text
            if heard.status_code == 200 and seen == "":
                return told | {"webm": heard.content}
        assert time.monotonic() < until, seen
        time.sleep(2)
