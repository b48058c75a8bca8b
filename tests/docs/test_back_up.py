"""The commands of "Back up and restore", run as they stand in the page: what was said and filmed is there again."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import psycopg
import pytest
from websockets.sync.client import connect

from tests.architecture.tree import ROOT
from tests.crash.program import wait_for
from tests.providers.speaking import fetch_whisper, silence
from tests.running import Furnished, Running, own_environment, run_server
from tests.talking import SpeakingPage, begin_interview, create_interview
from vivavoce.candidates.sealed_file import is_sealed
from vivavoce.client.candidate import open_interview
from vivavoce.db.embedded import hold
from vivavoce.db.postgres_binaries import find_binaries

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "howto" / "back-up.md").read_text(encoding="utf-8")
FILM = b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm" + bytes(4_000)
SAID = "I moved our archive, and nobody lost a single box."


def blocks_of(heading: str, kind: str = "bash") -> list[str]:
    """The commands under this heading of the page."""
    (section,) = re.findall(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return re.findall(rf"^```{kind}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a house holds: an attempt with a film, another with sound, a link that was sent, and who may read it.

    folder: where the commands are given; its `data` is the data folder.
    """

    folder: Path
    furnished: Furnished
    attempt_id: str
    link: str

    def follow(self, *blocks: str) -> None:
        """Gives the commands, one after the other in one shell."""
        programs = f"{find_binaries()}:{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
            stdin=subprocess.DEVNULL,  # a command that read it would eat the ones that follow
            cwd=self.folder,
            env=own_environment({"PATH": programs}),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def must_be_in(self, running: Running, *, like: dict[str, Any], data: str) -> None:
        """Asserts that a server tells the same of it, gives out the same bytes, and opens the link of before."""
        assert read_result(running, self.furnished, self.attempt_id) == like
        assert files_in(self.folder / data) == files_in(self.folder / "data")
        told = running.call(
            "job-interview-details",
            self.furnished.token,
            interview_result_id=self.attempt_id,
            get_signed_recordings="true",
        )
        address = told["video_introduction_url"]
        with httpx.Client(follow_redirects=True, timeout=30, trust_env=False) as browser:
            # The address names the server of before.
            assert browser.get(running.url + httpx.URL(address).path).content == FILM
            page = browser.get(running.url + httpx.URL(self.link).raw_path.decode())
            assert page.status_code == 200, page.text
            assert "Project manager" in page.text


def read_result(running: Running, furnished: Furnished, attempt_id: str) -> dict[str, Any]:
    """What the caller reads of it, once it was judged."""

    def read() -> dict[str, Any] | None:
        told: dict[str, Any] = running.call("job-interview-details", furnished.token, interview_result_id=attempt_id)
        return told if told["processing_status"] == "completed" else None

    return wait_for(read, seconds=60, what="the attempt is judged")


def files_in(data: Path) -> dict[str, bytes]:
    """What belongs to a backup besides the database, by place. Locks hold nothing."""
    parts = ("secrets", "sound", "recordings", "takes", "introductions")
    paths = [path for part in parts for path in (data / part).rglob("*") if path.is_file() and path.name != "lock"]
    return {str(path.relative_to(data)): path.read_bytes() for path in paths}


def a_folder() -> Path:
    """Where the commands are given: the program is in its `.venv`."""
    folder = Path(tempfile.mkdtemp(prefix="vivavoce-test-"))
    folder.chmod(0o755)
    (folder / ".venv").symlink_to(Path(sys.prefix), target_is_directory=True)
    return folder


@pytest.fixture(scope="module")
async def kept() -> AsyncIterator[Kept]:
    folder = a_folder()
    voice = {"VIVAVOCE_VOICE": "on", "VIVAVOCE_WHISPER_FOLDER": str(fetch_whisper())}
    try:
        with run_server(folder / "data", environment=voice) as running:
            furnished = running.furnish("kept")
            attempt_id, link = send_film(running, furnished)
            async with SpeakingPage(begin_interview(running, furnished)) as page:
                await page.speak(silence(2))
                await page.hear("heard_to")
            made = Kept(folder=folder, furnished=furnished, attempt_id=attempt_id, link=link)
        yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def send_film(running: Running, furnished: Furnished) -> tuple[str, str]:
    """Somebody answers, sends a film and hands in; the attempt's id, and the link that was sent to somebody else."""
    interview = create_interview(running, furnished, candidate_video_introduction="optional")
    people = [{"email": f"{uuid4().hex}@example.com", "name": name} for name in ("Sam", "Kim")]
    registered = running.call(
        "job-interview-register-users", furnished.token, body={"interview_id": interview, "users": people}
    )
    with httpx.Client(follow_redirects=True, timeout=30, trust_env=False) as browser:
        opened = open_interview(browser, registered[0]["interview_url"])
        with connect(opened.socket_url, additional_headers=opened.headers, proxy=None) as line:
            line.send(json.dumps({"kind": "arrive"}))
            while (scene := json.loads(line.recv(timeout=30)))["kind"] != "scene" or scene["phase"] != "finished":
                if scene["kind"] == "scene":
                    number = scene["question"]["number"]
                    answer = {"kind": "answer", "key": str(uuid4()), "number": number, "text": SAID}
                    line.send(json.dumps(answer))
        results = f"{running.url}/interview/{opened.attempt_id}/results"
        sent = browser.post(f"{results}/film", files={"film": ("me.webm", FILM, "video/webm")})
        assert sent.status_code == 200, sent.text
        browser.post(f"{results}/hand-in").raise_for_status()
    return opened.attempt_id, registered[1]["interview_url"]


