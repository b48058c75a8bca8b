"""merchant-status through the whole app: the figures of an environment."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.builders import House, a_draft, a_house, a_seat, an_attempt, an_interview
from vivavoce.attempts.decider import name_decider
from vivavoce.attempts.decisions import DecisionKind, Ruling, decide
from vivavoce.attempts.figures import count_figures
from vivavoce.conversation.happenings import Answered, HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.interviews.draft import Status

STATUS = "/functions/v1/merchant-status"


async def status_of(client: httpx.AsyncClient, house: House, **of_token: Any) -> dict[str, Any]:
    answer = await client.get(STATUS, headers=house.authorization(**of_token))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_the_figures_count_what_is_there(client: httpx.AsyncClient, house: House, database: Database) -> None:
    interview_id = await an_interview(database, house)
    await an_interview(database, house, a_draft(house, status=Status.DRAFT))
    seat = await a_seat(database, house, interview_id)
    await a_seat(database, house, interview_id)
    trial = await a_seat(database, house, interview_id, is_test=True)
    attempts = [await an_attempt(database, one) for one in (seat, trial, await a_seat(database, house, interview_id))]
    for number in (1, 2, 3):
        await happen(
            database, seat, attempts[0], Answered(key=new_id(), number=number, text="So."), now=datetime.now(UTC)
        )
    await happen(database, seat, attempts[0], HandedIn(key=new_id()), now=datetime.now(UTC))
    user_id = new_id()
    told = await status_of(client, house, user_id=user_id)
    history = told.pop("interview_result_history"), told.pop("candidates_history")
    assert [len(days) for days in history] == [14, 14]
    assert sum(history[1]) == 3
    assert told == {
        "profile_id": str(user_id),
        "default_merchant_id": str(house.merchant.id),
        "merchant_id": str(house.merchant.id),
        "credits_interview_monthly": None,
        "credits_interview_monthly_limit": None,
        "credits_interview_extra": None,
        "credits_interview_single": None,
        "definitions_active": 1,
        "interviews_without_credits": 0,
        "interviews_undecided": 1,
        "interviews_ongoing": 1,
        "interview_results": 2,
        "candidates": 3,
        "subscription_type": None,
        "subscription_status": None,
        "invitations_sent": 3,
        "invitations_limit": None,
        "invitations_available": None,
    }
    async with database.tenant(house.merchant.id) as connection:
        ruling = Ruling(kind=DecisionKind.SELECTED, reason="Led a shift.", is_mailed=False)
        noor = name_decider("n", "Noor Haddad")
        await decide(connection, attempts[0], ruling, noor, merchant_id=house.merchant.id, now=datetime.now(UTC))
    assert (await status_of(client, house))["interviews_undecided"] == 0
    elsewhere = await status_of(client, house, environment="staging")
    assert (elsewhere["definitions_active"], elsewhere["interview_results"], elsewhere["candidates"]) == (0, 0, 0)


async def test_a_history_counts_by_day_in_utc_today_first(house: House, database: Database) -> None:
    interview_id = await an_interview(database, house)
    now = datetime(2027, 3, 31, 0, 30, tzinfo=UTC)
    for when in (now, now - timedelta(hours=1), now - timedelta(days=13), now - timedelta(days=14)):
        attempt_id = await an_attempt(database, await a_seat(database, house, interview_id))
        async with database.tenant(house.merchant.id) as connection:
            await connection.execute("update attempts set begun_at = $2 where id = $1", attempt_id, when)
    async with database.tenant(house.merchant.id) as connection:
        figures = await count_figures(connection, environment="production", now=now)
    assert figures.attempts_by_day == (1, 1, *[0] * 11, 1)
    assert figures.attempts == 4


async def test_an_operator_reads_a_sub_merchants_figures(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    child = await a_house(database, parent_id=house.merchant.id)
    await an_interview(database, child)
    answer = await client.post(STATUS, json={"merchant_id": str(child.merchant.id)}, headers=house.authorization())
    told = answer.json()
    assert (told["merchant_id"], told["default_merchant_id"]) == (str(child.merchant.id), str(house.merchant.id))
    assert told["definitions_active"] == 1
