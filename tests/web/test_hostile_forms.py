"""Forms that no browser sends, at a real server: nobody needs to sign in for them, and nothing of them stays."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.running import Running, run_server

ADDRESS = "/interview/at/nobody/sign-out"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"
PART = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n'
FILE = b'--b\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n'
END = b"--b--\r\n"
MEGABYTE = 1024 * 1024
MOST_KEPT = 20 * MEGABYTE
WARM_UP = 24  # the first pages, templates and threads cost memory once


@pytest.fixture(scope="module")
def logged() -> Iterator[tuple[Running, Path]]:
    """A server, and the file of what it says."""
    folder = Path(tempfile.mkdtemp(prefix="vivavoce-test-"))
    folder.chmod(0o755)
    log = folder / "log"
    try:
        with log.open("w") as said, run_server(folder / "data", "--no-worker", log=said) as running:
            yield running, log
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def chunks(*pieces: bytes) -> Iterator[bytes]:
    """A body whose length is not announced."""
    yield from pieces


def attack(client: httpx.Client, number: int) -> tuple[int, int]:
    """One hostile form; the status that it got, and the one that it ought to get."""
    match number % 6:
        case 0:  # a film to everybody
            content_type, body, status = MULTIPART, chunks(FILE, *[bytes(MEGABYTE)] * 4, b"\r\n" + END), 413
        case 1:
            content_type, body, status = URLENCODED, chunks(b"a=", *[b"%41" * (MEGABYTE // 3)] * 4), 413
        case 2:  # as a file, but small
            content_type, body, status = MULTIPART, chunks(FILE, b"x" * 1000, b"\r\n" + END), 400
        case 3:
            content_type, body, status = URLENCODED, chunks(*[b"field=" + b"x" * MEGABYTE + b"&"] * 4), 413
        case 4:
            content_type, body, status = MULTIPART, chunks(PART * 900 + END), 400
        case _:
            content_type, body, status = MULTIPART, chunks(b"--b\r\nContent-Disposition: " + b"x" * 60_000), 400
    return client.post(ADDRESS, content=body, headers={"content-type": content_type}).status_code, status


def cut(url: str) -> None:
    """A form whose sender goes away in the middle of it."""
    to = urlsplit(url)
    assert to.hostname is not None
    head = f"POST {ADDRESS} HTTP/1.1\r\nHost: {to.netloc}\r\nContent-Type: {MULTIPART}\r\nContent-Length: 50000\r\n\r\n"
    with socket.create_connection((to.hostname, to.port or 80)) as connection:
        connection.sendall(head.encode() + FILE + b"x" * 20_000)


def resident_bytes(pid: int) -> int:
    """How much memory the process has."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def temporary_files(pid: int) -> list[str]:
    """Files in the temporary folder that the process has open, also such as have no name any more."""
    found = []
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = os.readlink(descriptor)
        except FileNotFoundError:
            continue
        if target.startswith(tempfile.gettempdir()) and "vivavoce-test-" not in target:
            found.append(target)
    return found


@pytest.mark.parametrize(
    "count", [pytest.param(30, marks=pytest.mark.slow), pytest.param(200, marks=pytest.mark.nightly)]
)
def test_of_hostile_forms_nothing_stays(logged: tuple[Running, Path], count: int) -> None:
    running, log = logged
    pid = running.process.pid
    with httpx.Client(base_url=running.url, timeout=60, trust_env=False) as client:
        for number in range(WARM_UP):
            attack(client, number)
        before = resident_bytes(pid)
        wrong = [told for number in range(count) if (told := attack(client, number))[0] != told[1]]
        for _ in range(count // 5):
            cut(running.url)
        assert client.get("/healthz").status_code == 200
    assert wrong == []
    assert temporary_files(pid) == []
    assert resident_bytes(pid) - before < MOST_KEPT
    assert [line for line in log.read_text().splitlines() if line.startswith(("WARNING", "ERROR", "Traceback"))] == []
