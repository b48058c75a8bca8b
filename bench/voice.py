"""What the living voice costs, loses, and how long a candidate waits for the next words.

    make bench-voice                            (about half an hour; ARGS="--only drops" for a look)
    make bench-voice ARGS="--only browser"      (twenty minutes; with --answers 6 --at-once 1 three)

    drops   one conversation on the loopback address, whose line is cut 100 times, half of the sound recorded while it
            is down; what is on the server's disk is compared with what was recorded
    cost    20 conversations at once, each in real time: 12 s of speech, 5 s of silence, again and again; processor time
            and memory of the serving process, its ear process and its worker apart
    wait    1 and 4 conversations at once, in real time, answers of 10 to 20 s by the offline voice, the offline ear:
            from the end of the configured silence (2.65 s after the last word) to the next question, and to its sound
    browser the same with a real Chromium, whose microphone is a WAV: to the sound as it is heard in the page, apart for
            questions that were written (and spoken) beforehand and for follow-ups that are decided by what was
            understood; among 4 at once, the others are synthetic clients. How it is measured: voice_in_browser.py

Everything is on the loopback address, bounded in count and time, and ended by id. Whisper's files are fetched once.
"""

import argparse
import asyncio
import os
import platform
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.voice_in_browser import Listened, listen_in_browser, trim
from tests.journeys.chromium import CHROMIUM
from tests.journeys.desk import Desk
from tests.providers.speaking import noise, silence, speak
from tests.running import Furnished, Running, run_server
from tests.talking import FRAME_BYTES, SpeakingPage, begin_interview
from vivavoce.providers.ears.whisper_files import find_files
from vivavoce.sound.turn_end import PATIENCE, Pace

WHISPER = Path(tempfile.gettempdir()) / "vivavoce-test-whisper-base"
CUTS = 100
CONVERSATIONS = 20
COST_SECONDS = 60.0
COST_FLOOR_PERCENT, COST_FLOOR_MB = 2.0, 2.0  # of a core, and of memory, a conversation
WAIT_FLOOR_MS = 2_500.0  # median, one conversation, with the offline ear
BROWSER_FLOORS_MS = {"published": 400.0, "follow-ups": 2_500.0}  # medians, one conversation
BROWSER_AIMS_MS = {"published": "200 ms p50", "follow-ups": "1200 ms p50, 2500 ms p95"}
LEAST = 10  # of each kind: fewer tell too little
ROUNDS = 12
MOST_ROUNDS = 58  # of a conversation beside the browser's, which has 60 questions
ANSWERS = 24
PARTS = ("drops", "wait", "browser", "cost")
STORIES = (
    "Last spring our team of five had to move the whole archive to a new building within three weeks. I drew up the "
    "plan, and asked every department what it could not do without. We moved those boxes last.",
    "I begin by asking what would happen if we did nothing. Then I write down what I know, what I guess, and whom I "
    "have to ask. Last year that saved us from buying a machine that we did not need at all.",
    "A colleague and I disagreed about a deadline. I asked him to show me his numbers, found that he was right about "
    "the testing, and told our manager so. We moved the date by a week, and then we kept it.",
    "I would measure it before I change anything. The last time it was a query without an index. It took four seconds, "
    "and forty milliseconds after I had added one. Nobody had looked at it for two years.",
)


