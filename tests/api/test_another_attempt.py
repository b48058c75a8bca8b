"""job-interview-result-request-another-attempt, with what it means for the person and for the lists."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.builders import CONSENTS, NOW, House, a_seat, an_attempt, an_interview
from vivavoce.attempts.begin import Attempt, begin_attempt, find_standing
from vivavoce.attempts.move import abandon, finish, submit
from vivavoce.attempts.tally import tally_attempt
from vivavoce.candidates.links import Seat
from vivavoce.clock import now
from vivavoce.db.database import Database

PREFIX = "/functions/v1"
WRONG_STATE = {
    "error": "Expected an attempt that is submitted, and the latest of its person: this one is not, or not any more.",
    "name": "interview_result_id",
}


@pytest.fixture
async def seat(database: Database, house: House) -> Seat:
    return await a_seat(database, house, await an_interview(database, house))


async def move(database: Database, seat: Seat, attempt_id: UUID, *moves: Any) -> UUID:
    async with database.tenant(seat.merchant_id) as connection:
        for one in moves:
            await one(connection, merchant_id=seat.merchant_id, attempt_id=attempt_id, actor="test", now=NOW)
    return attempt_id


async def send_back(client: httpx.AsyncClient, house: House, attempt_id: UUID) -> httpx.Response:
    return await client.post(
        f"{PREFIX}/job-interview-result-request-another-attempt",
        json={"interview_result_id": str(attempt_id)},
        headers=house.authorization(),
    )


async def row(client: httpx.AsyncClient, house: House, **asked: str) -> dict[str, Any]:
    answer = await client.get(f"{PREFIX}/merchant-result-list", params=asked, headers=house.authorization())
    (found,) = answer.json()["data"]
    return dict(found)


async def test_what_is_sent_back_is_a_draft_again_and_can_be_made_anew(
    client: httpx.AsyncClient, house: House, database: Database, seat: Seat
) -> None:
    first = await move(database, seat, await an_attempt(database, seat), finish, submit)
    await tally_attempt(database, merchant_id=seat.merchant_id, attempt_id=first, now=now())
    assert (await row(client, house, tab="undecided"))["status"] == "active"
    answer = await send_back(client, house, first)
    assert (answer.status_code, answer.json()) == (200, {})
    found = await row(client, house)
    assert (found["interview_result_id"], found["status"], found["processing_status"]) == (str(first), "draft", None)
    assert (await find_standing(database, seat)).allowance.allowed == 4  # three, and the one that was granted
    second = await begin_attempt(database, seat, consents=CONSENTS, now=now())
    found = await row(client, house, tab="incomplete")
    assert (found["interview_result_id"], found["coach_status"]) == (str(second.id), "started")


@pytest.mark.parametrize("moves", [(), (finish,), (abandon,)])
async def test_what_was_not_handed_in_is_not_sent_back(
    client: httpx.AsyncClient, house: House, database: Database, seat: Seat, moves: tuple[Any, ...]
) -> None:
    attempt_id = await move(database, seat, await an_attempt(database, seat), *moves)
    answer = await send_back(client, house, attempt_id)
    assert (answer.status_code, answer.json()) == (422, WRONG_STATE)


async def test_asked_many_times_at_once_it_is_one_attempt_more(
    client: httpx.AsyncClient, house: House, database: Database, seat: Seat
) -> None:
    attempt_id = await move(database, seat, await an_attempt(database, seat), finish, submit)
    answers = await asyncio.gather(*(send_back(client, house, attempt_id) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 422, 422, 422, 422]
    assert [answer.json() for answer in answers if answer.status_code == 422] == [WRONG_STATE] * 4
    assert (await find_standing(database, seat)).allowance.left == 3


async def test_begun_while_it_is_sent_back_it_begins_once_or_says_that_it_was_handed_in(
    client: httpx.AsyncClient, house: House, database: Database, seat: Seat
) -> None:
    attempt_id = await move(database, seat, await an_attempt(database, seat), finish, submit)
    beginning = [begin_attempt(database, seat, consents=CONSENTS, now=now()) for _ in range(3)]
    answer, *begun = await asyncio.gather(send_back(client, house, attempt_id), *beginning, return_exceptions=True)
    assert isinstance(answer, httpx.Response)
    assert answer.status_code == 200
    ids = {one.id for one in begun if isinstance(one, Attempt)}
    latest = await begin_attempt(database, seat, consents=CONSENTS, now=now())
    assert ids <= {latest.id}
    assert (await find_standing(database, seat)).allowance.used == 2
