"""Other wordings of questions, drafted by a language model: checked, marked, and taken or not by a person."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.builders import House, a_body, an_interview
from tests.console import sit
from tests.folding import folded
from tests.model_server import ModelAsked, ModelServer, Part
from tests.running import run_program
from tests.whole import an_app, calls_to
from tests.writing.test_write import models_at, read
from vivavoce.conversation.proposals import SaidSoFar, find_fault_of_wording
from vivavoce.conversation.turns import other_wordings
from vivavoce.db.database import Database
from vivavoce.interviews.draw import draw_steps
from vivavoce.interviews.steps import SentQuestion, lay_steps
from vivavoce.merchants.standing import MerchantStanding

FUNCTIONS = "/functions/v1"
PROJECT, GERMAN = "Tell me about a project of yours.", "Wie planen Sie eine Woche im Museum?"
QUESTIONS: list[dict[str, Any]] = [
    {"question": PROJECT, "candidate_expectations_json": {"weak": ["Compares two suppliers"]}},
    {"question": "Which shift do you want?", "is_multiple_choice": True, "question_alternatives": ["Day", "Night"]},
    {"question": "How do you plan a week?", "question_alternatives": ["What does a week of yours look like?"]},
    {"question": GERMAN, "mojito_language_code": "de"},
]
GOOD = {
    PROJECT: ["Which project of yours would you like to describe?", "What is a project that you worked on?"],
    GERMAN: ["Was tun Sie, um eine Woche im Museum zu planen?"],
    "How do you plan a week?": ["In which order do you plan what a week brings?"],
}
BAD = ["Which project of yours compared two suppliers?", "Are you married, and which project was it?"]


def drafted(asked: ModelAsked, said: Mapping[str, list[str]] = GOOD) -> dict[str, list[str]]:
    """What a model drafts; one in three of it may not stand."""
    given = json.loads(asked.user)
    numbers = [name.removeprefix("question_") for name in given if name.startswith("question_")]
    return {f"wordings_{number}": [*said[given[f"question_{number}"]], BAD[int(number) % 2]][:3] for number in numbers}


class Wordings:
    """An interview of these questions, at an application with these models."""

    def __init__(self, database: Database, house: House, *servers: ModelServer) -> None:
        self.house = house
        self.models = models_at(database, *servers)
        self.client = calls_to(an_app(database, MerchantStanding(), models=self.models))

    async def __aenter__(self) -> "Wordings":
        made = await self.post("job-interview-create-from-array", a_body(self.house, questions=QUESTIONS))
        self.interview_id = made.json()["interview_def_set_id"]
        self.ids = [question["id"] for question in await self.questions()]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()
        await self.models.close()

    async def post(self, name: str, body: Any) -> httpx.Response:
        return await self.client.post(f"{FUNCTIONS}/{name}", json=body, headers=self.house.authorization(), timeout=60)

    async def draft(self, **more: Any) -> httpx.Response:
        return await self.post("job-interview-draft-wordings", {"interview_id": self.interview_id, **more})

    async def update(self, place: int, **changes: Any) -> None:
        """Sends all questions back as they were read, one of them changed."""
        sent = await self.questions()
        sent[place] |= changes
        answer = await self.post("job-interview-update", {"position_id": self.interview_id, "questions": sent})
        assert answer.status_code == 200, answer.text

    async def interview(self) -> dict[str, Any]:
        told: dict[str, Any] = (await self.post("job-interview-get", {"position_id": self.interview_id})).json()
        return told

    async def questions(self) -> list[dict[str, Any]]:
        questions: list[dict[str, Any]] = (await self.interview())["questions"]
        return questions

    async def drafts(self) -> list[list[str]]:
        return [question["question_alternatives_drafted"] for question in await self.questions()]


async def test_wordings_are_drafted_checked_marked_and_kept_beside_the_question(
    database: Database, house: House
) -> None:
    with ModelServer(answer=drafted) as server:
        async with Wordings(database, house, server) as wordings:
            answer = await wordings.draft()
            assert answer.status_code == 200, answer.text
            told = answer.json()
            assert [question["question_alternatives_drafted"] for question in told["questions"]] == [
                GOOD[PROJECT], GOOD[GERMAN],
            ]  # fmt: skip
            assert told["written_by_model"] == ["question_alternatives"]
            assert await wordings.drafts() == [GOOD[PROJECT], [], [], GOOD[GERMAN]]
            assert [question["id"] for question in await wordings.questions()] == wordings.ids, "the same questions"
            given = [json.loads(asked.user) for asked in server.asked]
            assert sorted(one["language"] for one in given) == ["English", "German"]
            assert "suppliers" not in str([(asked.told, asked.user) for asked in server.asked]), "no rubric is told"
            # Once more costs nothing; a question that is named is drafted for anew, beside wordings of its own too.
            await wordings.draft()
            assert len(server.asked) == 2
            again = await wordings.draft(question_ids=[wordings.ids[2]])
            assert again.json()["questions"][0]["question_alternatives_drafted"] == GOOD["How do you plan a week?"]


async def test_a_person_takes_mends_or_drops_them(database: Database, house: House) -> None:
    with ModelServer(answer=drafted) as server:
        async with Wordings(database, house, server) as wordings:
            await wordings.draft()
            await wordings.update(1, label="Shift")
            assert await wordings.drafts() == [GOOD[PROJECT], [], [], GOOD[GERMAN]], "as it was read says nothing"
            await wordings.update(0, question_alternatives=["Which project was yours alone?"])
            await wordings.update(3, question_alternatives=[])
            told = await wordings.interview()
            assert [question["question_alternatives_drafted"] for question in told["questions"]] == [[], [], [], []]
            assert told["questions"][0]["question_alternatives"] == ["Which project was yours alone?"]
            assert told["written_by_model"] == []
            assert [question["id"] for question in told["questions"]][1:] != wordings.ids[1:], "relabelled: another one"
            assert told["questions"][3]["id"] == wordings.ids[3], "dropped drafts leave the question itself"
            await wordings.draft()
            assert (await wordings.drafts())[3] == GOOD[GERMAN]
            await wordings.update(3, question="Wie planen Sie einen Tag im Museum?")
            assert await wordings.drafts() == [[], [], [], []], "drafts of other words are worth nothing"


async def test_the_console_shows_drafts_and_takes_them_once_they_are_read(database: Database, house: House) -> None:
    seated = await sit(database, house)
    with ModelServer(answer=drafted) as server:
        async with Wordings(database, house, server) as wordings:
            await wordings.draft()
            place = f"interviews/{wordings.interview_id}/"
            page = (await seated.get(wordings.client, place)).text
            assert "drafted by a language model and not reviewed" in page
            assert GOOD[PROJECT][1] in page
            form = await seated.get(wordings.client, f"{place}edit")
            assert "\n".join(GOOD[PROJECT]) in form.text
            sent = {
                f"question-{place}-{name}": value
                for place, question in enumerate(await wordings.questions())
                for name, value in {
                    "id": question["id"],
                    "text": question["question"],
                    "answered_by": "choice" if question["is_multiple_choice"] else "open",
                    "choices": "\n".join(
                        question["question_alternatives"] or question["question_alternatives_drafted"]
                    ),
                    "is_drafted": "yes",
                    "weak": "\n".join((question["candidate_expectations_json"] or {"weak": []})["weak"]),
                }.items()
            }
            assert (await seated.post(wordings.client, f"{place}edit", **sent)).status_code == 303
            assert await wordings.drafts() == [GOOD[PROJECT], [], [], GOOD[GERMAN]], "saved, and not read"
            read_one = {"question-0-is_taken": "yes", "question-3-choices": ""}
            assert (await seated.post(wordings.client, f"{place}edit", **(sent | read_one))).status_code == 303
            assert await wordings.drafts() == [[], [], [], []]
            assert (await wordings.questions())[0]["question_alternatives"] == GOOD[PROJECT]


async def test_what_may_not_stand_is_kept_nowhere(database: Database, house: House) -> None:
    worse = {PROJECT: [PROJECT, BAD[0]], GERMAN: [GERMAN, "Wie planen Sie 2 Wochen im Museum?"]}
    missed = []
    for part, said in ((Part.MALFORMED, GOOD), (Part.CUT, GOOD), (Part.GOOD, worse)):
        with ModelServer(parts=[part], answer=partial(drafted, said=said)) as server:
            async with Wordings(database, house, server) as wordings:
                answer = await wordings.draft()
                kept = await wordings.drafts()
        if (answer.status_code, "wordings that can be used" in answer.text, kept) != (503, True, [[]] * 4):
            missed.append((part, answer.status_code, answer.text, kept))
    assert missed == []


async def test_a_question_that_is_changed_meanwhile_stays_as_it_is_now(database: Database, house: House) -> None:
    with ModelServer(parts=[Part.SLOW], seconds=0.5, answer=drafted) as server:
        async with Wordings(database, house, server) as wordings:
            drafting = asyncio.create_task(wordings.draft())
            await asyncio.to_thread(server.came.wait, 10)
            await wordings.update(0, question="Tell me about a failure of yours.")
            assert (await drafting).status_code == 200
            assert await wordings.drafts() == [[], [], [], GOOD[GERMAN]]


async def test_what_cannot_be_drafted_says_what_to_do(database: Database, house: House) -> None:
    async with Wordings(database, house) as wordings:
        answer = await wordings.draft()
        assert (answer.status_code, "question_alternatives" in answer.json()["error"]) == (422, True)
    with ModelServer(answer=drafted) as server:
        async with Wordings(database, house, server) as wordings:
            for named in ([str(uuid4())], [wordings.ids[0], wordings.ids[1]]):
                answer = await wordings.draft(question_ids=named)
                assert answer.status_code == 422
                assert answer.json()["name"] == f"question_ids[{len(named) - 1}]"
            many = [{"question": f"How do you do task {number}?"} for number in range(41)]
            made = await wordings.post("job-interview-create-from-array", a_body(house, questions=many))
            answer = await wordings.draft(interview_id=made.json()["interview_def_set_id"])
            assert (answer.status_code, "at most 40" in answer.json()["error"]) == (422, True)
            assert server.asked == [], "nothing was paid for"


def test_nobody_is_asked_in_a_draft_first_and_nobody_hears_one_that_code_cannot_check() -> None:
    question = SentQuestion(text="Why?", alternatives=("What for?",), drafted_wordings=("How come?",))
    steps = lay_steps([question], keeps_duplicates=True, new_id=uuid4)
    drawn = {draw_steps(steps, share=None, seed=seed)[0].question.text for seed in range(20)}
    assert drawn == {"Why?", "What for?"}
    assert other_wordings(question, language="en") == ("What for?", "How come?")
    assert other_wordings(replace(question, language="pl"), language="pl") == ("What for?",)


@folded(
    ("language", "question", "wording", "fault"),
    [
        ("en", PROJECT, "What is a project that you worked on?", None),
        ("en", PROJECT, "Which project? And why that one?", "not one question"),
        ("en", PROJECT, "Which project was it, and how did it end?", "two questions in one"),
        ("en", PROJECT, "Did you like a project of yours?", "answered by yes or no"),
        ("en", PROJECT, "Tell me about your project at Siemens.", "a name from nowhere"),
        ("en", PROJECT, "Which project of yours compared two suppliers?", "words of the rubric"),
        ("en", PROJECT, "Which project **are** you proud of?", "not plain words"),
        ("en", PROJECT, "Какой проект вы хотите описать?", "another language"),
        ("en", "Do you hold a forklift licence?", "Are you licensed to drive a forklift?", None),
        ("en", "How do you close a month of 3 firms?", "How do you close a month?", "another number"),
        ("en", "How do you weigh a delivery of flour?", "What do you like about dogs?", "asks for something else"),
        ("de", "Erzählen Sie von einem verärgerten Gast.", "Wann war zuletzt ein Gast verärgert?", None),
        ("de", "Wie planen Sie eine Woche?", "Wie planst du eine Woche?", "another address"),
        ("pl", "Proszę opowiedzieć o swoim projekcie.", "Nad jakim projektem Pani lub Pan pracował?", None),
        ("ja", "どんな仕事をしてきましたか。", "これまでのお仕事について教えてください。", None),
    ],
)  # fmt: skip
def test_another_wording_asks_one_thing_and_the_same_thing(
    language: str, question: str, wording: str, fault: str | None
) -> None:
    so_far = SaidSoFar(language=language, question=question, claims=("Compares two suppliers",), role="Cook")
    assert find_fault_of_wording(wording, so_far) == fault


@pytest.mark.slow
async def test_the_command_drafts_and_prints_them(database: Database, house: House, data_dir: Path) -> None:
    interview_id = str(await an_interview(database, house))
    answer = {"wordings_1": GOOD[PROJECT], "wordings_2": [], "wordings_3": []}
    with ModelServer(answer=lambda asked: answer) as server:
        settings = {"VIVAVOCE_LANGUAGE_MODEL_URL": server.url, "VIVAVOCE_LANGUAGE_MODEL": "a-model"}
        named = [interview_id, "--merchant", house.merchant.slug]
        said = await asyncio.to_thread(run_program, data_dir, "wordings", *named, environment=settings)
    assert said.splitlines()[1:3] == [f"    {text}" for text in GOOD[PROJECT]]
    kept = await read(database, house, UUID(interview_id))
    assert kept.draft.steps[0].question.drafted_wordings == tuple(GOOD[PROJECT])
