"""The erasure canary: somebody whose name, address and answers hold a word that stands nowhere else is erased. Then the
word must not be found: not by a call, not in the database as it is written out, and in no file of the data folder.
"""

import subprocess
from pathlib import Path
from uuid import uuid4

import httpx

from bench.attack.ground import SETTINGS, Ground, shorten, somebody_else
from bench.attack.mails import await_mails
from bench.attack.seen import Seen
from tests.crash.program import look_inside, wait_for
from tests.running import PROGRAM, Running, own_environment
from tests.talking import create_interview
from vivavoce.client.candidate import open_interview
from vivavoce.db.postgres_binaries import find_binaries

ATTACK = "erasure canary"
LIMIT = "0 places"
ERASE_SECONDS = 60
JUDGE_SECONDS = 60
FILM_HEAD = b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm"
# What PostgreSQL keeps of rows that are gone lies here until it is cleaned up; it is asked for what it still gives out.
NOT_LOOKED_AT = ("postgres", "serve.log")


def attack(ground: Ground) -> list[Seen]:
    """Erased by the command that operators have."""
    canary = f"canary{uuid4().hex[:12]}"
    email = f"{canary}@example.com"
    with ground.server() as running:
        attempt_id = _take(ground, running, canary, email)
        before = _places_of(ground, running, canary, attempt_id)
        erased = subprocess.run(
            [*PROGRAM, "erase", email, "--merchant", "victim", "--yes", "--data", str(ground.folder)],
            capture_output=True,
            text=True,
            timeout=ERASE_SECONDS,
            env=own_environment(SETTINGS),
            check=False,
        )
        after = _places_of(ground, running, canary, attempt_id)
    said = erased.stderr.strip().splitlines()
    failed = "" if erased.returncode == 0 else f"`vivavoce erase` ended with {erased.returncode}: {said[-1:]}; "
    return [
        Seen(
            attack=ATTACK,
            tried=f"one person, found at {len(before)} places",
            limit=LIMIT,
            seen=f"{failed}{len(after)} places" + (f": {shorten(after, most=5)}" if after else ""),
            is_held=erased.returncode == 0 and bool(before) and not after,
        )
    ]


def _take(ground: Ground, running: Running, canary: str, email: str) -> str:
    """Somebody asks for a code, answers, sends a film and hands in; the attempt's id."""
    interview = create_interview(running, ground.victim, candidate_video_introduction="optional")
    registered = running.call(
        "job-interview-register-users",
        ground.victim.token,
        body={
            "interview_id": interview,
            "users": [{"name": f"Sam {canary}", "email": email, "external_id": f"external-{canary}"}],
        },
    )
    with httpx.Client(follow_redirects=True, timeout=30, trust_env=False) as browser:
        opened = open_interview(browser, registered[0]["interview_url"])
        say = f"{running.url}/interview/{opened.attempt_id}/say"
        # The same words once more would be asked about, and the interview would not end.
        told = f"I moved the archive of {canary}, and nobody lost a box.", f"At {canary} I led six people on nights."
        for number, text in enumerate(told, start=1):
            draft = {"kind": "draft", "number": number, "text": text}
            browser.post(say, json=draft)
            answer = {"kind": "answer", "key": str(uuid4()), "number": number, "text": text}
            browser.post(say, json=answer).raise_for_status()
        film = {"film": ("me.webm", FILM_HEAD + canary.encode() * 200, "video/webm")}
        browser.post(f"{running.url}/interview/{opened.attempt_id}/results/film", files=film).raise_for_status()
        browser.post(say, json={"kind": "submit", "key": str(uuid4())}).raise_for_status()
    with somebody_else() as elsewhere:  # another attack may have used up the codes of this address
        asked = elsewhere.post(f"{running.url}/interview/at/victim/sign-in", data={"email": email})
        assert asked.status_code == 303, asked.text

    def is_judged() -> bool:
        told = running.call("job-interview-details", ground.victim.token, interview_result_id=opened.attempt_id)
        return bool(told["processing_status"] == "completed")

    wait_for(is_judged, seconds=JUDGE_SECONDS, what="the attempt is judged")
    await_mails(ground)
    return opened.attempt_id


def _places_of(ground: Ground, running: Running, canary: str, attempt_id: str) -> list[str]:
    """Where the word is found."""
    return [
        *_calls_that_tell(ground, running, canary, attempt_id),
        *_tables_with(ground, canary),
        *_files_with(ground.folder, canary),
    ]


def _calls_that_tell(ground: Ground, running: Running, canary: str, attempt_id: str) -> list[str]:
    calls = {
        "job-interview-details": {"interview_result_id": attempt_id},
        "merchant-result-list": {},
        "merchant-task-list": {"state": "all"},
    }
    telling = []
    with httpx.Client(
        timeout=30, trust_env=False, headers={"Authorization": f"Bearer {ground.victim.token}"}
    ) as caller:
        for name, params in calls.items():
            answer = caller.get(f"{running.url}/functions/v1/{name}", params=params)
            if canary in answer.text:
                telling.append(name)
    return telling


def _tables_with(ground: Ground, canary: str) -> list[str]:
    """By a dump, which writes out every row of every table."""
    with look_inside(ground.folder) as inside:
        door = inside.info.host
    dump = subprocess.run(
        [find_binaries() / "pg_dump", "--host", door, "--username", "postgres", "--data-only", "vivavoce"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    tables, table = set(), "?"
    for line in dump.splitlines():
        if line.startswith("COPY "):
            table = line.split()[1].removeprefix("public.")
        elif canary in line:
            tables.add(f"table {table}")
    return sorted(tables)


def _files_with(folder: Path, canary: str) -> list[str]:
    word = canary.encode()
    paths = [path for path in folder.rglob("*") if path.relative_to(folder).parts[0] not in NOT_LOOKED_AT]
    return [
        f"file {path.relative_to(folder)}"
        for path in paths
        if path.is_file() and (word in path.read_bytes() or canary in path.name)
    ]