# --- What is tried --------------------------------------------------------------------------------------------------


def test_sound_film_and_secrets_are_in_the_data_folder(kept: Kept) -> None:
    names = {Path(place).parts[0] for place in files_in(kept.folder / "data")}
    assert names == {"secrets", "sound", "introductions"}
    films = [content for place, content in files_in(kept.folder / "data").items() if place.startswith("introductions")]
    assert len(films) == 1
    assert is_sealed(films[0])
    assert FILM not in films[0]


@pytest.mark.nightly
def test_a_folder_that_was_copied_is_a_whole_house(kept: Kept) -> None:
    copy, restore = blocks_of("Stop, and copy the folder")
    with run_server(kept.folder / "data") as running:
        before = read_result(running, kept.furnished, kept.attempt_id)
    kept.follow(copy)
    # Something happens that the backup does not know of.
    with run_server(kept.folder / "data") as running:
        create_interview(running, kept.furnished, name="Made too late")
    kept.follow(restore)
    with run_server(kept.folder / "data") as running:
        kept.must_be_in(running, like=before, data="data-of-before")
        listed = running.call("merchant-interview-list", kept.furnished.token)["data"]
        assert "Made too late" not in {one["name"] for one in listed}


@pytest.mark.nightly
def test_a_dump_and_the_files_are_restored_into_a_new_folder(kept: Kept) -> None:
    (backup,) = blocks_of("While it runs")
    first, second = blocks_of("Restore it into a new data folder")
    lay, serve = first.strip().rsplit("\n", 1)
    assert serve == ".venv/bin/vivavoce serve --no-worker --data restored --port 8001"
    with run_server(kept.folder / "data") as running:
        before = read_result(running, kept.furnished, kept.attempt_id)
        kept.follow(backup)
    kept.follow(lay)
    with run_server(kept.folder / "restored", "--no-worker"):
        kept.follow(second)
    with run_server(kept.folder / "restored") as running:
        kept.must_be_in(running, like=before, data="restored")
        doctor = running.program("doctor")
        assert "NOT WELL" not in doctor


@pytest.mark.nightly
def test_a_dump_is_moved_into_a_postgresql_of_ones_own(kept: Kept) -> None:
    (backup,) = blocks_of("While it runs")
    (move,) = blocks_of("Move it into your own PostgreSQL")
    (role,), (again,) = blocks_of("Your own PostgreSQL", "sql"), blocks_of("Your own PostgreSQL")
    with run_server(kept.folder / "data") as running:
        before = read_result(running, kept.furnished, kept.attempt_id)
        shutil.rmtree(kept.folder / "monday", ignore_errors=True)
        kept.follow(backup)
    with hold(kept.folder / "own", say=lambda _: None) as server:
        host = quote(str(server.socket_dir), safe="")
        with psycopg.connect(f"postgresql://postgres@/postgres?host={host}", autocommit=True) as admin:
            admin.execute("drop database vivavoce")  # it comes with an embedded server, and an own one has none
            admin.execute("create role vivavoce_owner login")
            for name in ("vivavoce", "another_database"):
                admin.execute(f"create database {name} owner vivavoce_owner")
            admin.execute("create role vivavoce_app login")
            admin.execute(role)

        def to_ours(commands: str) -> str:
            return re.sub(
                r"postgresql://(\w+):[^@]+@db\.example/(\w+)", rf"'postgresql://\1@/\2?host={host}'", commands
            )

        kept.follow(to_ours(move))
        kept.follow(to_ours(again))
        for name in ("vivavoce", "another_database"):
            environment = {
                "VIVAVOCE_DATABASE_URL": f"postgresql://vivavoce_app@/{name}?host={host}",
                "VIVAVOCE_DATABASE_ADMIN_URL": f"postgresql://vivavoce_owner@/{name}?host={host}",
            }
            with run_server(kept.folder / "data", environment=environment) as running:
                kept.must_be_in(running, like=before, data="data")
