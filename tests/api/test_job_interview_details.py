"""job-interview-details of a whole conversation: follow-ups, replies, decisions, requests, faults, and every state."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.builders import NOW, QUESTIONS, House, a_draft, a_seat, an_attempt, an_interview
from vivavoce.attempts.answer import Answer, Branch, RecordedWish, RepliedPart, Reply
from vivavoce.attempts.faults import FaultKind, add_fault
from vivavoce.attempts.keep import save_answer, save_branch, save_wish
from vivavoce.attempts.move import abandon, finish, give_back, set_aside, submit
from vivavoce.attempts.states import Ending
from vivavoce.attempts.tally import tally_attempt
from vivavoce.candidates.links import Seat
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.interviews.steps import AnsweredBy, SentQuestion, Step

DETAILS = "/functions/v1/job-interview-details"
CHILD = SentQuestion(text="What came of it?", is_conditional=True, parent_caller_id="project")
ASKS = SentQuestion(text="What would you like to know?", answered_by=AnsweredBy.CANDIDATE_ASKS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """An attempt, and what it was asked."""

    seat: Seat
    id: UUID
    steps: tuple[Step, ...]


@pytest.fixture
async def talk(database: Database, house: House) -> Talk:
    draft = a_draft(house, questions=(replace(QUESTIONS[0], label="Project"), CHILD, ASKS))
    seat = await a_seat(database, house, await an_interview(database, house, draft))
    return Talk(seat=seat, id=await an_attempt(database, seat), steps=draft.steps)


async def read(client: httpx.AsyncClient, house: House, talk: Talk) -> dict[str, Any]:
    answer = await client.get(DETAILS, params={"interview_result_id": str(talk.id)}, headers=house.authorization())
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def save(database: Database, talk: Talk, answers: Sequence[tuple[Step, dict[str, Any]]]) -> None:
    """Saves the answers in turn, a minute after each other."""
    for number, (step, changes) in enumerate(answers, 1):
        given: dict[str, Any] = {"text": "So.", "asked": step.question.text, "is_skipped": False, **changes}
        answer = Answer(number=number, step_id=step.id, language="en", choice=None, key=new_id(), **given)
        async with database.tenant(talk.seat.merchant_id) as connection:
            await save_answer(
                connection,
                answer,
                merchant_id=talk.seat.merchant_id,
                attempt_id=talk.id,
                now=NOW + timedelta(minutes=number),
            )


async def move(database: Database, talk: Talk, *moves: Any, **more: Any) -> None:
    async with database.tenant(talk.seat.merchant_id) as connection:
        for one in moves:
            await one(connection, merchant_id=talk.seat.merchant_id, attempt_id=talk.id, actor="test", now=NOW, **more)


async def break_down(database: Database, talk: Talk, kind: FaultKind = FaultKind.SERVER) -> None:
    async with database.tenant(talk.seat.merchant_id) as connection:
        await add_fault(
            connection,
            kind,
            merchant_id=talk.seat.merchant_id,
            attempt_id=talk.id,
            told_by="server",
            began_at=NOW,
            ended_at=NOW + timedelta(seconds=12),
        )


async def test_a_follow_up_is_told_as_one_and_stands_for_no_question_of_the_caller_s(
    client: httpx.AsyncClient, house: House, database: Database, talk: Talk
) -> None:
    step = talk.steps[0]
    asked = "What was your own part in it?"
    await save(database, talk, [(step, {"spent_seconds": 40.2}), (step, {"asked": asked, "follow_up": "own_part"})])
    first, second = (await read(client, house, talk))["transcript"]
    same = ("view", "question_original", "label", "mojito_language_code")
    assert [first[name] for name in same] == [second[name] for name in same]
    assert (first["is_follow_up"], first["question_original_id"], first["follow_up_of"]) == (False, str(step.id), None)
    assert (second["is_follow_up"], second["question_original_id"]) == (True, None)
    assert (second["follow_up_of"], second["question_asked"]) == (str(step.id), asked)
    assert (first["external_id"], second["external_id"]) == ("q-1", None)
    assert first["label"] == "Project"
    assert (first["duration"], second["duration"]) == (402, 600)  # spent with the page open; else by the clock


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (
            Reply(text="This stands here:", language="en", source="Salary", passage="42,000 a year."),
            {"source": "Salary", "passage": "42,000 a year.", "is_passed_on": False, "text": "This stands here:"},
        ),
        (
            Reply(text="I pass it on.", language="en"),
            {"source": None, "passage": None, "is_passed_on": True, "text": "I pass it on."},
        ),
        (
            Reply(
                text="42,000 a year. I pass it on.",
                language="en",
                source="Salary",
                passage="42,000 a year.",
                parts=(
                    RepliedPart(asked="The pay?", text="42,000 a year.", source="Salary", passage="42,000 a year."),
                    RepliedPart(asked="A pool?", text="I pass it on."),
                ),
            ),
            {
                "source": "Salary",
                "passage": "42,000 a year.",
                "is_passed_on": True,
                "text": "42,000 a year. I pass it on.",
                "parts": [
                    {"asked": "The pay?", "text": "42,000 a year.", "source": "Salary", "passage": "42,000 a year."},
                    {"asked": "A pool?", "text": "I pass it on.", "source": None, "passage": None},
                ],
            },
        ),
    ],
)
async def test_what_a_candidate_was_answered_is_told(
    client: httpx.AsyncClient, house: House, database: Database, talk: Talk, reply: Reply, expected: dict[str, Any]
) -> None:
    await save(database, talk, [(talk.steps[0], {}), (talk.steps[2], {"text": "What is the pay?", "reply": reply})])
    first, second = (await read(client, house, talk))["transcript"]
    assert first["reply"] is None
    assert second["reply"] == {"parts": [], **expected, "mojito_language_code": "en"}


async def test_decisions_requests_and_faults_are_told(
    client: httpx.AsyncClient, house: House, database: Database, talk: Talk
) -> None:
    before = await read(client, house, talk)
    assert (before["conditional_decisions"], before["requests"], before["faults"]) == ([], [], [])
    whose: dict[str, Any] = {"merchant_id": talk.seat.merchant_id, "attempt_id": talk.id, "now": NOW}
    async with database.tenant(talk.seat.merchant_id) as connection:
        branch = Branch(step_id=talk.steps[1].id, is_asked=False, reason="condition_not_met", quote="never abroad")
        await save_branch(connection, branch, **whose)
        for number, wish, is_by_word in ((1, "repeat", False), (2, "think", True)):
            await save_wish(
                connection, RecordedWish(key=new_id(), number=number, wish=wish, is_by_word=is_by_word), **whose
            )
        told = Reply(text="As long as you like.", language="en", is_aside=True)
        asked = RecordedWish(key=new_id(), number=2, wish="clarify", is_by_word=True, text="How long?", reply=told)
        await save_wish(connection, asked, **whose)
    await break_down(database, talk, FaultKind.NO_DATABASE)
    found = await read(client, house, talk)
    assert found["conditional_decisions"] == [
        {
            "question_id": str(talk.steps[1].id),
            "is_asked": False,
            "reason": "condition_not_met",
            "quote": "never abroad",
        }
    ]
    at = NOW.isoformat()
    assert found["requests"] == [
        {"kind": "repeat", "by": "button", "question_number": 1, "at": at, "text": "", "reply": None},
        {"kind": "think", "by": "word", "question_number": 2, "at": at, "text": "", "reply": None},
        {
            "kind": "clarify",
            "by": "word",
            "question_number": 2,
            "at": at,
            "text": "How long?",
            "reply": {
                "text": "As long as you like.",
                "mojito_language_code": "en",
                "source": None,
                "passage": None,
                "is_passed_on": False,
                "parts": [],
            },
        },
    ]
    assert found["faults"] == [
        {"kind": "no_database", "began_at": at, "ended_at": (NOW + timedelta(seconds=12)).isoformat()}
    ]
    assert found["attempt_number"] == 1


@pytest.mark.parametrize(
    ("moves", "status", "lifecycle", "processing", "tab"),
    [
        ((), "started", "draft", None, "incomplete"),
        ((finish,), "completed", "draft", None, "completed"),
        ((finish, submit), "completed", "active", "pending", "undecided"),
        ((finish, submit, give_back), "completed", "draft", None, "completed"),
        ((abandon,), "abandoned", "draft", None, "incomplete"),
        ((finish, abandon), "abandoned", "draft", None, "incomplete"),
        ((set_aside,), "failed", "draft", None, "incomplete"),
    ],
)
async def test_every_state_in_the_contract_s_words(
    client: httpx.AsyncClient,
    house: House,
    database: Database,
    talk: Talk,
    moves: tuple[Any, ...],
    status: str,
    lifecycle: str,
    processing: str | None,
    tab: str,
) -> None:
    await break_down(database, talk)
    await move(database, talk, *moves)
    found = await read(client, house, talk)
    assert (found["status"], found["lifecycle_status"], found["processing_status"]) == (status, lifecycle, processing)
    answer = await client.get("/functions/v1/merchant-result-list", params={"tab": tab}, headers=house.authorization())
    (row,) = answer.json()["data"]
    assert (row["coach_status"], row["status"], row["processing_status"]) == (status, lifecycle, processing)
    others = {"completed", "incomplete", "undecided"} - {tab} - ({"completed"} if tab == "undecided" else set())
    for other in others:
        answer = await client.get(
            "/functions/v1/merchant-result-list", params={"tab": other}, headers=house.authorization()
        )
        assert answer.json()["data"] == []


@pytest.mark.parametrize("ending", Ending)
async def test_however_it_ends_it_is_completed_and_says_why(
    client: httpx.AsyncClient, house: House, database: Database, talk: Talk, ending: Ending
) -> None:
    assert (await read(client, house, talk))["ai_completion_reason"] is None
    await move(database, talk, finish, ending=ending)
    found = await read(client, house, talk)
    assert (found["status"], found["ai_completion_reason"]) == ("completed", ending.value)


@pytest.mark.parametrize(
    ("answers", "is_child_asked", "expected"),
    [
        # Which of the three steps were answered, what was decided of the second, and the share in percent.
        ([0, 1, 2], True, 100.0),
        ([0, 2], False, 100.0),
        ([0, 2], True, 66.67),
        ([0, 2], None, 66.67),  # undecided: its parent was answered, so it would have been asked
        ([2], None, 50.0),
        ([0], False, 50.0),
        ([], None, 0.0),
    ],
)
async def test_coverage_is_of_what_was_to_be_asked(
    client: httpx.AsyncClient,
    house: House,
    database: Database,
    talk: Talk,
    answers: list[int],
    is_child_asked: bool | None,
    expected: float,
) -> None:
    # Each answer is followed up, which changes nothing.
    turns = [
        turn for index in answers for turn in ((talk.steps[index], {}), (talk.steps[index], {"follow_up": "more"}))
    ]
    await save(database, talk, turns)
    if is_child_asked is not None:
        branch = Branch(step_id=talk.steps[1].id, is_asked=is_child_asked, reason="unsure")
        async with database.tenant(talk.seat.merchant_id) as connection:
            await save_branch(connection, branch, merchant_id=talk.seat.merchant_id, attempt_id=talk.id, now=NOW)
    await tally_attempt(database, merchant_id=talk.seat.merchant_id, attempt_id=talk.id, now=NOW)
    assert (await read(client, house, talk))["ai_interview_coverage_percentage"] == expected


@pytest.mark.parametrize(("spent", "tenths"), [((0, 0), 1200), ((40.5, 12), 525), ((0, 12), 120)])
async def test_the_length_is_the_time_with_the_page_open(
    client: httpx.AsyncClient,
    house: House,
    database: Database,
    talk: Talk,
    spent: tuple[float, float],
    tenths: int,
) -> None:
    await save(database, talk, [(talk.steps[index], {"spent_seconds": one}) for index, one in enumerate(spent)])
    await tally_attempt(database, merchant_id=talk.seat.merchant_id, attempt_id=talk.id, now=NOW)
    assert (await read(client, house, talk))["duration"] == tenths
