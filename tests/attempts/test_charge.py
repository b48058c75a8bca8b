"""Which attempts cost credits, and what callers read of it."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.builders import NOW, House, a_draft, a_house, a_seat, an_attempt, an_interview
from vivavoce.attempts.charge import charge_attempt
from vivavoce.attempts.faults import FaultKind, add_fault
from vivavoce.attempts.ledger import set_credits
from vivavoce.attempts.move import abandon, finish, set_aside, submit
from vivavoce.candidates.links import Seat
from vivavoce.clock import now
from vivavoce.db.database import Database
from vivavoce.interviews.draft import Kind

USED = "/functions/v1/merchant-analytics-credits-used"
REGISTER = "/functions/v1/job-interview-register-users"


async def used(client: httpx.AsyncClient, house: House, **asks: Any) -> list[dict[str, Any]]:
    answer = await client.get(USED, params=asks, headers=house.authorization())
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


async def begun(database: Database, house: House, *, is_test: bool = False, **changes: Any) -> tuple[Seat, UUID]:
    seat = await a_seat(
        database, house, await an_interview(database, house, a_draft(house, **changes)), is_test=is_test
    )
    return seat, await an_attempt(database, seat)


async def moved(database: Database, house: House, attempt_id: UUID, *moves: Any, at: datetime) -> None:
    async with database.tenant(house.merchant.id) as connection:
        for move in moves:
            await move(connection, merchant_id=house.merchant.id, attempt_id=attempt_id, actor="test", now=at)
    for _ in range(2):  # a worker may do it a second time
        await charge_attempt(database, merchant_id=house.merchant.id, attempt_id=attempt_id, now=at)


@pytest.mark.parametrize(
    ("moves", "seconds", "changes", "amounts"),
    [
        ((finish,), 31, {}, [2.5]),
        ((finish,), 30, {}, []),
        ((finish, submit), 5, {}, [2.5]),
        ((finish, submit), 5, {"settings": {"max_seconds": 1800, "answer_recording": "audio_all"}}, [5.2]),
        ((abandon,), 600, {}, []),
        ((finish, abandon), 600, {}, [2.5]),
        ((finish, submit), 600, {"kind": Kind.COACHING}, []),
        ((finish, submit), 600, {"is_test": True}, []),
    ],
)
async def test_what_an_attempt_costs_by_how_it_ended(
    client: httpx.AsyncClient,
    database: Database,
    moves: tuple[Any, ...],
    seconds: int,
    changes: dict[str, Any],
    amounts: list[float],
) -> None:
    house = await a_house(database, portals=("interview", "coaching"))
    seat, attempt_id = await begun(database, house, **changes)
    async with database.tenant(house.merchant.id) as connection:
        begun_at = await connection.fetchval("select begun_at from attempts where id = $1", attempt_id)
    await moved(database, house, attempt_id, *moves, at=begun_at + timedelta(seconds=seconds))
    rows = await used(client, house)
    assert [row["credit_amount"] for row in rows] == amounts
    for row in rows:
        assert (row["object_uuid"], row["parent_object_uuid"]) == (str(attempt_id), str(seat.interview_id))
        assert (row["profile_interview_id"], row["event"]) == (str(seat.candidate_id), "interview")
        assert row["stats"]["credit_amount"] == row["credit_amount"]
    assert await used(client, house, interview_id=str(seat.interview_id)) == rows


async def test_what_is_set_aside_for_a_fault_of_ours_comes_back(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    await set_credits(database, added=Decimal(3), merchant_id=house.merchant.id, actor="test", now=now())
    _, attempt_id = await begun(database, house)
    at = NOW + timedelta(minutes=9)
    await moved(database, house, attempt_id, finish, at=at)
    assert [row["credit_amount"] for row in await used(client, house)] == [2.5]
    async with database.tenant(house.merchant.id) as connection:
        await add_fault(
            connection,
            FaultKind.SERVER,
            merchant_id=house.merchant.id,
            attempt_id=attempt_id,
            told_by="server",
            began_at=at,
            ended_at=None,
        )
    await moved(database, house, attempt_id, set_aside, at=at)
    assert [(row["event"], row["credit_amount"]) for row in await used(client, house)] == [("interview_failed", 0)]
    status = (await client.get("/functions/v1/merchant-status", headers=house.authorization())).json()
    assert (status["credits_interview_extra"], status["invitations_available"]) == (3, 12)


async def test_without_credits_nobody_is_invited_and_who_has_begun_goes_on(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    seat, attempt_id = await begun(database, house)
    await set_credits(database, monthly=Decimal(0), merchant_id=house.merchant.id, actor="test", now=now())
    body = {"interview_id": str(seat.interview_id), "users": [{"email": "sam@example.org"}]}
    refused = (await client.post(REGISTER, json=body, headers=house.authorization())).json()
    assert refused[0]["result"].startswith("Error: No interview credits are left")
    assert "interview_url" not in refused[0]
    trial = (await client.post(REGISTER, json=body | {"is_test": True}, headers=house.authorization())).json()
    assert trial[0]["result"] == "ok"
    await moved(database, house, attempt_id, finish, submit, at=NOW + timedelta(minutes=9))
    status = (await client.get("/functions/v1/merchant-status", headers=house.authorization())).json()
    assert (status["interviews_without_credits"], status["credits_interview_monthly"]) == (1, 0)
    await set_credits(database, added=Decimal(4), merchant_id=house.merchant.id, actor="test", now=now())
    assert (await client.post(REGISTER, json=body, headers=house.authorization())).json()[0]["result"] == "ok"