def main() -> None:
    """Runs what was asked for and prints the figures; exit code 1 when a floor does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="answers of each conversation that waits")
    parser.add_argument("--answers", type=int, default=ANSWERS, help="of the browser's; 25 seconds each")
    parser.add_argument("--cuts", type=int, default=CUTS, help="of the line, of drops")
    parser.add_argument("--at-once", nargs="*", type=int, default=[1, 4], help="conversations, of wait and of browser")
    options = parser.parse_args()
    if "browser" in options.only and CHROMIUM is None:
        sys.exit("This needs Chromium (Debian: apt-get install chromium), or --only drops wait cost.")
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load:.1f} before")
    find_files(WHISPER, ["registry", "hub"], say=print)
    stories = [trim(speak(story)) for story in STORIES]
    environment = {"VIVAVOCE_VOICE": "on", "VIVAVOCE_WHISPER_FOLDER": str(WHISPER)}
    holds = True
    with (
        tempfile.TemporaryDirectory(prefix="vivavoce-bench-") as folder,
        run_server(Path(folder) / "data", environment=environment) as running,
    ):
        bench = Bench(running, running.furnish("bench"), stories)
        if "drops" in options.only:
            holds &= asyncio.run(bench.drop(options.cuts))
        if "wait" in options.only:
            for count in options.at_once:
                holds &= asyncio.run(bench.wait(count, rounds=options.rounds))
        if "browser" in options.only:
            for count in options.at_once:
                holds &= bench.listen(count, answers=options.answers)
        if "cost" in options.only:  # last: it leaves more to be heard than one ear hears in a minute
            holds &= asyncio.run(bench.cost())
    print("floors hold" if holds else "A FLOOR DOES NOT HOLD")
    sys.exit(0 if holds else 1)


@dataclass(frozen=True, slots=True)
class Bench:
    """A server and what is said to it."""

    running: Running
    furnished: Furnished
    stories: Sequence[bytes]

    async def drop(self, cuts: int) -> bool:
        """Whether no frame was lost or doubled."""
        page = await self._open()
        sent = noise(cuts * 1.0, db=-60) + silence(0.1)
        half = len(sent) // (2 * cuts) // FRAME_BYTES * FRAME_BYTES
        for cut in range(cuts):
            at = 2 * half * cut
            await page.speak(sent[at : at + half])
            await page.drop()
            await page.speak(sent[at + half : at + 2 * half])  # nobody hears it yet
            await page.open()
        await page.speak(sent[2 * half * cuts :])
        await page.hear("heard_to", where=lambda message: message["next"] == page.next)
        await page.leave()
        (path,) = self.running.folder.glob(f"sound/*/{page.opened.attempt_id}/microphone-*.pcm")
        kept = await asyncio.to_thread(path.read_bytes)
        print(
            f"drops       {cuts} cuts, {page.next} frames: {'the same' if kept == sent else 'NOT THE SAME'} on the disk"
        )
        return kept == sent

    async def cost(self) -> bool:
        """Whether the floors hold at 20 conversations."""
        first = await self._open()  # whatever is loaded once is loaded now
        await self._talk(first, seconds=20)
        server = self.running.process.pid
        memory = _resident_mb(server)
        pages = [await self._open() for _ in range(CONVERSATIONS)]
        before, began = cpu_seconds(server), time.monotonic()
        await asyncio.gather(*(self._talk(page, seconds=COST_SECONDS, after=at * 0.3) for at, page in enumerate(pages)))
        took = time.monotonic() - began
        percent = 100 * (cpu_seconds(server) - before) / took / CONVERSATIONS
        more = (_resident_mb(server) - memory) / CONVERSATIONS
        for page in (first, *pages):
            await page.leave()
        deaf = sum(any(message["kind"] == "typing_only" for message in page.told) for page in pages)
        late = max(len(page.waiting) for page in pages) * FRAME_BYTES / 32_000
        print(
            f"cost        {CONVERSATIONS} conversations for {took:.0f} s: {percent:.2f} % of a core and {more:.2f} MB"
            f" each, of the serving process ({_resident_mb(server):.0f} MB in all); at the end at most {late:.1f} s"
            f" of sound without a receipt; {deaf} were no longer heard"
        )
        return percent <= COST_FLOOR_PERCENT and more <= COST_FLOOR_MB and not deaf

    async def wait(self, count: int, *, rounds: int) -> bool:
        """Whether the next question comes soon enough, so many conversations at once."""
        waits = await asyncio.gather(*(self._answer_all(rounds, after=at * 4.3) for at in range(count)))
        questions = [wait for waited in waits for wait in waited.questions]
        sounds = [wait for waited in waits for wait in waited.sounds]
        print(
            f"wait        {count} at once, {len(questions)} answers: next question {spread(questions)};"
            f" its sound {spread(sounds)}"
        )
        return count > 1 or statistics.median(questions) <= WAIT_FLOOR_MS

    def listen(self, count: int, *, answers: int) -> bool:
        """Whether the next words are heard soon enough in a real browser, beside so many conversations less one."""
        desk = Desk(self.running, self.furnished)
        before = os.getloadavg()[0]
        with tempfile.TemporaryDirectory(prefix="vivavoce-bench-") as folder, self._beside(count - 1):
            heard = listen_in_browser(desk, Path(folder), answers=answers, name=f"{count} at once")
        print(f"browser     {count} at once, load {before:.1f} before and {os.getloadavg()[0]:.1f} after")
        return _tell_heard(heard, is_judged=count == 1, least=min(LEAST, answers // 3))

    @contextmanager
    def _beside(self, count: int) -> Iterator[None]:
        """So many conversations of synthetic clients, which go on while the block does."""
        runner, over = asyncio.Runner(), asyncio.Event()
        loop = runner.get_loop()

        async def talk() -> None:
            talks = [asyncio.create_task(self._answer_all(MOST_ROUNDS, after=at * 4.3)) for at in range(count)]
            await over.wait()
            ended = sum(talking.done() for talking in talks)
            for talking in talks:
                talking.cancel()
            await asyncio.gather(*talks, return_exceptions=True)
            if ended:
                print(f"            {ended} of the {count} others had ended before: the load was less")

        thread = threading.Thread(target=runner.run, args=(talk(),), name="others")
        thread.start()
        try:
            yield
        finally:
            loop.call_soon_threadsafe(over.set)
            thread.join()
            runner.close()  # with what the conversations had begun

    async def _open(self) -> SpeakingPage:
        opened = await asyncio.to_thread(
            begin_interview,
            self.running,
            self.furnished,
            max_followups=1,
            max_duration=3600,
            questions=[{"question": f"Tell me about task {number}."} for number in range(60)],
        )
        page = SpeakingPage(opened)
        await page.open()
        return page

    async def _talk(self, page: SpeakingPage, *, seconds: float, after: float = 0.0) -> None:
        """Speaks and is silent, in real time."""
        await asyncio.sleep(after)
        sound = (self.stories[0] + silence(12))[: 12 * 32_000] + silence(5)
        await page.play(1)
        pace, until = Pacer(page), time.monotonic() + seconds
        while time.monotonic() < until:
            await pace.speak(sound)

    async def _answer_all(self, rounds: int, *, after: float) -> "Waits":
        page = await self._open()
        await asyncio.sleep(after)
        waits, pace = Waits([], []), Pacer(page)
        async with httpx.AsyncClient(base_url=self.running.url, trust_env=False, timeout=30) as browser:
            for number in range(1, rounds + 1):
                before = len(page.told)
                await page.play(number)
                await pace.speak(silence(0.4) + self.stories[number % len(self.stories)])
                due = time.monotonic() + PATIENCE[Pace.NORMAL]
                quiet = asyncio.create_task(pace.keep_quiet())
                wanted = number + 1
                scene = await page.hear("scene", where=lambda message, n=wanted: message["number"] == n, after=before)  # type: ignore[misc]
                waits.questions.append(1000 * (time.monotonic() - due))
                if scene["question"]["audio"] is not None:
                    answer = await browser.get(scene["question"]["audio"], headers=page.opened.headers)
                    if answer.status_code == 200:
                        waits.sounds.append(1000 * (time.monotonic() - due))
                quiet.cancel()
                await asyncio.wait([quiet])
        await page.leave()
        return waits


@dataclass(frozen=True, slots=True)
class Waits:
    """Milliseconds beyond the configured silence."""

    questions: list[float]
    sounds: list[float]


class Pacer:
    """Sends sound as a microphone makes it: by the clock, however late a step comes."""

    def __init__(self, page: SpeakingPage) -> None:
        self._page = page
        self._due = time.monotonic()

    async def speak(self, pcm: bytes) -> None:
        """In real time."""
        self._due = max(self._due, time.monotonic() - 0.2)
        for at in range(0, len(pcm) // FRAME_BYTES * FRAME_BYTES, FRAME_BYTES):
            self._due += FRAME_BYTES / 32_000
            await asyncio.sleep(self._due - time.monotonic())
            await self._page.speak(pcm[at : at + FRAME_BYTES])

    async def keep_quiet(self) -> None:
        """Until it is cancelled."""
        while True:
            await self.speak(silence(1))


def spread(waits: list[float]) -> str:
    """How long, in the middle, mostly and at the longest."""
    if len(waits) < 2:
        return "too few to tell"
    p95 = statistics.quantiles(waits, n=20, method="inclusive")[-1]
    return f"p50 {statistics.median(waits):.0f} ms, p95 {p95:.0f} ms, longest {max(waits):.0f} ms"


def _tell_heard(heard: Listened, *, is_judged: bool, least: int) -> bool:
    """Whether the floors hold, and all was heard that was to be. least: waits of each kind."""
    holds = not heard.trouble and not (is_judged and heard.missing)
    for kind, floor in BROWSER_FLOORS_MS.items():
        waits = [answer for answer in heard.waits if answer.is_followed_up == (kind == "follow-ups")]
        sounds = [answer.heard for answer in waits]
        print(f"            {kind}: {len(waits)} heard, {spread(sounds)}; aim {BROWSER_AIMS_MS[kind]}")
        if waits:
            names = ("over", "scene", "begun")
            steps = (f"{name} {statistics.median(getattr(answer, name) for answer in waits):+.0f}" for name in names)
            print(f"            {'':{len(kind)}}  on the way, p50: {', '.join(steps)} ms")
        holds &= len(waits) >= least and (not is_judged or statistics.median(sounds) <= floor)
    if heard.missing or heard.trouble:
        print(f"            after {heard.missing} answers nothing was heard before the next one began. {heard.trouble}")
    return holds


def cpu_seconds(process: int) -> float:
    """Of this process, its threads included, its children not."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_mb(process: int) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
