"""How long a candidate who speaks waits for a follow-up of a language model that answers in 500 ms.

    make bench-spoken-follow-up                          (six minutes; ARGS="--answers 4" for a look)
    make bench-spoken-follow-up ARGS="--part stalling"   (the model says nothing: when the rule's words come)

One conversation, in real time, with the offline voice and the offline ear: `vivavoce serve`, and beside it a small
server that plays the model. Every other answer may be followed up by the model; code holds some back. Counted from the
end of the configured silence (2.65 s after the last word) to the follow-up's words, and to its sound, whole at the
client. While the candidate is silent the model is asked ahead; how often is told as well.

Everything is on the loopback address, bounded in count and time, and ended by id. Whisper's files are fetched once.
"""

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
import time
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx

from bench.voice import WHISPER, Pacer, spread
from bench.voice_in_browser import trim
from tests.model_server import ModelAsked, ModelServer, Part
from tests.providers.speaking import silence, speak
from tests.running import Furnished, Running, run_server
from tests.talking import SpeakingPage, begin_interview
from vivavoce.providers.ears.whisper_files import find_files
from vivavoce.sound.turn_end import PATIENCE, Pace

ANSWERS = 48
MODEL_SECONDS = 0.5
FLOOR_MS = 1_200.0  # p95, to the sound
LONGEST_MS = 3_000.0  # to the words, whatever the model does
PARTS = (Part.SLOW, Part.STALLING, Part.BUSY, Part.FAILING, Part.BROKEN_OFF)
TAKES_UP = "What came before"
# No two alike, since nobody is asked the same twice.
TOPICS = (
    "the archive of the town hall",
    "the kitchen on the second floor",
    "the night train to the north",
    "the greenhouse behind the school",
    "the payroll of three hundred people",
    "the bakery beside the harbour",
    "the lift in the old hospital",
    "the website of a small museum",
    "the warehouse near the motorway",
    "the garden of the embassy",
    "the training of new drivers",
    "the shop on the corner",
    "the bridge over the river",
    "the choir of our village",
    "the printing of a yearbook",
    "the phones in a call centre",
    "the roof of the swimming pool",
    "the market on Saturdays",
    "the boats of a sailing club",
    "the lights in a theatre",
    "the menu for a wedding",
    "the shelves of a pharmacy",
    "the horses at a stable",
    "the wiring of an aeroplane",
)
BEGINNINGS = ("Last year we rebuilt", "In spring I looked after", "For a while we checked", "At first I planned")
# To the follow-ups, which are not followed up themselves; what was said before would not be taken for an answer.
THEN = (
    "It took us three weeks in the end.",
    "My brother lent me his van.",
    "The first plan had no budget at all.",
    "We painted every wall before noon.",
    "Somebody had lost the only key.",
    "I counted the boxes twice a day.",
    "The rain stopped us for a month.",
    "Two students helped me on Fridays.",
    "A letter from the mayor arrived.",
    "Nobody had asked the neighbours.",
    "I bought the paper in another town.",
    "The old machine broke on Monday.",
    "They sent me a drawing by post.",
    "Our accountant found the mistake.",
    "I slept in the office that night.",
    "The dogs barked at every visitor.",
    "We borrowed chairs from a church.",
    "A radio station called me early.",
    "The ink was still wet at seven.",
    "I learned to weld in the evenings.",
    "My aunt cooked soup for everybody.",
    "The lorry came from the coast.",
    "We voted on it after lunch.",
    "An engineer checked my sums.",
)


