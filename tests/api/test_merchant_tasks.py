"""merchant-task-list and merchant-task-set-state through the whole app."""

from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.builders import House, a_house, a_seat, an_attempt, an_interview
from vivavoce.attempts.tasks import TaskKind, add_task
from vivavoce.candidates.links import Seat
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id

LIST, SET_STATE = "/functions/v1/merchant-task-list", "/functions/v1/merchant-task-set-state"


@pytest.fixture
async def seat(database: Database, house: House) -> Seat:
    return await a_seat(database, house, await an_interview(database, house))


async def add(database: Database, seat: Seat, text: str, *, attempt_id: UUID | None = None) -> str:
    async with database.tenant(seat.merchant_id) as connection:
        task_id = await add_task(
            connection,
            TaskKind.ANSWER_CANDIDATE,
            merchant_id=seat.merchant_id,
            environment="production",
            interview_id=seat.interview_id,
            candidate_id=seat.candidate_id,
            attempt_id=attempt_id,
            text=text,
            actor="test",
        )
    return str(task_id)


async def told(client: httpx.AsyncClient, house: House, **asked: Any) -> dict[str, Any]:
    answer = await client.get(LIST, params=asked, headers=house.authorization())
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def set_state(client: httpx.AsyncClient, house: House, task_id: str, state: str, **said: str) -> httpx.Response:
    body = {"task_id": task_id, "state": state} | said
    return await client.post(SET_STATE, json=body, headers=house.authorization())


async def test_a_task_says_what_a_person_needs_to_do_it(
    client: httpx.AsyncClient, house: House, database: Database, seat: Seat
) -> None:
    attempt_id = await an_attempt(database, seat)
    task_id = await add(database, seat, "Is there a canteen?", attempt_id=attempt_id)
    (row,) = (await told(client, house))["data"]
    assert datetime.fromisoformat(row.pop("created_at")).tzinfo is not None
    assert row.pop("candidate_email").endswith("@example.com")
    assert row == {
        "id": task_id,
        "kind": "answer_candidate",
        "state": "open",
        "interview_id": str(seat.interview_id),
        "interview_name": "Project manager",
        "interview_result_id": str(attempt_id),
        "profile_interview_id": str(seat.candidate_id),
        "candidate_name": "Sam Rivers",
        "text": "Is there a canteen?",
        "done_at": None,
        "due_at": None,
        "reason": None,
        "reply": None,
    }


async def test_what_waits_is_listed_and_what_is_done_where_it_is_asked_for(
    client: httpx.AsyncClient, house: House, database: Database, seat: Seat
) -> None:
    first, second = [await add(database, seat, text) for text in ("One?", "Two?")]
    for _ in range(2):
        answer = await set_state(client, house, first, "done")
        assert (answer.status_code, answer.json()) == (200, {"success": True})
    for asked, expected in (({}, [second]), ({"state": "done"}, [first]), ({"state": "all"}, [second, first])):
        assert [row["id"] for row in (await told(client, house, **asked))["data"]] == expected
    (done,) = (await told(client, house, state="done"))["data"]
    assert done["done_at"] is not None
    await set_state(client, house, first, "open")
    assert [row["done_at"] for row in (await told(client, house))["data"]] == [None, None]


async def test_a_question_is_answered_with_the_task_and_answered_anew(
    client: httpx.AsyncClient, house: House, database: Database, seat: Seat
) -> None:
    task_id = await add(database, seat, "Is there a canteen?")
    for reply in ("Yes.", " Yes,\r\nuntil 22:00. "):
        assert (await set_state(client, house, task_id, "done", reply=reply)).status_code == 200
    (row,) = (await told(client, house, state="done"))["data"]
    assert row["reply"] == "Yes,\nuntil 22:00."
    assert (await set_state(client, house, task_id, "done")).status_code == 200
    assert (await told(client, house, state="done"))["data"] == [row]


@pytest.mark.parametrize(("state", "reply"), [("open", "Yes."), ("done", "x" * 2_001)])
async def test_a_reply_that_can_not_be_kept_is_refused(
    client: httpx.AsyncClient, house: House, database: Database, seat: Seat, state: str, reply: str
) -> None:
    refused = await set_state(client, house, await add(database, seat, "Is there a canteen?"), state, reply=reply)
    assert (refused.status_code, refused.json()["name"]) == (422, "reply")


async def test_the_list_comes_in_pages(client: httpx.AsyncClient, house: House, database: Database, seat: Seat) -> None:
    tasks = [await add(database, seat, str(number)) for number in range(3)]
    page = await told(client, house, limit=2)
    assert [row["id"] for row in page["data"]] == tasks[:0:-1]
    assert page["pagination"] == {"total": 3, "limit": 2, "offset": 0, "has_more": True}
    page = await told(client, house, limit=2, offset=2)
    assert ([row["id"] for row in page["data"]], page["pagination"]["has_more"]) == (tasks[:1], False)
    page = await told(client, house, offset=7)
    assert (page["data"], page["pagination"]["total"]) == ([], 3)


async def test_the_list_can_be_of_one_interview(
    client: httpx.AsyncClient, house: House, database: Database, seat: Seat
) -> None:
    other = await a_seat(database, house, await an_interview(database, house))
    await add(database, seat, "One?")
    theirs = await add(database, other, "Two?")
    page = await told(client, house, interview_id=str(other.interview_id))
    assert [row["id"] for row in page["data"]] == [theirs]
    answer = await client.get(LIST, params={"interview_id": str(new_id())}, headers=house.authorization())
    assert (answer.status_code, answer.json()["name"]) == (422, "interview_id")


async def test_nobody_sees_or_moves_anothers(
    client: httpx.AsyncClient, house: House, database: Database, seat: Seat
) -> None:
    task_id = await add(database, seat, "One?")
    other = await a_house(database)
    assert (await told(client, other))["data"] == []
    assert (await set_state(client, other, task_id, "done")).status_code == 404
    assert [row["state"] for row in (await told(client, house))["data"]] == ["open"]
