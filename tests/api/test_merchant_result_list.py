"""merchant-result-list through the whole app: who took what, and how it stands."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.builders import KEYS, NOW, House, a_draft, a_house, an_attempt, an_interview
from tests.scoring.lexical import LexicalRater
from vivavoce.attempts.tally import tally_attempt
from vivavoce.candidates.invite import Invitee, invite
from vivavoce.candidates.links import Seat
from vivavoce.clock import now
from vivavoce.conversation.happenings import Answered, HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.interviews.draft import Kind, Status
from vivavoce.scoring.score import score_attempt

LIST = "/functions/v1/merchant-result-list"


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody at an interview."""

    seat: Seat
    attempt_id: UUID


async def take(
    database: Database,
    house: House,
    interview_id: UUID,
    person: Invitee,
    *,
    state: str = "begun",
    is_test: bool = False,
) -> Taken:
    """The person's attempt, brought to that state."""
    invited = await invite(
        database, KEYS, person, merchant_id=house.merchant.id, interview_id=interview_id, environment="production",
        is_test=is_test, actor="test", now=NOW,
    )  # fmt: skip
    seat = Seat(
        merchant_id=house.merchant.id,
        interview_id=interview_id,
        candidate_id=invited.candidate_id,
        is_test=is_test,
    )
    attempt_id = await an_attempt(database, seat)
    if state in ("finished", "submitted"):
        for number in (1, 2, 3):
            await happen(database, seat, attempt_id, Answered(key=new_id(), number=number, text="So."), now=NOW)
    if state == "submitted":
        await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=NOW)
    if state in ("abandoned", "failed"):
        async with database.tenant(house.merchant.id) as connection:
            await connection.execute("update attempts set state = $2 where id = $1", attempt_id, state)
    return Taken(seat, attempt_id)


async def listed(client: httpx.AsyncClient, house: House, **asked: Any) -> list[dict[str, Any]]:
    answer = await client.get(LIST, params=asked, headers=house.authorization())
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["pagination"]["total"] == len(told["data"])
    data: list[dict[str, Any]] = told["data"]
    return data


async def test_a_row_tells_every_field(client: httpx.AsyncClient, house: House, database: Database) -> None:
    rubric = {"weak": ["Explains why"], "moderate": [], "strong": []}
    draft = a_draft(house, settings={"max_follow_ups": 0, "expectations": rubric})
    interview_id = await an_interview(database, house, draft)
    person = Invitee(name="Sam Rivers", email="Sam@Example.com", external_id="c-1")
    taken = await take(database, house, interview_id, person, state="submitted")
    (pending,) = await listed(client, house)
    assert (pending["processing_status"], pending["duration_ds"]) == ("pending", None)
    await tally_attempt(database, merchant_id=house.merchant.id, attempt_id=taken.attempt_id, now=now())
    assert (await listed(client, house))[0]["processing_status"] == "pending"
    await score_attempt(database, LexicalRater(), merchant_id=house.merchant.id, attempt_id=taken.attempt_id, now=now())
    async with database.tenant(house.merchant.id) as connection:
        (stored,) = await connection.fetch("select created_at, updated_at, talk_seconds from attempts")
    (row,) = await listed(client, house)
    assert row == {
        "id": pending["id"],
        "interview_result_id": str(taken.attempt_id),
        "interview_result_pre_screening_id": None,
        "merchant_id": str(house.merchant.id),
        "profile_id": None,
        "profile_interview_id": str(taken.seat.candidate_id),
        "definition_id": str(interview_id),
        "candidate_name": "Sam Rivers",
        "candidate_email": "sam@example.com",
        "position_name": "Project manager",
        "position_step": "interview",
        "type": "interview",
        "emoji": None,
        "external_id": "c-1",
        "mojito_language_code": "en",
        "status": "active",
        "coach_status": "completed",
        "decision_status": "recruiter_action",
        "interview_started": True,
        "is_multi_stage": False,
        "is_test": False,
        "recruiter_shortlist": False,
        "recruiter_risks": None,
        "duration_ds": int(stored["talk_seconds"] * 10),
        "score": 0.0,
        "score_simulation": None,
        "score_sentiment": None,
        "score_words_per_minute": None,
        "score_interview_ai": 0.0,
        "score_answer_ai": None,
        "score_pronunciation": None,
        "caution": None,
        "processing_status": "completed",
        "processing_error": None,
        "kyc_processing_status": None,
        "position_result_step_id": None,
        "created_at": stored["created_at"].isoformat(),
        "updated_at": stored["updated_at"].isoformat(),
    }
    assert row["id"] != row["interview_result_id"]


