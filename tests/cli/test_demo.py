"""What `make demo` promises: an interview that ends with quotes, by the rater that comes along; and a server."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import httpx
import pytest

from tests.architecture.tree import ROOT
from tests.model_server import ModelAsked, ModelServer
from tests.running import PROGRAM, STOP_SECONDS, own_environment
from vivavoce.cli.demo import Furniture, demo_body
from vivavoce.client.candidate import STORIES
from vivavoce.providers.raters import embedded_rater
from vivavoce.scoring.given import Given, GivenAnswer
from vivavoce.scoring.judge import judge_session
from vivavoce.scoring.rubric import read_rubric
from vivavoce.scoring.verdicts import VerdictState


def test_what_the_simulated_candidate_says_confirms_something_with_a_quote() -> None:
    body = demo_body(Furniture(merchant_id=uuid4(), template_id=uuid4(), store_id=uuid4()))
    turn = GivenAnswer(number=1, question=body["questions"][0]["question"], text=STORIES[0])
    judged = judge_session(
        [Given(language="en", turns=(turn,), rubric=None)],
        rubric=read_rubric(body["candidate_expectations_json"]),
        rater=embedded_rater(),
    )
    confirmed = [verdict for verdict in judged.verdicts if verdict.state is VerdictState.CONFIRMED]
    assert confirmed
    assert all(quote.text in STORIES[0] for verdict in confirmed for quote in verdict.quotes)
    assert judged.score is not None
    assert judged.score > 0


# --- A server that ends --------------------------------------------------------------------------------------------


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="vivavoce-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def read_until(said: "IO[str] | None", pattern: str) -> str:
    """The first group of the first line in which this is found."""
    assert said is not None
    for line in said:
        if found := re.search(pattern, line):
            return found[1]
    raise AssertionError(f"it never said {pattern}")


def server_of(demo: "subprocess.Popen[str]") -> int:
    """The process id of the server that this demo has started."""
    for child in Path(f"/proc/{demo.pid}/task/{demo.pid}/children").read_text().split():
        if b"\0serve\0" in Path(f"/proc/{child}/cmdline").read_bytes():
            return int(child)
    raise AssertionError("the demo has no server")


@pytest.mark.nightly
def test_a_killed_server_is_said_and_started_again_until_there_is_no_use(folder: Path) -> None:
    command = [*PROGRAM, "demo", "--port", "0", "--data", str(folder / "demo-data")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=own_environment(None)
    ) as demo:
        try:
            url = read_until(demo.stdout, r"Serving at (\S+)\. ")
            killed = server_of(demo)
            os.kill(killed, signal.SIGKILL)
            assert read_until(demo.stderr, r"The server has ended \((.*)\)") == "killed by SIGKILL"
            assert read_until(demo.stderr, r"Serving at (\S+) again") == url  # the links that were shown lead there
            assert server_of(demo) != killed
            assert httpx.get(f"{url}/healthz", timeout=30, trust_env=False).status_code == 200
            os.kill(server_of(demo), signal.SIGKILL)
            assert read_until(demo.stderr, r"Serving at (\S+) again") == url
            os.kill(server_of(demo), signal.SIGKILL)
            assert read_until(demo.stderr, r"has ended (\d) times in a row") == "3"
            assert demo.wait(STOP_SECONDS) == 1
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.wait(STOP_SECONDS)


@pytest.mark.slow
def test_a_server_that_was_stopped_ends_the_demo(folder: Path) -> None:
    command = [*PROGRAM, "demo", "--port", "0", "--data", str(folder / "demo-data")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=own_environment(None)
    ) as demo:
        try:
            read_until(demo.stdout, r"Serving at (\S+)\. ")
            os.kill(server_of(demo), signal.SIGTERM)
            read_until(demo.stderr, r"The server was (stopped); the demo ends too")
            assert demo.wait(STOP_SECONDS) == 0
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.wait(STOP_SECONDS)


# --- A model by two settings ---------------------------------------------------------------------------------------


def take_up(asked: ModelAsked) -> dict[str, Any]:
    """A follow-up to the last words of the answer; to whatever else it is asked, nothing that can be used."""
    if '"follow_up"' not in asked.told:
        return {"utterance": "answer", "reply": "", "quote": ""} if '"utterance"' in asked.told else {}
    quote = " ".join(json.loads(asked.user)["answer"].rstrip(".").split()[-4:])
    asks = {"aim": "how", "remark": "", "follow_up": f"What came before {quote}?", "quote": quote}
    return {**asks, "condition": "unsure", "condition_quote": ""}


@pytest.mark.nightly
def test_make_demo_takes_a_model_by_two_settings(folder: Path) -> None:
    with ModelServer(answer=take_up) as server:
        settings = {"VIVAVOCE_LANGUAGE_MODEL_URL": server.url, "VIVAVOCE_LANGUAGE_MODEL": "a-model"}
        done = subprocess.run(
            ["make", "demo", f"ARGS=--once --data {folder / 'demo-data'}"],
            cwd=ROOT,
            env=own_environment(None) | settings,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert f"The interviewer asks a-model at {server.url}." in done.stderr
        assert any('"follow_up"' in asked.told for asked in server.asked)
    answers = json.loads(done.stdout.splitlines()[-1])["answers"]
    taken_up = [answer["question"] for answer in answers if answer["question"].startswith("What came before")]
    assert taken_up, "the candidate hears what the model asks"
