"""Whether candidates who shout hold others up: another merchant's reads while nobody speaks, and while they do.

    make bench-shouting                   (about a minute; ARGS="--sockets 40 --seconds 5" for a look)

quiet    `vivavoce serve`, one process with its worker, the embedded database; merchant B reads an interview
         (`job-interview-get`) ten times a second, and nobody else is there
loaded   the same, while candidates of merchant A keep sockets open and send wishes as fast as the line takes them;
         whoever is closed connects again at once
         one     all sockets belong to one attempt
         many    four sockets to an attempt

Quiet and loaded take turns, so that both see the same machine; the ratio is that of the p95 over all turns of a run.
The shouting comes from a process of its own with the lowest priority: it is the server that is measured, not its noise.
Everything is on the loopback address, bounded in count and time, and ended by id.
"""

import argparse
import asyncio
import contextlib
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from tests.running import Furnished, Running, run_server
from tests.talking import begin_interview, create_interview
from vivavoce.client.candidate import OpenedInterview

SOCKETS = 200
MOST_SOCKETS = 400
READS_A_SECOND = 10
MOST_RATIO = 1.5
SETTLE = 5.0  # seconds until the noise is there
AN_ATTEMPT = 4  # sockets, where each shouts as much as it may
LOST = (ConnectionClosed, InvalidHandshake, InvalidMessage, OSError, TimeoutError)


@dataclass
class Shouted:
    """What became of it. closes: by code."""

    sent: int = 0
    heard: int = 0
    closes: Counter[int] = field(default_factory=Counter)

    def add(self, more: "Shouted") -> None:
        """Both together."""
        self.sent += more.sent
        self.heard += more.heard
        self.closes += more.closes


@dataclass(frozen=True, slots=True)
class Measured:
    """Times of another's reads, in milliseconds."""

    quiet_ms: list[float]
    loaded_ms: list[float]
    shouted: Shouted

    @property
    def ratio(self) -> float:
        """How much longer the p95 is for the noise."""
        return _p95(self.loaded_ms) / _p95(self.quiet_ms)


def main() -> None:
    """Runs both and prints the figures; exit code 1 when the ratio is above its floor."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sockets", type=int, default=SOCKETS, choices=range(1, MOST_SOCKETS + 1), metavar="N")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each turn")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--only", choices=("one", "many"))
    options = parser.parse_args()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"{machine}, Python {platform.python_version()}")
    worst = 0.0
    for name in (options.only,) if options.only else ("one", "many"):
        attempts = 1 if name == "one" else -(-options.sockets // AN_ATTEMPT)
        measured = measure(sockets=options.sockets, attempts=attempts, seconds=options.seconds, turns=options.turns)
        worst = max(worst, measured.ratio)
        _print(f"{name}: {options.sockets} sockets, {attempts} attempts", measured)
    print("the floor holds" if worst <= MOST_RATIO else "THE FLOOR DOES NOT HOLD")
    sys.exit(0 if worst <= MOST_RATIO else 1)


def measure(*, sockets: int, attempts: int, seconds: float, turns: int) -> Measured:
    """Quiet and loaded in turn, on a server of its own."""
    with tempfile.TemporaryDirectory(prefix="vivavoce-bench-") as folder, run_server(Path(folder) / "data") as running:
        loud, calm = running.furnish("loud"), running.furnish("calm")
        opened = [begin_interview(running, loud, by="type") for _ in range(attempts)]
        read = (running, calm, create_interview(running, calm))
        return asyncio.run(_measure(read, opened, sockets=sockets, seconds=seconds, turns=turns))


async def _measure(
    read: tuple[Running, Furnished, str], opened: list[OpenedInterview], *, sockets: int, seconds: float, turns: int
) -> Measured:
    measured = Measured([], [], Shouted())
    await _read_for(*read, seconds=1)  # the first ones are slow by themselves
    for _ in range(turns):
        measured.quiet_ms.extend(await _read_for(*read, seconds=seconds))
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
            length = seconds + SETTLE + 1
            shouting = asyncio.get_running_loop().run_in_executor(apart, shout_for, opened, sockets, length)
            await asyncio.sleep(SETTLE)
            measured.loaded_ms.extend(await _read_for(*read, seconds=seconds))
            measured.shouted.add(await shouting)
    return measured


def shout_for(opened: list[OpenedInterview], sockets: int, seconds: float) -> Shouted:
    """All of the noise, in a process of its own."""
    os.nice(19)
    if sys.platform == "linux":  # there what is idle gives way at once to whoever wakes up
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    return asyncio.run(_shout_all(opened, sockets, seconds))


async def _shout_all(opened: list[OpenedInterview], sockets: int, seconds: float) -> Shouted:
    shouted = Shouted()
    shouting = [asyncio.create_task(_shout(opened[number % len(opened)], shouted)) for number in range(sockets)]
    await asyncio.sleep(seconds)
    for task in shouting:
        task.cancel()
    await asyncio.wait(shouting)
    return shouted


async def _read_for(running: Running, furnished: Furnished, interview_id: str, *, seconds: float) -> list[float]:
    """How long each read took, in milliseconds; a slow one does not put off the next."""
    headers = {"Authorization": f"Bearer {furnished.token}"}
    async with httpx.AsyncClient(base_url=running.url, headers=headers, trust_env=False, timeout=30) as caller:

        async def read() -> float:
            began = time.perf_counter()
            answer = await caller.get("/functions/v1/job-interview-get", params={"interview_id": interview_id})
            answer.raise_for_status()
            return (time.perf_counter() - began) * 1000

        reads = []
        for _ in range(int(seconds * READS_A_SECOND)):
            reads.append(asyncio.create_task(read()))
            await asyncio.sleep(1 / READS_A_SECOND)
        return await asyncio.gather(*reads)


async def _shout(opened: OpenedInterview, shouted: Shouted) -> None:
    while True:
        with contextlib.suppress(*LOST):
            async with connect(opened.socket_url, additional_headers=opened.headers, proxy=None) as line:
                hearing = asyncio.create_task(_hear(line, shouted))
                try:
                    while not hearing.done():
                        await line.send(json.dumps(_wish()))
                        shouted.sent += 1
                        await asyncio.sleep(0)
                finally:
                    hearing.cancel()
                    if line.close_code is not None:
                        shouted.closes[line.close_code] += 1
        await asyncio.sleep(0.05)  # no loop without a pause where nobody answers


async def _hear(line: Any, shouted: Shouted) -> None:
    with contextlib.suppress(ConnectionClosed):
        async for _ in line:
            shouted.heard += 1


def _wish() -> dict[str, Any]:
    return {"kind": "wish", "key": str(uuid4()), "number": 1, "wish": "repeat"}


def _p95(times_ms: list[float]) -> float:
    return statistics.quantiles(times_ms, n=20)[-1]


def _print(name: str, measured: Measured) -> None:
    print(name)
    for kind, times_ms in (("quiet", measured.quiet_ms), ("loaded", measured.loaded_ms)):
        print(
            f"  {kind:7} {len(times_ms):4} reads: p50 {statistics.median(times_ms):.1f} ms, "
            f"p95 {_p95(times_ms):.1f} ms, longest {max(times_ms):.1f} ms"
        )
    shouted = measured.shouted
    closes = ", ".join(f"{count} by {code}" for code, count in sorted(shouted.closes.items()))
    print(f"  sent {shouted.sent:,}, told {shouted.heard:,}, closed {closes or 'none'}")
    print(f"  ratio of p95: {measured.ratio:.2f} (at most {MOST_RATIO})")


if __name__ == "__main__":
    main()
