"""Ending on request: every part ends with 0, the database last, and nothing goes on."""

import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.crash.program import END_SECONDS, Program, await_nothing, database_of, end_all, processes_of, wait_for
from tests.running import PROGRAM, own_environment

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds processes by /proc"),
]

CTRL_C, END = signal.SIGINT, signal.SIGTERM
NOT_ENDED_WELL = "not properly shut down"


@pytest.mark.parametrize(
    ("signals", "gap", "is_at_work"),
    [
        ((END,), 0.0, True),
        pytest.param((CTRL_C,), 0.0, False, marks=pytest.mark.nightly),
        pytest.param((CTRL_C, CTRL_C), 0.0, False, marks=pytest.mark.nightly),
        ((CTRL_C, CTRL_C), 0.3, True),
        pytest.param((END, CTRL_C) * 4, 0.2, True, marks=pytest.mark.nightly),
    ],
)
def test_a_server_ends_with_everything_of_it(
    program: Program, signals: Sequence[signal.Signals], gap: float, is_at_work: bool
) -> None:
    """is_at_work: the worker does its work; else it has only just been started."""
    said_before = _database_log(program).count(NOT_ENDED_WELL)
    program.start()
    if is_at_work:
        program.await_worker()
    for number in signals:
        try:
            program.signal(number)
        except ProcessLookupError:
            break  # it was faster
        time.sleep(gap)
    assert program.await_end() == 0
    assert processes_of(program.folder) == {}
    program.run("merchant", "add", "Later", "--slug", f"later-{time.monotonic_ns()}")
    assert _database_log(program).count(NOT_ENDED_WELL) == said_before, "the database was not stopped"
    assert "Traceback" not in program.read_log()


def test_a_port_in_use_is_named_and_nothing_is_left_running(program: Program, tmp_path: Path) -> None:
    program.start()
    other = tmp_path / "other"
    refused = subprocess.run(
        [*PROGRAM, "serve", "--data", str(other), "--port", str(program.port)],
        capture_output=True,
        text=True,
        env=own_environment(None),
        timeout=60,
        check=False,
    )
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert f"port {program.port}" in refused.stderr
    assert "--port" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert processes_of(other) == {}
    assert program.health() == 200
    assert program.stop() == 0


def test_a_port_is_taken_before_the_server_is_ready(program: Program) -> None:
    program.begin()
    wait_for(program.has_port, seconds=END_SECONDS, what="the port is taken")
    second = Program(program.folder, port=program.port)
    second.begin()
    assert second.await_end() == 1
    assert "Traceback" not in second.read_log()
    program.await_ready()
    assert program.health() == 200
    assert program.stop() == 0


def test_two_servers_on_one_folder_and_the_database_stays_for_the_second(program: Program) -> None:
    second = Program(program.folder)
    try:
        program.begin()
        second.begin()
        program.await_ready()
        second.await_ready()
        assert (program.health(), second.health()) == (200, 200)
        database = database_of(program.folder)
        assert program.stop() == 0
        assert second.health() == 200
        assert database_of(program.folder) == database
        assert second.stop() == 0
        await_nothing(program.folder)
    finally:
        second.sweep()


@pytest.mark.nightly
def test_two_servers_that_start_at_once_on_a_new_folder(crash_folder: Path) -> None:
    """Making the database and bringing it up to date happens once."""
    folder = crash_folder.with_name(f"{crash_folder.name}-new")
    folder.mkdir(mode=0o755)
    pair = [Program(folder), Program(folder)]
    try:
        for one in pair:
            one.begin()
        for one in pair:
            one.await_ready()
        assert [one.health() for one in pair] == [200, 200]
        assert [one.stop() for one in pair] == [0, 0]
        await_nothing(folder)
    finally:
        for one in pair:
            one.sweep()
        end_all(folder)
        shutil.rmtree(folder)


def test_commands_work_beside_a_server_and_after_it_was_killed(program: Program) -> None:
    program.start()
    slug = f"m-{time.monotonic_ns()}"
    program.run("merchant", "add", "Acme", "--slug", slug)
    assert program.run("token", "--merchant", slug, "--role", "merchant_owner").count(".") == 2
    assert program.health() == 200
    program.kill()
    assert program.run("token", "--merchant", slug, "--role", "merchant_owner").count(".") == 2
    assert program.run("merchant", "add", "Acme", "--slug", f"{slug}-2")
    # The last of those who used it has stopped the database that the killed server left.
    await_nothing(program.folder)


def _database_log(program: Program) -> str:
    folder = program.folder / "postgres"
    note = folder / "elsewhere"
    home = Path(note.read_text().strip()) if note.exists() else folder
    return (home / "log").read_text(errors="replace")
