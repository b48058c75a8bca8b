"""A server that is killed in the middle of an interview, and started again where it was."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.desk import BELT, LEAD, NIGHTS, Desk, open_desk
from tests.laid import laid_folder
from tests.running import STOP_SECONDS, Running, read_ready, run_server, start_server

pytestmark = pytest.mark.slow

GONE = "We can’t be reached right now"
BACK_MS = 20_000  # the server's start, and the page's longest wait between two tries by then


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """A server that may be killed."""
    with laid_folder() as folder, run_server(folder) as server:
        yield server


@pytest.fixture(scope="module")
def desk(running: Running) -> Desk:
    return open_desk(running)


@pytest.mark.nightly
def test_a_killed_server_costs_nothing(desk: Desk, running: Running, visit: Visit) -> None:
    visitor = visit()
    visitor.tolerates("WebSocket connection", "net::ERR_CONNECTION_REFUSED")
    attempt_id = visitor.begin(desk.link(LEAD, NIGHTS, BELT))
    visitor.answer("Before the fall.")
    visitor.sees(NIGHTS["question"])
    visitor.reads("Last answer saved")
    running.process.send_signal(signal.SIGKILL)
    running.process.wait()
    visitor.is_told_of_a_lost_line()
    visitor.reads(
        "No connection right now. Keep typing: it’s kept on this device and goes through when you’re back online."
    )
    visitor.page.get_by_role("radio", name="Weekends only").check()
    visitor.button("Send").click()
    visitor.reads("Reconnecting")
    visitor.is_at_ease()
    with started_again(running):
        expect(visitor.page.get_by_role("heading", level=1)).to_have_text(BELT["question"], timeout=BACK_MS)
        visitor.is_on_the_line()
        visitor.reads("Last answer saved")
        visitor.answer("After it.")
        visitor.hand_in()
        assert desk.answers(attempt_id) == ["Before the fall.", "Weekends only", "After it."]


@pytest.mark.nightly
def test_whoever_waits_for_long_reads_what_is_safe_and_when_to_come_back(
    desk: Desk, running: Running, visit: Visit
) -> None:
    visitor = visit()
    visitor.tolerates("WebSocket connection", "net::ERR_CONNECTION_REFUSED")
    visitor.page.clock.install()
    with started_again(running) as process:
        attempt_id = visitor.begin(desk.link(LEAD, BELT))
        visitor.answer("Before the fall.")
        visitor.sees(BELT["question"])
        process.send_signal(signal.SIGKILL)
        process.wait()
    visitor.field.fill("While nobody was there.")
    visitor.page.clock.fast_forward(3_000)
    visitor.is_told_of_a_lost_line()
    visitor.page.clock.fast_forward(40_000)
    expect(visitor.page.get_by_text(GONE).filter(visible=True)).to_have_count(0)
    visitor.page.clock.fast_forward(6_000)
    visitor.reads(GONE)
    expect(visitor.page.get_by_role("alert")).to_contain_text("come back with the same link in an hour, or tomorrow")
    visitor.keeps_sights("gone")
    visitor.button("Send").click()
    visitor.reads("Reconnecting")
    visitor.is_at_ease()
    with started_again(running):
        visitor.page.clock.fast_forward(16_000)  # the longest wait between two tries
        visitor.sees("That’s all the questions")
        expect(visitor.page.get_by_text(GONE).filter(visible=True)).to_have_count(0)
        visitor.hand_in()
        assert desk.answers(attempt_id) == ["Before the fall.", "While nobody was there."]


@contextmanager
def started_again(running: Running) -> Iterator["subprocess.Popen[str]"]:
    """The same server, on the same port and folder."""
    process = start_server(running.folder, port=urlsplit(running.url).port or 0)
    try:
        assert read_ready(process) == running.url
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)
