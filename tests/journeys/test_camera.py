"""The camera's picture in a real browser: agreed to, recorded, killed in the middle, turned off, and watched."""

import io
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import av
import httpx
import pytest
from playwright.sync_api import Browser, Error, expect

from tests.crash.program import look_inside
from tests.journeys.desk import Desk
from tests.journeys.speaker import SPOKEN_MS, Tape, published, speak_up, speaking_desk, visiting
from tests.providers.speaking import fetch_whisper
from tests.recordings.probing import assert_sound

pytestmark = [pytest.mark.slow, pytest.mark.nightly]  # in real time

MOVE = {"question": "Tell me about a move that you led."}
BELT = {"question": "A belt stops twice in one night. How do you find the cause?"}
MOVED = "Last year I led the move of our whole archive into a new building."
VIDEO = {"recording": "video_all", "recording_full_session": "video_all"}
ON = "Your camera is on."
MOST_LOST = 2.0  # seconds of the picture


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with speaking_desk(fetch_whisper()) as opened:
        yield opened


def recordings(desk: Desk, attempt_id: str) -> dict[str, Any]:
    """The details with signed addresses, once the session can be heard."""
    until = time.monotonic() + 120
    while True:
        told: dict[str, Any] = desk.running.call(
            "job-interview-details",
            desk.furnished.token,
            interview_result_id=attempt_id,
            get_signed_recordings="true",
        )
        if told["recording_url"] and httpx.get(told["recording_url"], timeout=120).status_code == 200:
            return told
        assert time.monotonic() < until, "there is nothing to be heard"
        time.sleep(1)


def watched(url: str) -> tuple[float, list[float], int]:
    """How long the film is, the moments of its pictures, and how many samples of sound it has."""
    answer = httpx.get(url, timeout=120)
    assert answer.headers["content-type"] == "video/webm"
    with av.open(io.BytesIO(answer.content), "r") as container:
        assert container.duration is not None
        seconds = container.duration / 1e6
    assert_sound(answer.content, seconds=seconds, pictures=True)
    with av.open(io.BytesIO(answer.content), "r") as container:
        moments = [frame.time for frame in container.decode(video=0)]
    with av.open(io.BytesIO(answer.content), "r") as container:
        samples = sum(frame.samples for frame in container.decode(audio=0))
    return seconds, moments, samples


def longest_hole(moments: list[float]) -> float:
    return max(later - earlier for earlier, later in pairwise(moments))


def test_a_killed_tab_costs_two_seconds_of_the_picture_at_most(
    desk: Desk, tape: Tape, listening_browser: Browser
) -> None:
    with visiting(listening_browser) as visitor:
        page = visitor.page
        visitor.tolerates("AudioContext", "net::")
        tape.record(12.0, MOVED, 6.0)
        attempt_id = speak_up(visitor, published(desk, desk.link(MOVE, BELT, **VIDEO)), shows_face=True)
        expect(page.get_by_text(ON)).to_be_visible(timeout=SPOKEN_MS)
        seen_on = time.monotonic()
        time.sleep(6)
        with pytest.raises(Error):  # the tab dies as a killed browser does: nothing can be said any more
            page.goto("chrome://crash", timeout=5_000)
        recorded = time.monotonic() - seen_on

        again = page.context.new_page()
        again.goto(f"{desk.running.url}/interview/{attempt_id}/")
        button = again.get_by_role("button", name="Speak", exact=True)
        expect(again.get_by_text(ON)).to_be_visible(timeout=SPOKEN_MS)
        if button.is_visible():
            button.click()
        expect(again.get_by_role("heading", level=1)).to_have_text(BELT["question"], timeout=3 * SPOKEN_MS)
        again.get_by_role("button", name="Turn the camera off").click()
        expect(again.get_by_text(ON)).to_have_count(1)
        expect(again.get_by_text(ON)).to_be_hidden()
        expect(
            again.get_by_text("Your camera is off. You can turn it on again in Help, under Settings.")
        ).to_be_visible()
        again.get_by_role("radio", name="Type").check()
        again.get_by_role("textbox").fill("First I read the log.")
        again.get_by_role("button", name="Send", exact=True).click()
        again.get_by_role("button", name="Send my interview").click()
        first_heading = again.get_by_role("heading", level=1)
        expect(first_heading).to_have_text("Thank you, your interview has been sent.", use_inner_text=True)

    told = recordings(desk, attempt_id)
    first = told["transcript"][0]
    assert (first["recording_is_video"], told["recording_is_video"]) == (True, True)
    seconds, moments, samples = watched(first["recording_url"])
    assert abs(samples / 48_000 - seconds) <= 0.1
    with look_inside(desk.running.folder) as inside:
        takes = inside.execute(
            "select number, begins_at, parts from camera_takes where attempt_id = %s order by begins_at, begun_at",
            (attempt_id,),
        ).fetchall()
        lines = inside.execute(
            "select count(*) as lines from playouts, jsonb_array_elements(lines) where attempt_id = %s", (attempt_id,)
        ).fetchone()
    assert lines is not None
    assert lines["lines"] >= 2, "the interviewer's lines are told with their moments"
    assert [take["number"] for take in takes][:2] == [1, 1], "two starts of the recorder are two takes"
    first_take = [moment for moment in moments if moment < float(takes[1]["begins_at"]) + 0.5]
    assert first_take[-1] - first_take[0] >= recorded - MOST_LOST
    assert longest_hole(first_take) <= MOST_LOST
    whole, of_session, _ = watched(told["recording_url"])
    assert whole >= seconds
    assert of_session[-1] - of_session[0] >= moments[-1] - moments[0]
