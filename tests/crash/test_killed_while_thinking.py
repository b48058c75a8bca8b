"""The server is killed (SIGKILL) while it waits for a language model: nothing is lost, and the conversation goes on."""

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from websockets.asyncio.client import connect

from tests.crash.program import Program, wait_for
from tests.model_server import ModelServer, Part
from tests.running import WITHOUT_VOICE, Furnished
from vivavoce.client.candidate import open_interview

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds processes by /proc"),
    pytest.mark.slow,
]

STORY = "A belt broke on a Friday night. I split the crew in two and we sorted by hand until three."
DOUBTFUL = "What exactly do you mean by hard?"


class Candidate:
    """Somebody on a socket, who sends again what was not acknowledged."""

    def __init__(self, address: str, headers: dict[str, str]) -> None:
        self.address, self.headers = address, headers

    async def arrive(self) -> dict[str, Any]:
        """Where the conversation stands, on a line of its own."""
        self.line = await connect(self.address, additional_headers=self.headers, proxy=None, max_size=None)
        await self.send(kind="arrive")
        return await self.hear("scene")

    async def send(self, **message: Any) -> None:
        await self.line.send(json.dumps(message))

    async def hear(self, kind: str) -> dict[str, Any]:
        """The next message of this kind."""
        while True:
            message: dict[str, Any] = json.loads(await asyncio.wait_for(self.line.recv(), 20))
            if message["kind"] == kind:
                return message


def an_interview(program: Program, furnished: Furnished) -> tuple[str, str]:
    """Two questions with a follow-up each; the interview, and one person's link."""
    body = {
        "name": "Night shift lead",
        "location": "Bath",
        "interview_template_id": furnished.template_id,
        "mojito_language_code": "en",
        "description": "Nights",
        "status": "active",
        "type": "interview",
        "visibility": "merchant_unlisted",
        "max_followups": 1,
        "result_view": "none",
        "questions": [{"question": "Tell me about a hard night."}, {"question": "Why nights?"}],
    }
    created = call(program, furnished, "job-interview-create-from-array", body)
    users = [{"email": f"{uuid4().hex}@example.com", "name": "Sam"}]
    interview_id = created["interview_def_set_id"]
    registered = call(
        program,
        furnished,
        "job-interview-register-users",
        {"interview_id": interview_id, "users": users, "hide_menu": True},
    )
    return interview_id, registered[0]["interview_url"]


def call(program: Program, furnished: Furnished, operation: str, body: Any) -> Any:
    headers = {"Authorization": f"Bearer {furnished.token}"}
    answer = httpx.post(
        f"{program.url}/functions/v1/{operation}", json=body, headers=headers, timeout=30, trust_env=False
    )
    answer.raise_for_status()
    return answer.json()


def enter(link: str) -> Candidate:
    with httpx.Client(follow_redirects=True, timeout=30, trust_env=False) as browser:
        opened = open_interview(browser, link)
    return Candidate(opened.socket_url, opened.headers)


@pytest.mark.parametrize(
    ("said", "is_acknowledged", "prompt"),
    [(STORY, True, '"follow_up"'), pytest.param(DOUBTFUL, False, '"utterance"', marks=pytest.mark.nightly)],
)
async def test_whoever_is_killed_between_asking_and_getting_loses_nothing(
    program: Program, furnished: Furnished, said: str, is_acknowledged: bool, prompt: str
) -> None:
    with ModelServer(parts=[Part.STALLING]) as model:
        program.settings |= {
            "VIVAVOCE_LANGUAGE_MODEL_URL": model.url,
            "VIVAVOCE_LANGUAGE_MODEL": "a-model",
            **WITHOUT_VOICE,
        }
        await asyncio.to_thread(program.start)
        interview_id, link = await asyncio.to_thread(an_interview, program, furnished)
        candidate = await asyncio.to_thread(enter, link)
        scene = await candidate.arrive()
        first = scene["question"]["text"]
        sent = {"kind": "answer", "key": str(uuid4()), "number": 1, "text": said}
        await candidate.send(**sent)
        is_asked = lambda: any(prompt in asked.told for asked in list(model.asked))  # noqa: E731
        await asyncio.to_thread(wait_for, is_asked, seconds=20, what="the model is asked")
        await asyncio.to_thread(program.kill)

        model.parts = [Part.FAILING]  # whatever it does now: the rules are there
        await asyncio.to_thread(program.start)
        scene = await candidate.arrive()
        if is_acknowledged:
            assert scene["question"]["number"] == 2, "the answer was saved before anybody was asked"
        else:
            assert (scene["question"]["number"], scene["question"]["text"]) == (1, first)
        # The page had no receipt for certain, and sends it again: it counts once.
        await candidate.send(**sent)
        assert (await candidate.hear("receipt"))["key"] == sent["key"]
        scene = await candidate.hear("scene")
        while scene["phase"] == "asking":
            number = scene["question"]["number"]
            await candidate.send(kind="answer", key=str(uuid4()), number=number, text=f"{STORY} Number {number}.")
            await candidate.hear("receipt")
            scene = await candidate.hear("scene")
        (result,) = call(program, furnished, "merchant-result-list", {"interview_id": interview_id})["data"]
        details = call(
            program, furnished, "job-interview-details", {"interview_result_id": result["interview_result_id"]}
        )
        given = [turn["answer"] for turn in details["transcript"] if turn.get("answer")]
        assert len(given) >= 2
        assert given.count(said) == (1 if is_acknowledged else 0)
        assert [request["text"] for request in details["requests"] if request.get("text") == said] == (
            [] if is_acknowledged else [said]
        )
    assert program.stop() == 0
    assert "unforeseen" not in program.read_log()
