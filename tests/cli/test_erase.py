"""`vivavoce erase`, as an operator runs it beside a server."""

import json
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.running import PROGRAM, Running


@dataclass(frozen=True, slots=True)
class Registered:
    """Somebody who was invited, and their link."""

    person: str
    url: str


@pytest.fixture
def registered(running: Running) -> Registered:
    furnished = running.furnish("erasers")
    created = running.call(
        "job-interview-create-from-array",
        furnished.token,
        body={
            "name": "Project manager",
            "location": "remote",
            "interview_template_id": furnished.template_id,
            "mojito_language_code": "en",
            "description": "Project manager role",
            "status": "active",
            "type": "interview",
            "visibility": "merchant_invite",
            "questions": [{"question": "Tell me about a project of yours."}],
        },
    )
    (row,) = running.call(
        "job-interview-register-users",
        furnished.token,
        body={
            "interview_id": created["interview_def_set_id"],
            "users": [{"name": "Sam Rivers", "email": "sam@example.com", "external_id": "sam-7"}],
        },
    )
    return Registered(person="sam@example.com", url=row["interview_url"])


def erase(running: Running, *arguments: str, answer: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*PROGRAM, "erase", *arguments, "--merchant", "erasers", "--data", str(running.folder)],
        input=answer,
        capture_output=True,
        text=True,
        check=False,
    )


def status_of(url: str) -> int:
    return httpx.get(url, trust_env=False, follow_redirects=True).status_code


@pytest.mark.slow
def test_somebody_is_erased_by_their_address_after_a_yes(
    running: Running, registered: Registered, tmp_path: Path
) -> None:
    assert status_of(registered.url) == 200
    asked = erase(running, registered.person, answer="n\n")
    assert (asked.returncode, "Sam Rivers <sam@example.com>" in asked.stderr) == (1, True)
    assert status_of(registered.url) == 200, "no is no"
    archive = tmp_path / "sam.zip"
    running.program("export", registered.person, str(archive), "--merchant", "erasers")
    with zipfile.ZipFile(archive) as opened:
        assert json.loads(opened.read("person.json"))["person"]["email"] == registered.person
    done = erase(running, registered.person.upper(), answer="y\n")
    assert done.returncode == 0, done.stderr
    said, candidate_id = done.stdout.split()
    assert said == "erased"
    assert status_of(registered.url) == 410
    for name in ("sam@example.com", "sam-7"):
        gone = erase(running, name, "--yes")
        assert (gone.returncode, gone.stderr) == (1, "vivavoce: Nobody is known by this here.\n")
    again = erase(running, candidate_id, "--yes")
    assert (again.returncode, again.stdout) == (0, f"erased {candidate_id}\n")
    receipt = tmp_path / "receipt.json"
    receipt.write_text(erase(running, candidate_id, "--receipt").stdout)
    checked = subprocess.run([*PROGRAM, "verify-receipt", str(receipt)], capture_output=True, text=True, check=False)
    assert (checked.returncode, f"Person {candidate_id} was erased" in checked.stderr) == (0, True), checked.stderr
    receipt.write_text(receipt.read_text().replace("command line", "somebody else"))
    broken = subprocess.run([*PROGRAM, "verify-receipt", str(receipt)], capture_output=True, text=True, check=False)
    assert broken.returncode == 1
