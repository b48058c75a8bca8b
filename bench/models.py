"""How long a candidate waits for the next words while a language model fails; whether anything is lost or given away.

    make bench-models                     (some minutes; ARGS="--answers 2" for a look)
    make bench-models ARGS="--wait 0.9"   (with VIVAVOCE_LANGUAGE_MODEL_SECONDS, for a model that is quick)

    waits    `vivavoce serve`, one process, and beside it a server that plays the model: a good one that answers in
             500 ms, one that says nothing for as long as anybody waits, one that is busy (429), one that fails (500),
             one that hangs up in the middle, one that is not there; and none at all. Candidates on WebSockets of their
             own, one after the other, answer with 40 words; from the sending to the next words
    lost     answers that were acknowledged and are not in the details
    canaries one that gives back what it was told, asked again and again: words of the rubric, and runs of six words of
             the prompts, in what reaches a candidate

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
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect

from tests.model_server import ModelAsked, ModelServer, Part
from tests.running import Furnished, Running, run_server
from vivavoce.client.candidate import STORIES, open_interview
from vivavoce.conversation.happenings import ProposalKind, Propose
from vivavoce.conversation.thinking import to_request

LONGEST_WAIT = 3.0  # seconds
TRIES = 200  # with the one that echoes
RUN = 6  # words
CANARY = "palisander"
GONE = "one that is not there"
NONE = "no model at all"
TAKES_UP = "You said:"


@dataclass(slots=True)
class Held:
    """What came of some interviews. told: every text that reached a candidate. taken_up: follow-ups of the model's."""

    taken_up: int = 0
    waits: list[float] = field(default_factory=list)
    acknowledged: int = 0
    kept: int = 0
    told: list[str] = field(default_factory=list)


