"""A video that is asked for: announced and agreed to before the start, recorded in the browser, looked at, and sent."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.journeys.chromium import PATIENCE_MS, open_chromium
from tests.journeys.desk import EXPECTED, LEAD, Desk
from tests.journeys.visitor import PHONE, Visitor

pytestmark = pytest.mark.slow

RUNS = """() => {
    const { srcObject, currentTime } = document.querySelector(".recorder-view");
    return srcObject && currentTime > 1;
}"""
WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + bytes(2_000)
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


@pytest.fixture
def filming(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium with a camera that shows a clock, and says yes."""
    with open_chromium(playwright, *CAMERA) as opened:
        yield opened


def come(browser: Browser) -> Visitor:
    context = browser.new_context(
        viewport={"width": PHONE.width, "height": PHONE.height}, locale="en-GB", reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    return Visitor.of(context.new_page())


def test_a_required_video_is_announced_agreed_to_and_recorded_here(filming: Browser, desk: Desk) -> None:
    visitor = come(filming)
    page = visitor.page
    visitor.tolerates("status of 422")
    visitor.open(desk.link(LEAD, candidate_video_introduction="required", candidate_expectations_json=EXPECTED))
    expect(page.get_by_text("Short video (required)")).to_be_visible()
    expect(page.get_by_text("your camera isn’t used.")).to_have_count(0)
    for name in ("What I write is kept", "An AI program compares"):
        page.get_by_role("checkbox", name=name).check()
    visitor.button("Start the interview").click()
    visitor.reads("The interview hasn’t started yet")
    for box in page.get_by_role("checkbox").all():
        box.check()
    visitor.button("Start the interview").click()
    page.wait_for_url(re.compile("/start$"))
    expect(page.get_by_text("Short video (required)")).to_be_visible()
    attempt_id = visitor.attempt_id()
    visitor.answer("I led a team of five through a move within three weeks, and nothing was lost.")
    page.wait_for_url("**/results")

    visitor.button("Send my interview").click()
    visitor.reads("Add a video before you send your interview.")
    visitor.button("Record a video here").click()
    visitor.reads("Your camera is on, and nothing is recorded yet.")
    page.wait_for_function("() => document.querySelector('.recorder-view').currentTime > 0")
    expect(visitor.button("Start recording")).to_be_focused()
    visitor.keeps_sights("film-ready")
    visitor.button("Cancel").click()
    expect(visitor.button("Record a video here")).to_be_focused()
    assert page.evaluate("document.querySelector('.recorder-view').srcObject?.active ?? false") is False
    visitor.button("Record a video here").click()
    visitor.button("Start recording").click()
    visitor.reads("Recording. It stops by itself after five minutes.")
    expect(page.get_by_text("Add a video before you send your interview.")).to_have_count(0)
    expect(visitor.button("Stop recording")).to_be_focused()
    visitor.keeps_sight("film-recording")
    page.wait_for_function(RUNS)
    visitor.button("Stop recording").click()
    visitor.reads("Look at your video. Use it, or record it again.")
    page.wait_for_function("() => document.querySelector('.recorder-view').readyState >= 2")
    visitor.keeps_sight("film-look")
    visitor.button("Record again").click()
    visitor.button("Start recording").click()
    page.wait_for_function(RUNS)
    visitor.button("Stop recording").click()
    for _ in range(2):  # it is not lost by whoever sends before they use it
        visitor.button("Send my interview").click()
        expect(visitor.button("Use this video")).to_be_focused()
        visitor.reads("Look at your video. Use it, or record it again.")
    visitor.button("Use this video").click()
    expect(page.get_by_text("Video added:")).to_be_visible()
    visitor.is_at_ease()
    visitor.button("Send my interview").click()
    visitor.sees("Thank you, your interview has been sent.")
    assert desk.details(attempt_id)["video_introduction_local_path"].endswith(".webm")
    assert visitor.faults == []


def test_without_a_camera_there_is_the_file(playwright: Playwright, desk: Desk) -> None:
    with open_chromium(playwright) as opened:
        visitor = come(opened)
        visitor.walk_in(desk.link(LEAD, candidate_video_introduction="optional"))
        visitor.answer("I led a team of five through a move within three weeks, and nothing was lost.")
        visitor.page.wait_for_url("**/results")
        visitor.button("Record a video here").click()
        visitor.reads("Your camera can’t be used here. Allow it for this page, or choose a file below.")
        visitor.is_at_ease()
        file = visitor.page.get_by_label("Video from this device")
        file.set_input_files({"name": "me.webm", "mimeType": "video/webm", "buffer": WEBM})
        visitor.button("Send my interview").click()  # what was chosen is uploaded first
        expect(visitor.page.get_by_text("Video added:")).to_be_visible()
        assert visitor.faults == []
