"""The product under somebody else's ASGI server: plain uvicorn, as its own command line starts it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from websockets.sync.client import connect

from tests.laid import lay
from tests.providers.speaking import fetch_whisper, silence, speak
from tests.running import STOP_SECONDS, Running, own_environment
from tests.talking import SpeakingPage, begin_interview
from vivavoce.asgi import make
from vivavoce.errors import BadSetting
from vivavoce.settings import PREFIX

FIRST = "Last year I moved our whole archive into a new building."


@contextmanager
def uvicorn_on(folder: Path, settings: Mapping[str, str], *options: str) -> Iterator[Running]:
    """Plain uvicorn on a socket that listens already, so that its address is known and whoever calls early waits."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        environment = own_environment({f"{PREFIX}DATA_DIR": str(folder), f"{PREFIX}PUBLIC_URL": url} | dict(settings))
        command = [sys.executable, "-m", "uvicorn", "--factory", "vivavoce.asgi:make"]
        process = subprocess.Popen(
            [*command, "--fd", str(listening.fileno()), *options],
            pass_fds=[listening.fileno()],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={name: value for name, value in environment.items() if value},
        )
    try:
        yield Running(url=url, folder=folder, process=process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=STOP_SECONDS)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder that the database's own user can reach."""
    made = Path(tempfile.mkdtemp(prefix="vivavoce-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def health(running: Running) -> httpx.Response:
    """Its answer, once it takes calls."""
    with httpx.Client(timeout=120, trust_env=False) as caller:
        return caller.get(f"{running.url}/healthz")


@pytest.mark.slow
def test_a_typed_interview_is_taken_from_the_call_to_the_hand_in(folder: Path) -> None:
    with uvicorn_on(folder, {}) as running:
        assert health(running).json() == {"status": "ok"}
        furnished = running.furnish("plain")
        opened = begin_interview(running, furnished, by="type")
        with connect(opened.socket_url, additional_headers=opened.headers, proxy=None) as line:
            line.send(json.dumps({"kind": "arrive"}))
            scene = json.loads(line.recv(timeout=30))
            for number in (1, 2):
                assert scene["question"]["number"] == number
                said = {"kind": "answer", "key": str(uuid4()), "number": number, "text": f"Answer {number}."}
                line.send(json.dumps(said))
                receipt = json.loads(line.recv(timeout=30))
                assert (receipt["kind"], receipt["key"]) == ("receipt", said["key"])
                scene = json.loads(line.recv(timeout=30))
        assert scene["phase"] == "finished"
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(STOP_SECONDS) in (0, -signal.SIGTERM)
    assert not (folder / "postgres" / "postmaster.pid").exists(), "the embedded database was left running"


@pytest.mark.slow
def test_its_answers_are_those_of_our_own_server(folder: Path) -> None:
    lay(folder)
    with uvicorn_on(folder, {}) as running:
        health(running)
        with httpx.Client(base_url=running.url, timeout=30, trust_env=False) as caller:
            assert caller.get("/functions/v1/openapi").json()["openapi"] == "3.1.0"
            refused = caller.get("/functions/v1/merchant-status")
            assert refused.status_code == 401
            assert set(refused.json()) >= {"error"}
            assert refused.headers["x-content-type-options"] == "nosniff"
            assert caller.get("/interview/take/nowhere/").status_code == 404


@pytest.mark.nightly
async def test_a_spoken_question_is_heard_and_saved(folder: Path) -> None:
    voice = {f"{PREFIX}VOICE": "on", f"{PREFIX}WHISPER_FOLDER": str(fetch_whisper())}
    with uvicorn_on(folder, voice, "--ws-max-size", "262144") as running:
        assert health(running).is_success
        opened = begin_interview(running, running.furnish("plain"))
        async with SpeakingPage(opened) as page:
            await page.play(1)
            await page.speak(silence(0.3) + speak(FIRST) + silence(0.2))
            await page.say({"kind": "done", "number": 1, "frame": page.next})
            final = await page.hear("heard", where=lambda one: one["is_final"])
            scene = await page.hear("scene", where=lambda one: one["number"] == 2)
        assert "archive" in final["text"]
        assert scene["past"][0] | {"is_spoken": True, "answer": final["text"]} == scene["past"][0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({f"{PREFIX}PUBLIC_URL": ""}, "VIVAVOCE_PUBLIC_URL is missing"),
        ({f"{PREFIX}PUBLIC_URL": "http://"}, "VIVAVOCE_PUBLIC_URL"),
        ({f"{PREFIX}DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "The database can't be reached"),
    ],
    ids=["no address", "an address that is none", "no database"],
)
def test_what_keeps_it_from_serving_is_said_and_ends_it(folder: Path, settings: dict[str, str], complaint: str) -> None:
    with uvicorn_on(folder, settings) as running:
        _, said = running.process.communicate(timeout=120)
        assert running.process.returncode not in (0, None)
    assert complaint in said


@pytest.mark.slow
def test_without_its_lifespan_it_says_so_and_serves_nothing(folder: Path) -> None:
    with uvicorn_on(folder, {}, "--lifespan", "off") as running:
        answer = health(running)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert answer.json()["error"]
        running.process.send_signal(signal.SIGTERM)
        _, said = running.process.communicate(timeout=STOP_SECONDS)
    assert "start the server with it on" in said
    assert not any(folder.iterdir())


def test_the_factory_opens_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv(f"{PREFIX}DATA_DIR", str(folder))
    with pytest.raises(BadSetting, match="PUBLIC_URL is missing"):
        make()
    monkeypatch.setenv(f"{PREFIX}PUBLIC_URL", "https://interviews.example")
    make()
    assert not any(folder.iterdir())