async def test_a_person_has_one_row_an_interview_whatever_was_tried_before(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    interview_id, other_id = await an_interview(database, house), await an_interview(database, house)
    sam = Invitee(email="sam@example.com")
    first = await take(database, house, interview_id, sam, state="failed")
    (before,) = await listed(client, house)
    second = await take(database, house, interview_id, sam)
    elsewhere = await take(database, house, other_id, sam)
    rows = await listed(client, house)
    assert [row["interview_result_id"] for row in rows] == [str(elsewhere.attempt_id), str(second.attempt_id)]
    assert (before["interview_result_id"], before["coach_status"]) == (str(first.attempt_id), "failed")
    assert (rows[1]["id"], rows[1]["coach_status"]) == (before["id"], "started")
    assert rows[0]["id"] != rows[1]["id"]


@pytest.fixture
async def five(house: House, database: Database) -> dict[str, Taken]:
    """One of each state, in this order, by the person's name; at one interview but the last."""
    interview_id = await an_interview(database, house)
    other_id = await an_interview(database, house, a_draft(house, name="Other", status=Status.ARCHIVED))
    test_id = await an_interview(database, house, a_draft(house, kind=Kind.ASSESSMENT))
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute("update interviews set status = 'active'")
    taken = {
        state: await take(
            database, house, interview_id if state != "failed" else other_id,
            Invitee(name=f"Person {state}", email=f"{state}@example.com"), state=state,
        )
        for state in ("begun", "finished", "submitted", "abandoned", "failed")
    }  # fmt: skip
    await take(database, house, test_id, Invitee(name="Tester"))
    return taken


ALL = ["failed", "abandoned", "submitted", "finished", "begun"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ALL),
        ({"tab": ""}, ALL),
        ({"tab": "completed"}, ["submitted", "finished"]),
        ({"tab": "incomplete"}, ["failed", "abandoned", "begun"]),
        ({"tab": "undecided"}, ["submitted"]),
        *[
            ({"tab": tab}, [])
            for tab in (
                "decided-rejected", "shortlist", "decided-selected", "archived-interview", "public_avatar",
                "archived-public_avatar",
            )
        ],
        ({"step": "interview"}, ALL),
        ({"step": "pre-screening"}, []),
        ({"risks": "audio_multiple_voices"}, []),
        ({"risks": ""}, ALL),
        ({"filter_emoji": "🍞"}, []),
        ({"type": "persona"}, []),
        ({"filter_text": "PERSON F"}, ["failed", "finished"]),
        ({"filter_text": "begun@"}, ["begun"]),
        ({"order_by": "created_at_oldest"}, ALL[::-1]),
        ({"order_by": "score"}, ALL),
        ({"order_by": "created_at_newest", "limit": "1000"}, ALL),
    ],
)  # fmt: skip
async def test_which_results_are_listed(
    client: httpx.AsyncClient, house: House, five: dict[str, Taken], asked: dict[str, str], expected: list[str]
) -> None:
    by_id = {str(taken.attempt_id): state for state, taken in five.items()}
    assert [by_id[row["interview_result_id"]] for row in await listed(client, house, **asked)] == expected


async def test_an_order_tells_no_score_that_is_to_be_rated_blind_first(
    client: httpx.AsyncClient, house: House, database: Database, five: dict[str, Taken]
) -> None:
    async with database.tenant(house.merchant.id) as connection:
        for state, score in (("finished", 3), ("submitted", 9), ("abandoned", 6), ("failed", 1)):
            await connection.execute(
                "update attempts set score = $2, judged_at = now() where id = $1", five[state].attempt_id, score
            )

    async def order() -> list[str]:
        rows = await listed(client, house, order_by="score")
        return [row["candidate_name"].removeprefix("Person ") for row in rows]

    assert await order() == ["submitted", "abandoned", "finished", "failed", "begun"]
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute(
            "update interviews set blind_rating = 'required' where id ="
            " (select interview_id from attempts where id = $1)",
            five["submitted"].attempt_id,
        )
    assert await order() == ["failed", "abandoned", "submitted", "finished", "begun"], "the newest first"


async def test_what_changed_last_comes_first(
    client: httpx.AsyncClient, house: House, database: Database, five: dict[str, Taken]
) -> None:
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute(
            "update attempts set updated_at = '2027-01-01Z' where id = $1", five["begun"].attempt_id
        )
    assert (await listed(client, house, order_by="updated_at_newest"))[0]["candidate_name"] == "Person begun"


async def test_results_are_narrowed_to_an_interview_and_to_a_person(
    client: httpx.AsyncClient, house: House, five: dict[str, Taken]
) -> None:
    failed, begun = five["failed"].seat, five["begun"].seat
    by_interview = await listed(client, house, interview_id=str(failed.interview_id))
    by_person = await listed(client, house, profile_interview_id=str(begun.candidate_id))
    by_both = await listed(
        client, house, interview_id=str(failed.interview_id), profile_interview_id=str(begun.candidate_id)
    )
    assert [row["candidate_name"] for row in by_interview] == ["Person failed"]
    assert [row["candidate_name"] for row in by_person] == ["Person begun"]
    assert by_both == []
    assert [row["candidate_name"] for row in await listed(client, house, type="assessment")] == ["Tester"]


@pytest.mark.parametrize("name", ["interview_id", "profile_interview_id"])
async def test_what_they_are_narrowed_to_must_be_there(
    client: httpx.AsyncClient, house: House, database: Database, five: dict[str, Taken], name: str
) -> None:
    other = await a_house(database)
    theirs = await take(database, other, await an_interview(database, other), Invitee())
    ids = {"interview_id": theirs.seat.interview_id, "profile_interview_id": theirs.seat.candidate_id}
    own = {"interview_id": five["begun"].seat.interview_id, "profile_interview_id": five["begun"].seat.candidate_id}
    headers = house.authorization()
    answers = [
        await client.get(LIST, params={name: named}, headers=headers) for named in (str(ids[name]), "no", str(new_id()))
    ]
    answers.append(
        await client.get(LIST, params={name: str(own[name])}, headers=house.authorization(environment="staging"))
    )
    assert {(answer.status_code, answer.content) for answer in answers} == {(422, answers[0].content)}
    assert answers[0].json()["name"] == name


async def test_a_deleted_interviews_results_stay(
    client: httpx.AsyncClient, house: House, database: Database, five: dict[str, Taken]
) -> None:
    interview_id = five["failed"].seat.interview_id
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute("update interviews set status = 'deleted' where id = $1", interview_id)
    assert len(await listed(client, house, interview_id=str(interview_id))) == 1
    assert await listed(client, house) != []
    staging = await client.get(LIST, headers=house.authorization(environment="staging"))
    assert staging.json()["data"] == []