def main() -> None:
    """Prints the figures; exit code 1 when a floor does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--answers", type=int, default=ANSWERS, help="half of them may be followed up")
    parser.add_argument("--part", choices=[part.value for part in PARTS], default=Part.SLOW.value, help="the model's")
    parser.add_argument("--wait", type=float, help="seconds that a candidate waits for a model; else as it is set")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load:.1f} before")
    find_files(WHISPER, ["registry", "hub"], say=print)
    begun = zip(cycle(BEGINNINGS), TOPICS, THEN, strict=False)
    told = [text for beginning, topic, then in begun for text in (f"{beginning} {topic}.", then)][: options.answers]
    stories = [trim(speak(text)) for text in told]
    with (
        tempfile.TemporaryDirectory(prefix="vivavoce-bench-") as folder,
        ModelServer(parts=[Part(options.part)], seconds=MODEL_SECONDS, answer=take_up) as model,
    ):
        environment = {
            "VIVAVOCE_VOICE": "on",
            "VIVAVOCE_WHISPER_FOLDER": str(WHISPER),
            "VIVAVOCE_LANGUAGE_MODELS": json.dumps(
                [{"url": model.url, "model": "a-model", "for": ["converse", "read"]}]
            ),
        }
        if options.wait is not None:
            environment["VIVAVOCE_LANGUAGE_MODEL_SECONDS"] = str(options.wait)
        with run_server(Path(folder) / "data", environment=environment) as running:
            furnished = running.furnish("bench")
            opened = begin_interview(
                running,
                furnished,
                max_followups=1,
                max_duration=3600,
                # One more than answers: where the model says nothing, hardly any is followed up.
                questions=[{"question": f"Tell me about task {number}."} for number in range(options.answers + 1)],
            )
            waits = asyncio.run(answer_all(SpeakingPage(opened), stories, running.url))
            lost = len(stories) - count_kept(running, furnished)
        asked = sum("follow_up" in request.told for request in model.asked)
    every = [*waits.words, *waits.others]
    print(
        f"follow-ups  {len(waits.words)} of {len(stories)} answers, by a model that takes {1000 * MODEL_SECONDS:.0f} ms"
    )
    print(f"            words {spread(waits.words)}")
    print(f"            sound {spread(waits.sounds)}; floor 1200 ms p95, aim 700 ms")
    print(
        f"next words  of all {len(every)} answers, a model that is {options.part}: {spread(every)}; floor 3000 ms;"
        f" answers lost {lost}"
    )
    print(f"asked       {asked} times for the next words; load {os.getloadavg()[0]:.1f} after")
    holds = max(every) <= LONGEST_MS and lost == 0
    if options.part == Part.SLOW.value:
        holds = holds and len(waits.sounds) >= len(stories) // 4 and p95(waits.sounds) <= FLOOR_MS
    print("floor holds" if holds else "THE FLOOR DOES NOT HOLD")
    sys.exit(0 if holds else 1)


def take_up(asked: ModelAsked) -> dict[str, Any]:
    """What the model says: a follow-up to words of the answer."""
    if '"is_there"' in asked.told:
        return {"is_there": True}
    if '"utterance"' in asked.told:
        return {"utterance": "answer", "reply": "", "quote": ""}
    quote = " ".join(json.loads(asked.user)["answer"].rstrip(".").split()[-4:])
    return {
        "aim": "how",
        "remark": "",
        "follow_up": f"{TAKES_UP} {quote}?",
        "quote": quote,
        "condition": "unsure",
        "condition_quote": "",
    }


def count_kept(running: Running, furnished: Furnished) -> int:
    """How many answers of the one attempt the details have."""
    (result,) = running.call("merchant-result-list", furnished.token)["data"]
    details = running.call("job-interview-details", furnished.token, interview_result_id=result["interview_result_id"])
    return sum(bool(turn.get("answer")) for turn in details["transcript"])


@dataclass(frozen=True, slots=True)
class FollowUpWaits:
    """Milliseconds beyond the silence: to the words of each follow-up of the model's, to its sound, to other words."""

    words: list[float] = field(default_factory=list)
    sounds: list[float] = field(default_factory=list)
    others: list[float] = field(default_factory=list)


async def answer_all(page: SpeakingPage, stories: list[bytes], url: str) -> FollowUpWaits:
    """How long each answer was waited after."""
    waits = FollowUpWaits()
    async with page, httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as browser:
        pace = Pacer(page)
        for number, story in enumerate(stories, 1):
            before = len(page.told)
            await page.play(number)
            await pace.speak(silence(0.4) + story)
            due = time.monotonic() + PATIENCE[Pace.NORMAL]
            quiet = asyncio.create_task(pace.keep_quiet())
            wanted = number + 1
            scene = await page.hear("scene", where=lambda message, n=wanted: message["number"] == n, after=before)  # type: ignore[misc]
            came = 1000 * (time.monotonic() - due)
            question = scene["question"]
            if question["text"].startswith(TAKES_UP) and question["audio"] is not None:
                answer = await browser.get(question["audio"], headers=page.opened.headers)
                answer.raise_for_status()
                waits.words.append(came)
                waits.sounds.append(1000 * (time.monotonic() - due))
            else:
                waits.others.append(came)
            quiet.cancel()
            await asyncio.wait([quiet])
    return waits


def p95(waits: list[float]) -> float:
    """The 95th percentile."""
    return sorted(waits)[min(len(waits) - 1, int(0.95 * len(waits)))]


if __name__ == "__main__":
    main()
