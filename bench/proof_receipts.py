"""How soon answers that are typed have their receipts while many are recorded: a part of bench/proof.py.

The recording comes from a process of its own, so that it is the server that is measured.
"""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from bench.conversation import FLOOR_MS, SECONDS_BETWEEN, hold_all, invite
from bench.proof_kills import VOICE
from bench.voice import cpu_seconds
from tests.journeys.desk import Desk
from tests.journeys.speaker import published
from tests.providers.speaking import WHISPER
from tests.recorded_page import FRAME_BYTES, PICTURED, RecordedPage
from tests.running import WITHOUT_RATES, run_server
from tests.talking import begin_at, create_interview
from vivavoce.client.candidate import OpenedInterview
from vivavoce.providers.ears.whisper_files import find_files

SETTLE = 5.0  # seconds until all are recorded, and again until all have ended


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRecordings:
    """What had its receipt. waits: for those of parts, in milliseconds. unheard: seconds of sound that had none."""

    parts: int
    waits: list[float]
    heard_seconds: float
    unheard: float


def type_beside_recordings(*, recorded: int, typing: int, seconds: int, with_sound: bool) -> bool:
    """Whether the floor holds."""
    find_files(WHISPER, ["registry", "hub"], say=print)
    with (
        tempfile.TemporaryDirectory(prefix="vivavoce-bench-") as folder,
        # Only where one can speak, a camera is asked for.
        run_server(Path(folder) / "data", environment=WITHOUT_RATES | VOICE) as running,
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as others,
    ):
        furnished = running.furnish("bench")
        interview_id = create_interview(running, furnished, **PICTURED)
        links = invite(running, furnished, typing, questions=2 + seconds // round(SECONDS_BETWEEN))
        published(Desk(running, furnished), "")  # nothing is spoken meanwhile
        with ThreadPoolExecutor(4) as people:
            opened = list(
                people.map(lambda _: begin_at(running, furnished, interview_id, shows_face=True), range(recorded))
            )
        before = os.getloadavg()[0]
        recording = others.submit(record_all, opened, seconds + 3 * SETTLE, has_sound=with_sound)
        began, used = time.monotonic(), cpu_seconds(running.process.pid)
        receipts, _ = asyncio.run(_after(SETTLE, links, seconds))
        percent = 100 * (cpu_seconds(running.process.pid) - used) / (time.monotonic() - began)
        kept = recording.result()
    p95 = statistics.quantiles(receipts, n=20, method="inclusive")[-1]
    print(
        f"receipts    {recorded} recorded, {typing} type for {seconds} s, load {before:.1f} before and"
        f" {os.getloadavg()[0]:.1f} after: {len(receipts)} receipts, p50 {statistics.median(receipts):.1f} ms, p95"
        f" {p95:.1f} ms, longest {max(receipts):.1f} ms (floor {FLOOR_MS:.0f} ms)"
    )
    part_p95 = statistics.quantiles(kept.waits, n=20, method="inclusive")[-1]
    print(
        f"            the serving process took {percent:.0f} % of a core; {kept.parts} parts of pictures kept, p50"
        f" {statistics.median(kept.waits):.1f} ms, p95 {part_p95:.1f} ms; {kept.heard_seconds:.0f} s of sound, at the"
        f" end {kept.unheard:.1f} s at most without a receipt"
    )
    return p95 <= FLOOR_MS


async def _after(wait: float, links: list[str], seconds: int) -> tuple[list[float], list[float]]:
    await asyncio.sleep(wait)
    return await hold_all(links, seconds)


def record_all(opened: Sequence[OpenedInterview], seconds: float, *, has_sound: bool) -> KeptRecordings:
    """Records all of them at once, for so long."""
    return asyncio.run(_record_all(opened, seconds, has_sound=has_sound))


async def _record_all(opened: Sequence[OpenedInterview], seconds: float, *, has_sound: bool) -> KeptRecordings:
    pages = [RecordedPage(page, has_sound=has_sound) for page in opened]
    over = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for page in pages:
            group.create_task(page.record(over))
            await asyncio.sleep(1.0 / len(pages))  # nobody begins at the same moment
        await asyncio.sleep(seconds)
        over.set()
    return KeptRecordings(
        parts=sum(page.camera.kept for page in pages),
        waits=[wait for page in pages for wait in page.camera.waits],
        heard_seconds=sum(len(page.heard) for page in pages) / 32_000,
        unheard=max(len(page.page.waiting) for page in pages) * FRAME_BYTES / 32_000,
    )
