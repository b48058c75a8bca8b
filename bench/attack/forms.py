"""Form bombs: bodies for pages that need no sign-in, made to fill the disk and the memory and to hold up everybody.

A file part of some megabytes, sent in pieces without a length; many fields; letters that are all written `%41`; many
small file parts. Each address that takes a form is tried, most of them with an id that leads nowhere.
"""

import itertools
import os
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from uuid import uuid4

import httpx

from bench.attack.ground import Bystander, Ground, forget_peak, memory_mb, p95_or_nothing, temporary_files
from bench.attack.seen import Seen, p95_ms

POSTS = 200
AT_ONCE = 6
MOST_MB = 20.0
MOST_MS = 50.0  # for a page of others, meanwhile
SETTLE_SECONDS = 5.0
MB = 1024 * 1024
EDGE = "a-bomb"
MULTIPART = f"multipart/form-data; boundary={EDGE}"
URLENCODED = "application/x-www-form-urlencoded"


def attack(ground: Ground) -> list[Seen]:
    """200 hostile posts, and what is left of them in the server."""
    with ground.server() as running:
        process = running.process.pid
        page = f"{running.url}/interview/at/bystander/"
        Bystander(page).read_for(2)  # what is loaded once is loaded
        quiet = p95_ms(Bystander(page).read_for(3))
        before = memory_mb(process)
        forget_peak(process)
        # In a process of its own: what it costs to send must not slow the measuring down.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
            apart.submit(time.sleep, 0).result()  # it has started
            with Bystander(page).reading() as bystander:
                statuses = apart.submit(bomb, running.url).result()
        time.sleep(SETTLE_SECONDS)
        grown, peak = memory_mb(process) - before, memory_mb(process, at="VmHWM") - before
        open_files = temporary_files(process)
        told = ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
        quiet_after = p95_ms(Bystander(page).read_for(3))
        others = p95_or_nothing(bystander)
    tried = f"{POSTS} posts"
    return [
        Seen(
            attack="form bombs: memory",
            tried=tried,
            limit=f"≤ {MOST_MB:g} MB more",
            seen=f"{grown:+.0f} MB, {peak:+.0f} at most; {told}",
            is_held=grown <= MOST_MB,
        ),
        Seen(
            attack="form bombs: others' page",
            tried=tried,
            limit=f"p95 < {MOST_MS:g} ms, none failed",
            seen=f"{others}; quiet {quiet:.0f} ms before, {quiet_after:.0f} ms after",
            is_held=len(bystander.took) > 1 and p95_ms(bystander.took) < MOST_MS and not bystander.failures,
            is_timed=not bystander.failures,
        ),
        Seen(
            attack="form bombs: disk",
            tried=tried,
            limit="no file left open",
            seen=f"{len(open_files)} open in the temporary folder",
            is_held=not open_files,
        ),
    ]


def bomb(url: str) -> Counter[str]:
    """Sends all of them, at the lowest priority, to slow nobody but the server; how often each status came back."""
    os.nice(19)
    addresses = itertools.cycle(
        [
            "/interview/at/nobody/sign-out",
            "/interview/at/victim/sign-in",
            "/interview/at/victim/code",
            "/interview/at/victim/erase",
            f"/interview/take/{uuid4()}/begin",
            f"/interview/take/{uuid4()}/enter",
            f"/interview/take/{uuid4()}/person",
            f"/interview/{uuid4()}/start",
            f"/interview/{uuid4()}/results/hand-in",
            f"/interview/{uuid4()}/results/film",
        ]
    )
    kinds = itertools.cycle(BOMBS)
    jobs = [(url + next(addresses), next(kinds), url) for _ in range(POSTS)]
    with ThreadPoolExecutor(AT_ONCE) as senders:
        return Counter(senders.map(lambda job: _post(*job), jobs))


def _post(address: str, kind: str, origin: str) -> str:
    content_type, pieces = BOMBS[kind]
    with httpx.Client(timeout=60, trust_env=False) as client:
        try:
            # A generator is sent in chunks: nobody knows its length beforehand.
            answer = client.post(address, content=pieces(), headers={"Content-Type": content_type, "Origin": origin})
        except httpx.HTTPError:
            return "cut off"
    return str(answer.status_code)


def _one_file() -> Iterator[bytes]:
    yield f'--{EDGE}\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'.encode()
    for _ in range(64):
        yield b"x" * (MB // 16)
    yield f"\r\n--{EDGE}--\r\n".encode()


def _many_files() -> Iterator[bytes]:
    for number in range(900):
        head = f'--{EDGE}\r\nContent-Disposition: form-data; name="f{number}"; filename="f"\r\n\r\n'
        yield head.encode() + b"x" * 2_000 + b"\r\n"
    yield f"--{EDGE}--\r\n".encode()


def _unfinished_file() -> Iterator[bytes]:
    yield f'--{EDGE}\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'.encode()
    for _ in range(64):
        yield b"x" * (MB // 16)


def _many_fields() -> Iterator[bytes]:
    for number in range(900):
        yield f"f{number}=".encode() + b"x" * 2_000 + b"&"


def _large_fields() -> Iterator[bytes]:
    for number in range(40):
        yield f"f{number}=".encode() + b"x" * MB + b"&"


def _percent() -> Iterator[bytes]:
    yield b"name="
    for _ in range(16):
        yield b"%41" * (MB // 48)


BOMBS = {
    "one file": (MULTIPART, _one_file),
    "many files": (MULTIPART, _many_files),
    "unfinished file": (MULTIPART, _unfinished_file),
    "many fields": (URLENCODED, _many_fields),
    "large fields": (URLENCODED, _large_fields),
    "percent": (URLENCODED, _percent),
}
