"""The worker beside a server: it lives as long as the server does, and no longer."""

import os
import signal
import time
from pathlib import Path

import pytest

from tests.crash.load import body_of
from tests.crash.program import (
    Program,
    await_nothing,
    database_of,
    kill_database,
    processes_of,
    wait_for,
)
from tests.running import Furnished
from vivavoce.client.candidate import take_interview

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds processes by /proc"),
]

END_SECONDS = 15
TALLY_SECONDS = 30


@pytest.mark.parametrize(
    ("at_once", "kills_database"), [(True, True), pytest.param(False, False, marks=pytest.mark.nightly)]
)
def test_no_worker_outlives_a_killed_server(program: Program, at_once: bool, kills_database: bool) -> None:
    """At once: while it starts, when it has not yet looked whether its server is there."""
    program.start()
    if at_once:
        worker = wait_for(program.worker, seconds=END_SECONDS, what="the worker starts")
    else:
        worker = program.await_worker()
    program.kill()
    if kills_database:
        kill_database(program.folder)
    wait_for(lambda: worker not in processes_of(program.folder), seconds=END_SECONDS, what="the worker ends")
    # The worker was the last user, so the database has ended with it.
    await_nothing(program.folder)


def test_a_killed_worker_is_started_again_and_works(program: Program, furnished: Furnished) -> None:
    program.start()
    killed = program.await_worker()
    os.kill(killed, signal.SIGKILL)
    link = _invite(program, furnished)
    taken = take_interview(link)
    assert taken.phase == "submitted"
    assert program.await_worker(other_than=killed) != killed
    wait_for(
        lambda: _is_tallied(program, furnished, taken.attempt_id),
        seconds=TALLY_SECONDS,
        what="the new worker counts the attempt up",
    )
    assert program.stop() == 0
    await_nothing(program.folder)


def test_a_worker_of_its_own_outlives_the_server_and_keeps_the_database(program: Program) -> None:
    """`vivavoce worker` by itself, beside `serve --no-worker`."""
    program.start("--no-worker")
    assert program.worker() is None
    worker = program.start_worker()
    try:
        program.kill()
        time.sleep(1)
        assert worker.poll() is None
        assert database_of(program.folder) is not None
    finally:
        worker.send_signal(signal.SIGTERM)
        code = worker.wait(2 * END_SECONDS)
    assert code == 0
    await_nothing(program.folder)


def _invite(program: Program, furnished: Furnished) -> str:
    made = program.call("create-from-array", furnished.token, body=body_of(furnished))
    people = {"interview_id": made["interview_def_set_id"], "users": [{"name": "Sam"}]}
    return str(program.call("register-users", furnished.token, body=people)[0]["interview_url"])


def _is_tallied(program: Program, furnished: Furnished, attempt_id: str) -> bool:
    details = program.call("details", furnished.token, interview_result_id=attempt_id)
    return bool(details["processing_status"] == "completed")
