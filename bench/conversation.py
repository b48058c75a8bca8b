"""How soon an answer is acknowledged while many candidates type, and how long the conductor thinks.

    make bench-conversation               (about two minutes; ARGS="--seconds 20" for a look)

    acknowledged   `vivavoce serve`, one process with its worker, the embedded database; 50 candidates, each on a
                   WebSocket of its own, send an answer of 60 words every 5 s and a draft of it in between; from the
                   sending to the receipt, and to the next question
    round trips    to the database and back, counted on the line: of each thing that happens in a typed interview, on
                   one line that holds what it knows, and each by itself as by POST
    decision       `conversation/conductor.py` alone: an answer of 60, of 600 and of 3,600 words (the longest) in a
                   course of 20 questions with rubrics, three follow-ups to a question; the whole decision and the
                   next turn

Everything is on the loopback address, bounded in count and time, and ended by id.
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect

from tests.builders import a_house
from tests.round_trips import count_interview, counting
from tests.running import Furnished, Running, run_server
from vivavoce.attempts.states import AttemptState
from vivavoce.client.candidate import open_interview
from vivavoce.conversation.conductor import decide
from vivavoce.conversation.course import Conversation, Course
from vivavoce.conversation.happenings import Answered
from vivavoce.conversation.lines import Manner
from vivavoce.conversation.turns import next_turn
from vivavoce.db.address import DatabaseAddress, embedded_address
from vivavoce.db.database import open_database
from vivavoce.db.embedded import hold
from vivavoce.db.upgrade import upgrade
from vivavoce.interviews.draft import Tone
from vivavoce.interviews.steps import SentQuestion, lay_steps

CANDIDATES = 50
SECONDS_BETWEEN = 5.0
FLOOR_MS = 100.0  # p95 of the receipts
DECISION_FLOOR_MS = 1.0
MOST_ROUND_TRIPS = 6  # of an answer in the middle
STORY = (
    "Last spring our team of five had to move the whole archive to a new building within three weeks. I drew up the "
    "plan, asked every department what it could not do without, and we moved those boxes last. On the day itself two "
    "vans did not come, so I called a friend with a lorry. Nothing was lost, and we finished a day early."
)  # 60 words
CLAIMS = {
    "weak": ["Names a task that they were responsible for", "Says what they did themselves"],
    "moderate": ["Explains how they planned the work", "Names an obstacle and how they dealt with it"],
    "strong": ["Gives a measured result", "Says what they would do differently"],
}


def main() -> None:
    """Runs both and prints the figures; exit code 1 when a floor does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=60, help="of load")
    parser.add_argument("--candidates", type=int, default=CANDIDATES)
    options = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    worst = _measure_decisions()
    most = _print_round_trips()
    with tempfile.TemporaryDirectory(prefix="vivavoce-bench-") as folder, run_server(Path(folder) / "data") as running:
        links = invite(running, running.furnish("bench"), options.candidates)
        receipts, scenes = asyncio.run(hold_all(links, options.seconds))
    receipt_p95 = _print("receipt", receipts)
    _print("next question", scenes)
    holds = receipt_p95 <= FLOOR_MS and worst <= DECISION_FLOOR_MS and most <= MOST_ROUND_TRIPS
    print("floors hold" if holds else "A FLOOR DOES NOT HOLD")
    sys.exit(0 if holds else 1)


def _print(name: str, waits_ms: list[float]) -> float:
    p50, p95 = statistics.median(waits_ms), statistics.quantiles(waits_ms, n=20)[-1]
    print(f"{name:14} {len(waits_ms):5} times: p50 {p50:.1f} ms, p95 {p95:.1f} ms, longest {max(waits_ms):.1f} ms")
    return p95


# --- The conductor alone -------------------------------------------------------------------------------------------


