"""A full disk: creates are refused with 503 or 507 and `Retry-After`, reads go on, and it ends once there is room."""

import os
import subprocess
import time
from collections import Counter
from contextlib import suppress

import httpx

from bench.attack.ground import a_folder, furnish, run_server_in
from bench.attack.seen import Seen
from tests.running import Furnished, Running
from tests.talking import create_interview

SIZE_MB = 220  # of the disk; an empty house takes about 90
CREATES = 30
CREATE_SECONDS = 60.0
BACK_SECONDS = 30.0
ATTACK = "full disk"
LIMIT = "503 or 507 with Retry-After; reads and recovery"


def attack() -> list[Seen]:
    """On a small disk in memory, which root alone can make."""
    folder = a_folder()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m,mode=755", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        folder.rmdir()
        why = f"no small disk can be mounted here ({mounted.stderr.strip() or 'root alone may'})"
        return [Seen(attack=ATTACK, tried="nothing", limit=LIMIT, seen=why, is_held=None)]
    try:
        furnished = furnish(folder, "victim")
        with run_server_in(folder) as running:
            return [_fill(running, furnished)]
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)
        folder.rmdir()


def _fill(running: Running, furnished: Furnished) -> Seen:
    interview = create_interview(running, furnished)
    ballast = running.folder / "ballast"
    _fill_with(ballast)
    answers: list[tuple[int, str | None]] = []
    until = time.monotonic() + CREATE_SECONDS
    while len(answers) < CREATES and time.monotonic() < until:
        answers.append(_create(running, furnished, number=len(answers)))
        with suppress(OSError):
            _fill_with(running.folder / "more-ballast")  # what the database gave back
    read = _read(running, furnished, interview)
    for file in ("ballast", "more-ballast"):
        (running.folder / file).unlink(missing_ok=True)
    back, begun = False, time.monotonic()
    while not back and time.monotonic() - begun < BACK_SECONDS:
        back = _create(running, furnished, number=1000)[0] == 200
    seconds = time.monotonic() - begun
    refused = [answer for answer in answers if answer[0] != 200]
    wrong = [answer for answer in refused if answer[0] not in (503, 507) or not answer[1]]
    told = Counter(f"{status}{'' if status == 200 or wait else ' without Retry-After'}" for status, wait in answers)
    return Seen(
        attack=ATTACK,
        tried=f"{len(answers)} creates on a full disk of {SIZE_MB} MB",
        limit=LIMIT,
        seen=", ".join(f"{count} × {status}" for status, count in sorted(told.items()))
        + f"; a read {read}; {f'back after {seconds:.1f} s' if back else 'not back'}",
        is_held=bool(refused) and not wrong and read == 200 and back,
    )


def _fill_with(path: "os.PathLike[str]") -> None:
    with suppress(OSError), open(path, "ab", buffering=0) as file:
        while file.write(bytes(64 * 1024)):
            pass


def _create(running: Running, furnished: Furnished, *, number: int) -> tuple[int, str | None]:
    """The status, and what `Retry-After` says."""
    body = {
        "name": f"On a full disk {number}",
        "location": "remote",
        "interview_template_id": furnished.template_id,
        "mojito_language_code": "en",
        "description": os.urandom(20_000).hex(),
        "status": "active",
        "type": "interview",
        "visibility": "merchant_unlisted",
        "questions": [{"question": "Well?"}],
    }
    headers = {"Authorization": f"Bearer {furnished.token}"}
    try:
        answer = httpx.post(
            f"{running.url}/functions/v1/job-interview-create-from-array",
            json=body,
            headers=headers,
            timeout=30,
            trust_env=False,
        )
    except httpx.HTTPError:
        return 0, None
    return answer.status_code, answer.headers.get("retry-after")


def _read(running: Running, furnished: Furnished, interview: str) -> int:
    with suppress(httpx.HTTPError):
        return httpx.get(
            f"{running.url}/functions/v1/job-interview-get",
            params={"interview_def_set_id": interview},
            headers={"Authorization": f"Bearer {furnished.token}"},
            timeout=30,
            trust_env=False,
        ).status_code
    return 0
