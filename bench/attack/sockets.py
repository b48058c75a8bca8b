"""Shouting sockets: one invited candidate opens very many and asks for the same on each, without a pause. And silent
ones: connections that never say anything, where a server may have few files open.
"""

import asyncio
import contextlib
import json
import multiprocessing
import socket
import time
from uuid import uuid4

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from bench.attack.ground import Bystander, Ground, may_open, somebody_else
from bench.attack.seen import Seen, p95_ms
from tests.talking import begin_interview, create_interview

SHOUTING = 200
SHOUT_SECONDS = 15.0
QUIET_SECONDS = 5.0
MOST_RATIO = 1.5
# Below it nobody notices, whatever the ratio to a quiet machine is.
NO_MATTER_MS = 50.0

FILES = 256
SILENT = 600
SOURCES = [f"127.0.1.{number}" for number in range(1, 61)]  # ten connections from each: no client stands out
HEALTH_SECONDS = 45.0
# By then whoever has not been answered never will be.
PATIENCE_SECONDS = 300.0


def attack_shouting(ground: Ground) -> list[Seen]:
    """How much longer another merchant's reads take while one candidate shouts."""
    with ground.server() as running:
        opened = begin_interview(running, ground.victim, by="type")
        interview = create_interview(running, ground.bystander)
        address = f"{running.url}/functions/v1/job-interview-get?interview_def_set_id={interview}"
        headers = {"Authorization": f"Bearer {ground.bystander.token}"}
        Bystander(address, headers).read_for(2)
        quiet = p95_ms(Bystander(address, headers).read_for(QUIET_SECONDS))
        context = multiprocessing.get_context("spawn")
        told: multiprocessing.Queue[tuple[int, int]] = context.Queue()
        # In a process of its own: what it costs to shout must not slow the measuring down.
        shouting = context.Process(target=shout, args=(opened.socket_url, opened.headers, told))
        with Bystander(address, headers).reading() as bystander:
            shouting.start()
            shouting.join(SHOUT_SECONDS + 60)
            if shouting.is_alive():
                shouting.kill()
                shouting.join()
        taken, messages = told.get(timeout=5)
        afterwards = _await_answer(address, headers=headers) is not None
    loud = p95_ms(bystander.took) if len(bystander.took) > 1 else float("inf")
    return [
        Seen(
            attack="shouting sockets",
            tried=f"{SHOUTING} sockets of one attempt for {SHOUT_SECONDS:g} s",
            limit=f"others' p95 ≤ {MOST_RATIO:g} × quiet, or {NO_MATTER_MS:g} ms",
            seen=f"{taken} sockets taken, {messages} messages; others' p95 {quiet:.0f} → {loud:.0f} ms"
            f" (× {loud / quiet:.1f}), {len(bystander.failures)} failed",
            is_held=loud <= max(MOST_RATIO * quiet, NO_MATTER_MS) and not bystander.failures,
            is_timed=True,
        ),
        Seen(
            attack="shouting sockets: others",
            tried=f"{SHOUTING} sockets of one attempt",
            limit="answered at all, during it and afterwards",
            seen=f"{len(bystander.took)} reads meanwhile, {'answered' if afterwards else 'nothing'} afterwards",
            is_held=bool(bystander.took) and afterwards,
        ),
    ]


def shout(address: str, headers: dict[str, str], told: "multiprocessing.Queue[tuple[int, int]]") -> None:
    """Opens the sockets and shouts; tells how many were taken, and how many messages were sent."""
    may_open(SHOUTING * 2 + 100)
    taken, messages = asyncio.run(_shout(address, headers))
    told.put((taken, messages))


async def _shout(address: str, headers: dict[str, str]) -> tuple[int, int]:
    until = asyncio.get_running_loop().time() + SHOUT_SECONDS
    taken = messages = 0

    async def shout() -> None:
        nonlocal taken, messages
        with contextlib.suppress(WebSocketException, OSError, TimeoutError):
            async with connect(address, additional_headers=headers, proxy=None, open_timeout=SHOUT_SECONDS) as line:
                taken += 1
                listening = asyncio.create_task(_listen(line))
                while asyncio.get_running_loop().time() < until:
                    wish = {"kind": "wish", "key": str(uuid4()), "number": 1, "wish": "repeat"}
                    await line.send(json.dumps(wish))
                    messages += 1
                    await asyncio.sleep(0)
                listening.cancel()

    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(SHOUT_SECONDS + 20):
            await asyncio.gather(*(shout() for _ in range(SHOUTING)))
    return taken, messages


async def _listen(line: object) -> None:
    with contextlib.suppress(WebSocketException):
        async for _ in line:  # type: ignore[attr-defined]
            pass


def attack_silent(ground: Ground) -> list[Seen]:
    """Whether a server with few files still says that it is well, while very many connections say nothing."""
    may_open(SILENT + 200)
    silent: list[socket.socket] = []
    with ground.server(files=FILES) as running:
        host, port = httpx.URL(running.url).host, httpx.URL(running.url).port
        assert port is not None
        try:
            for _ in range(SILENT):
                opened = socket.socket()
                opened.settimeout(0.5)
                opened.bind((SOURCES[len(silent) % len(SOURCES)], 0))
                silent.append(opened)
                if opened.connect_ex((host, port)) not in (0, 11, 115):
                    break  # the queue of the system is full: nobody else gets in either
            waited = _await_answer(f"{running.url}/healthz")
        finally:
            for opened in silent:
                opened.close()
    return [
        Seen(
            attack="silent sockets",
            tried=f"{len(silent)} at ulimit -n {FILES}",
            limit=f"/healthz answered within {HEALTH_SECONDS:g} s",
            seen=_after(waited),
            is_held=waited is not None and waited <= HEALTH_SECONDS,
            is_timed=True,
        ),
        Seen(
            attack="silent sockets: others",
            tried=f"{len(silent)} at ulimit -n {FILES}",
            limit="/healthz answered at all",
            seen=_after(waited),
            is_held=waited is not None,
        ),
    ]


def _after(waited: float | None) -> str:
    return f"not answered in {PATIENCE_SECONDS:g} s" if waited is None else f"answered after {waited:.1f} s"


def _await_answer(address: str, *, headers: dict[str, str] | None = None) -> float | None:
    """The seconds until somebody else was answered 200 there; None when that never came."""
    begun = time.monotonic()
    while time.monotonic() < begun + PATIENCE_SECONDS:
        with contextlib.suppress(httpx.HTTPError), somebody_else(headers=headers) as caller:
            if caller.get(address, timeout=5).status_code == 200:
                return time.monotonic() - begun
        time.sleep(0.5)
    return None