def _measure_decisions() -> float:
    """The slower median of the answers that people give, in milliseconds; the longest is only shown."""
    medians = []
    for words in (60, 600, 3_600):
        answer = " ".join(STORY.split() * (words // 60))
        medians.append(_measure_decision(answer))
        print(f"decision       after {words} words: median {medians[-1]:.3f} ms")
    return max(medians[:2])


def _measure_decision(words: str) -> float:
    questions = [SentQuestion(text=f"Tell me about task {number}.", expectations=CLAIMS) for number in range(20)]
    steps = lay_steps(questions, keeps_duplicates=True, new_id=uuid4)
    claims = tuple(claim for some in CLAIMS.values() for claim in some)
    course = Course(
        manner=Manner(language="en", tone=Tone.RELAXED, style=None, seniority=None, company="Acme", role="Archivist"),
        steps=steps,
        is_reviewed=True,
        max_seconds=1e9,
        max_follow_ups=3,
        claims={step.id: claims for step in steps},
    )
    took = []
    for _ in range(20):
        conversation = Conversation(state=AttemptState.BEGUN)
        for number in range(1, 41):
            if conversation.state is not AttemptState.BEGUN:
                break
            # Another text each time, as in life: nothing of it is remembered from before.
            answered = Answered(key=UUID(int=number), number=number, text=f"{words} {uuid4().hex}")
            began = time.perf_counter()
            conversation = decide(course, conversation, answered).conversation
            next_turn(course, conversation)
            took.append((time.perf_counter() - began) * 1000)
            conversation = replace(conversation, open_seconds=1.0)
    return statistics.median(took)


# --- Round trips ----------------------------------------------------------------------------------------------------


def _print_round_trips() -> int:
    """Those of an answer in the middle, by itself."""
    with tempfile.TemporaryDirectory(prefix="vivavoce-bench-") as folder:
        Path(folder).chmod(0o755)  # the database's own user goes through it
        with hold(Path(folder), say=lambda _: None) as server:
            address = embedded_address(server.socket_dir, server.database)
            upgrade(address)
            on_line, by_itself = asyncio.run(_count_round_trips(address))
    for name in on_line:
        print(f"round trips    {name}: {on_line[name]} on one line, {by_itself[name]} by itself")
    return by_itself["answer in the middle"]


async def _count_round_trips(address: DatabaseAddress) -> list[dict[str, int]]:
    counted = []
    # One connection, so that every statement was prepared there after the first interview.
    async with counting(address) as (line, counter), open_database(line, connections=1) as database:
        house = await a_house(database)
        for is_held in (True, False):
            await count_interview(database, counter, house, is_held=is_held)
            counted.append(await count_interview(database, counter, house, is_held=is_held))
    return counted


# --- Many candidates -----------------------------------------------------------------------------------------------


def invite(running: Running, furnished: Furnished, count: int, *, questions: int = 60) -> list[str]:
    """Links of so many candidates to one interview of so many questions."""
    body: dict[str, Any] = {
        "name": "Archivist",
        "location": "remote",
        "interview_template_id": furnished.template_id,
        "mojito_language_code": "en",
        "description": "Archivist",
        "status": "active",
        "type": "interview",
        "visibility": "merchant_unlisted",
        "max_duration": 3600,
        "questions": [
            {"question": f"Tell me about task {number}.", "candidate_expectations_json": CLAIMS}
            for number in range(questions)
        ],
    }
    created = running.call("job-interview-create-from-array", furnished.token, body=body)
    users = [{"email": f"c{number}@example.com", "name": f"Candidate {number}"} for number in range(count)]
    registered = running.call(
        "job-interview-register-users",
        furnished.token,
        body={"interview_id": created["interview_def_set_id"], "users": users, "hide_menu": True},
    )
    return [user["interview_url"] for user in registered]


async def hold_all(links: list[str], seconds: int) -> tuple[list[float], list[float]]:
    """From sending to receipt, and to the next question, in milliseconds."""
    receipts: list[float] = []
    scenes: list[float] = []
    until = time.monotonic() + seconds + SECONDS_BETWEEN
    async with asyncio.TaskGroup() as group:
        for number, link in enumerate(links):
            delay = SECONDS_BETWEEN * number / len(links)
            group.create_task(_hold(link, delay, until, receipts, scenes))
    return receipts, scenes


async def _hold(link: str, delay: float, until: float, receipts: list[float], scenes: list[float]) -> None:
    await asyncio.sleep(delay)
    address, headers = await asyncio.to_thread(_open, link)
    async with connect(address, additional_headers=headers, proxy=None, max_size=None) as line:
        await line.send(json.dumps({"kind": "arrive"}))
        scene = await _hear(line, "scene")
        while time.monotonic() < until and scene["phase"] == "asking":
            await asyncio.sleep(SECONDS_BETWEEN / 2)
            number = scene["question"]["number"]
            await line.send(json.dumps({"kind": "draft", "number": number, "text": STORY[: len(STORY) // 2]}))
            await _hear(line, "kept")
            await asyncio.sleep(SECONDS_BETWEEN / 2)
            sent = time.perf_counter()
            await line.send(
                json.dumps({"kind": "answer", "key": str(uuid4()), "number": number, "text": f"{STORY} {number}"})
            )
            await _hear(line, "receipt")
            receipts.append((time.perf_counter() - sent) * 1000)
            scene = await _hear(line, "scene")
            scenes.append((time.perf_counter() - sent) * 1000)


def _open(link: str) -> tuple[str, dict[str, str]]:
    with httpx.Client(follow_redirects=True, timeout=30, trust_env=False) as browser:
        opened = open_interview(browser, link)
    return opened.socket_url, opened.headers


async def _hear(line: ClientConnection, kind: str) -> dict[str, Any]:
    while True:  # where there is a voice, its lines are told besides
        message: dict[str, Any] = json.loads(await line.recv())
        if message["kind"] == kind:
            return message
        if message["kind"] == "refused":
            raise RuntimeError(f"expected {kind}, heard {message}")


if __name__ == "__main__":
    main()
