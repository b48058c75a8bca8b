"""A real server that may open few files: silent connections keep nobody out, and go after their time."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from tests.running import PROGRAM, STOP_SECONDS, Running, own_environment, read_ready

FILES = 256
SETTINGS = {"VIVAVOCE_HEADER_SECONDS": "5", "VIVAVOCE_DATABASE_CONNECTIONS": "4"}


@pytest.fixture
def cramped(running: Running) -> Iterator[Running]:
    """A second server on the folder, by an operator whose shell says `ulimit -n 256`."""
    command = [*PROGRAM, "serve", "--data", str(running.folder), "--port", "0", "--no-worker"]
    process = subprocess.Popen(
        ["sh", "-c", f'ulimit -n {FILES} && exec "$@"', "sh", *command],
        stdout=subprocess.PIPE,
        text=True,
        env=own_environment(SETTINGS),
    )
    try:
        yield Running(url=read_ready(process), folder=running.folder, process=process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)


def files_of(process: "subprocess.Popen[str]") -> int:
    return len(os.listdir(f"/proc/{process.pid}/fd"))


@pytest.mark.slow
def test_silent_connections_keep_nobody_out(cramped: Running) -> None:
    host, _, port = cramped.url.removeprefix("http://").partition(":")
    at_rest = files_of(cramped.process)
    with ExitStack() as stack:
        silent = []
        for number in range(2 * FILES):
            silent.append(stack.enter_context(socket.create_connection((host, int(port)), timeout=30)))
            if number % 64 == 63:  # while they come, and when the files would long be used up
                assert httpx.get(f"{cramped.url}/healthz", timeout=30, trust_env=False).status_code == 200
                assert files_of(cramped.process) < FILES
        half = b"GET / HTTP/1.1\r\nHost: x\r\nX-A: "
        silent[-1].sendall(half)
        answers = [one.recv(65_536) for one in silent]
        assert answers[-1].startswith(b"HTTP/1.1 408 ")
        assert set(answers[:-1]) == {b""}
        assert files_of(cramped.process) <= at_rest + 4  # of the database, opened since
    assert httpx.get(f"{cramped.url}/healthz", timeout=30, trust_env=False).status_code == 200
