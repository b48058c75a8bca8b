"""An interview in another language, by a language model: every text of it, checked, reviewed by nobody."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.builders import House, a_body, an_interview
from tests.model_server import ModelAsked, ModelServer, Part
from tests.running import run_program
from tests.whole import an_app, calls_to
from tests.writing.test_write import models_at, read
from vivavoce.db.database import Database
from vivavoce.interviews.draft import Status
from vivavoce.merchants.standing import MerchantStanding

FUNCTIONS = "/functions/v1"
GERMAN = "Bitte erzählen Sie uns davon in aller Ruhe: "
CLAIMS = {"weak": ["Names a task"], "moderate": [], "strong": ["Compares two ways"], "own": [1]}
CHANGES: dict[str, Any] = {
    "is_embedded": True,
    "description_long": "## Purpose\n\nYou keep what was written.",
    "candidate_expectations": "Somebody calm.",
    "candidate_expectations_json": CLAIMS,
    "welcome_message": "Welcome, {name}! See https://example.com/jobs.",
    "questions": [
        {"question": "Which shift do you want?", "is_multiple_choice": True, "question_alternatives": ["Day", "Night"]},
        {"question": "Why nights?", "is_conditional": True, "condition": {"choices": ["Night"]}},
        {"question": "Tell me about a project of yours.", "candidate_expectations_json": {"weak": ["Names a task"]}},
        {"question": "¿Cuánto español habla usted?", "mojito_language_code": "es"},
    ],
}


def in_german(asked: ModelAsked, **changed: str) -> dict[str, str]:
    """As a model answers: each text behind a few words of German."""
    given = json.loads(asked.user)
    texts = {name: text for name, text in given.items() if name.startswith("text_")}
    return {name: changed.get(text, f"{GERMAN}{text}") for name, text in texts.items()}


async def ask_for(
    database: Database,
    house: House,
    server: ModelServer | None,
    *,
    body: dict[str, Any] | None = None,
    key: str | None = None,
    times: int = 1,
) -> tuple[list[httpx.Response], dict[str, Any], dict[str, Any]]:
    """What the call answers, the interview as it was, and the new one, where there is one."""
    servers = [] if server is None else [server]
    models = models_at(database, *servers)
    headers = house.authorization() | ({} if key is None else {"Idempotency-Key": key})
    async with calls_to(an_app(database, MerchantStanding(), models=models)) as client:

        async def post(name: str, sent: Any, **more: str) -> httpx.Response:
            return await client.post(
                f"{FUNCTIONS}/{name}", json=sent, headers=headers if more else house.authorization()
            )

        body = a_body(house, **CHANGES) if body is None else body
        created = (await post("job-interview-create-from-array", body)).json()["interview_def_set_id"]
        wanted = {"interview_id": created, "mojito_language_code": "de"}
        answers = [await post("job-interview-translate", wanted, with_key="yes") for _ in range(times)]
        before = (await post("job-interview-get", {"position_id": created})).json()
        after = {}
        if answers[0].status_code == 200:
            made = answers[0].json()["interview_def_set_id"]
            after = (await post("job-interview-get", {"position_id": made})).json()
    await models.close()
    return answers, before, after


async def test_every_text_is_translated_and_the_rest_goes_along(database: Database, house: House) -> None:
    with ModelServer(answer=in_german) as server:
        (answer, again), before, after = await ask_for(database, house, server, key=str(uuid4()), times=2)
        asked = len(server.asked)
    assert again.content == answer.content, "the same key, once"
    assert asked <= 2
    told = answer.json()
    assert told["mojito_language_code"] == "de"
    assert told["written_by_model"] == after["written_by_model"]
    assert told["written_by_model"] == [
        "name", "description", "description_long", "questions", "candidate_expectations", "candidate_expectations_json",
    ]  # fmt: skip
    assert (after["status"], after["mojito_language_code"], after["is_embedded"]) == ("draft", "de", False)
    assert (before["mojito_language_code"], before["status"]) == ("en", "active")
    assert after["name"] == GERMAN + before["name"]
    assert after["welcome_message"] == GERMAN + CHANGES["welcome_message"]
    assert after["candidate_expectations_json"] == {
        "weak": [f"{GERMAN}Names a task"], "moderate": [], "strong": [f"{GERMAN}Compares two ways"], "own": [1],
    }  # fmt: skip
    choice, conditional, project, spanish = after["questions"]
    assert choice["question_alternatives"] == [f"{GERMAN}Day", f"{GERMAN}Night"]
    assert conditional["condition"] == {"choices": [f"{GERMAN}Night"]}
    assert conditional["conditional_question_main_id"] == choice["id"] != before["questions"][0]["id"]
    assert project["question"] == f"{GERMAN}Tell me about a project of yours."
    assert (spanish["question"], spanish["mojito_language_code"]) == ("¿Cuánto español habla usted?", "es")
    kept = ("max_duration", "result_view", "interview_location", "type", "visibility")
    assert {name: after.get(name) for name in kept} == {name: before.get(name) for name in kept}


def stays_english(asked: ModelAsked) -> dict[str, str]:
    given = json.loads(asked.user)
    return {name: f"Please tell us about it calmly: {text}" for name, text in given.items() if name.startswith("text_")}


BAD: dict[str, tuple[Part, Callable[[ModelAsked], dict[str, str]]]] = {
    "malformed": (Part.MALFORMED, in_german),
    "a text too few": (Part.GOOD, lambda asked: {"text_1": "Bitte."}),
    "another language": (Part.GOOD, stays_english),
    "an address that is gone": (
        Part.GOOD, lambda asked: in_german(asked, **{CHANGES["welcome_message"]: "Willkommen, {name}!"}),
    ),
    "braces that are gone": (
        Part.GOOD,
        lambda asked: in_german(asked, **{CHANGES["welcome_message"]: "Willkommen! https://example.com/jobs."}),
    ),
    "two choices in one": (Part.GOOD, lambda asked: in_german(asked, Day="Schicht", Night="Schicht")),
    "personal ground": (
        Part.GOOD, lambda asked: in_german(asked, **{"Why nights?": "Haben Sie Kinder, und wie alt sind Sie?"}),
    ),
}  # fmt: skip


async def test_what_may_not_stand_is_stored_nowhere(database: Database, house: House) -> None:
    missed = []
    for name, (part, answer) in BAD.items():
        with ModelServer(parts=[part], answer=answer) as server:
            (told,), _, _ = await ask_for(database, house, server)
        if (told.status_code, "could not be translated" in told.text) != (503, True):
            missed.append((name, told.status_code, told.text))
    assert missed == []
    async with database.tenant(house.merchant.id) as connection:
        assert await connection.fetchval("select count(*) from interviews where language = 'de'") == 0


async def test_what_cannot_be_translated_says_what_to_do(database: Database, house: House) -> None:
    (told,), _, _ = await ask_for(database, house, None)
    assert told.status_code == 422
    assert "job-interview-create-from-array" in told.json()["error"]
    with ModelServer(answer=in_german) as server:
        german = a_body(house, mojito_language_code="de")
        (told,), _, _ = await ask_for(database, house, server, body=german)
        assert (told.status_code, told.json()["name"]) == (422, "mojito_language_code")
        long = a_body(house, description_long="So. " * 2_000)
        (told,), _, _ = await ask_for(database, house, server, body=long)
        assert (told.status_code, "too long" in told.json()["error"]) == (422, True)
        assert server.asked == [], "nothing was paid for"


@pytest.mark.slow
async def test_the_command_makes_a_draft(database: Database, house: House, data_dir: Path) -> None:
    named = [str(await an_interview(database, house)), "de", "--merchant", house.merchant.slug]
    with ModelServer(answer=in_german) as server:
        settings = {"VIVAVOCE_LANGUAGE_MODEL_URL": server.url, "VIVAVOCE_LANGUAGE_MODEL": "a-model"}
        said = await asyncio.to_thread(run_program, data_dir, "translate", *named, environment=settings)
    made = await read(database, house, UUID(said.strip()))
    assert (made.draft.language, made.draft.status) == ("de", Status.DRAFT)