def main() -> None:
    """Prints the figures; exit code 1 when a floor does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--answers", type=int, default=20, help="to each kind of model")
    parser.add_argument("--wait", type=float, help="seconds that a candidate waits for a model; else as it is set")
    parser.add_argument("--tries", type=int, default=TRIES, help="with the one that echoes")
    options = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    holds = True
    with tempfile.TemporaryDirectory(prefix="vivavoce-bench-") as folder:
        for name in (NONE, Part.SLOW, Part.STALLING, Part.BUSY, Part.FAILING, Part.BROKEN_OFF, GONE):
            held = _hold_all(Path(folder) / "data", name, options.answers, options.wait)
            longest, lost = max(held.waits), held.acknowledged - held.kept
            print(
                f"{name:22} {len(held.waits):3} answers: next words after {statistics.median(held.waits):.2f} s in the"
                f" middle, {longest:.2f} s at the longest; lost {lost}; {held.taken_up} follow-ups of the model's"
            )
            holds = holds and longest <= LONGEST_WAIT and lost == 0
        echoed = _hold_all(Path(folder) / "data", Part.ECHOING, options.tries, options.wait)
        canaries = count_canaries(echoed.told)
        print(f"canaries               {canaries} in {len(echoed.told)} texts of {len(echoed.waits)} tries")
        holds = holds and canaries == 0
    print("floors hold" if holds else "A FLOOR DOES NOT HOLD")
    sys.exit(0 if holds else 1)


def count_canaries(texts: Sequence[str]) -> int:
    """How many of the texts hold a word of the rubric, or six words in a row of a prompt."""
    prompts = [to_request(Propose(kind=kind, number=1, seconds=1.0)).told.split() for kind in ProposalKind]
    runs = {" ".join(words[at : at + RUN]) for words in prompts for at in range(len(words) - RUN + 1)}
    return sum(CANARY in text or any(run in " ".join(text.split()) for run in runs) for text in texts)


def _hold_all(folder: Path, name: str, answers: int, wait: float | None) -> Held:
    part = Part.GOOD if name in (GONE, NONE) else Part(name)
    with ModelServer(parts=[part], answer=_take_up) as model:
        url = model.url
        if name == GONE:
            model.__exit__(None, None, None)
        environment = {"VIVAVOCE_LANGUAGE_MODEL_URL": url, "VIVAVOCE_LANGUAGE_MODEL": "a-model"}
        if wait is not None:
            environment["VIVAVOCE_LANGUAGE_MODEL_SECONDS"] = str(wait)
        with run_server(folder, "--no-worker", environment={} if name == NONE else environment) as running:
            held = Held()
            furnished = running.furnish(f"bench-{uuid4().hex[:8]}")
            # The first conversation of a server loads what no call needs.
            _hold_one(running, furnished, Held(), 4)
            while len(held.waits) < answers:
                _hold_one(running, furnished, held, answers)
        if name == GONE:
            model.__enter__()
    return held


def _take_up(asked: ModelAsked) -> dict[str, Any]:
    """What a good model says: a follow-up to the last sentence, or that it is an answer."""
    if '"is_there"' in asked.told:
        return {"is_there": True}
    if '"utterance"' in asked.told:
        return {"utterance": "answer", "reply": "", "quote": ""}
    answer = json.loads(asked.user)["answer"]
    quote = " ".join(answer.split(".")[-2].split()[:6])
    return {
        "aim": "outcome",
        "remark": "",
        "follow_up": f"{TAKES_UP} {quote}. What came before that?",
        "quote": quote,
        "condition": "unsure",
        "condition_quote": "",
    }


def _hold_one(running: Running, furnished: Furnished, held: Held, answers: int) -> None:
    claims = {"weak": [f"Names {CANARY} handling"], "moderate": [], "strong": [f"Explains {CANARY} in figures"]}
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
        "max_followups": 1,
        "questions": [
            {"question": f"Tell me about task {number}.", "candidate_expectations_json": claims} for number in range(2)
        ],
    }
    created = running.call("job-interview-create-from-array", furnished.token, body=body)
    users = [{"email": f"{uuid4().hex}@example.com", "name": "Sam"}]
    (registered,) = running.call(
        "job-interview-register-users",
        furnished.token,
        body={"interview_id": created["interview_def_set_id"], "users": users, "hide_menu": True},
    )
    acknowledged = asyncio.run(_talk(registered["interview_url"], held, answers))
    (result,) = running.call("merchant-result-list", furnished.token, interview_id=created["interview_def_set_id"])[
        "data"
    ]
    details = running.call("job-interview-details", furnished.token, interview_result_id=result["interview_result_id"])
    held.acknowledged += acknowledged
    held.kept += sum(bool(turn.get("answer")) for turn in details["transcript"])


async def _talk(link: str, held: Held, answers: int) -> int:
    """How many answers were acknowledged."""
    address, headers = await asyncio.to_thread(_open, link)
    acknowledged = 0
    async with connect(address, additional_headers=headers, proxy=None, max_size=None) as line:
        await line.send(json.dumps({"kind": "arrive"}))
        scene = await _hear(line, "scene", held)
        stories = iter(STORIES)  # as many as there are questions and follow-ups
        while scene["phase"] == "asking" and len(held.waits) < answers:
            text = next(stories)
            said = {"kind": "answer", "key": str(uuid4()), "number": scene["question"]["number"], "text": text}
            sent = time.perf_counter()
            await line.send(json.dumps(said))
            await _hear(line, "receipt", held)
            acknowledged += 1
            scene = await _hear(line, "scene", held)
            held.waits.append(time.perf_counter() - sent)
            held.taken_up += scene["phase"] == "asking" and scene["question"]["text"].startswith(TAKES_UP)
    return acknowledged


def _open(link: str) -> tuple[str, dict[str, str]]:
    with httpx.Client(follow_redirects=True, timeout=30, trust_env=False) as browser:
        opened = open_interview(browser, link)
    return opened.socket_url, opened.headers


async def _hear(line: ClientConnection, kind: str, held: Held) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(await line.recv())
    if message["kind"] != kind:
        raise RuntimeError(f"expected {kind}, heard {message}")
    held.told.append(json.dumps(message, ensure_ascii=False))
    return message


if __name__ == "__main__":
    main()
