"""merchant-candidate-list through the whole app: who is listed, in which order, and how pages follow each other."""

from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.builders import CONSENTS, KEYS, NOW, House, an_interview
from vivavoce.attempts.begin import begin_attempt
from vivavoce.candidates.entrance import enter
from vivavoce.candidates.invite import Invitee, find_or_add, invite
from vivavoce.candidates.links import Seat
from vivavoce.db.database import Database
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT

LIST = "/functions/v1/merchant-candidate-list"


async def told(client: httpx.AsyncClient, house: House, **asked: Any) -> dict[str, Any]:
    answer = await client.get(LIST, params=asked, headers=house.authorization())
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def names(client: httpx.AsyncClient, house: House, **asked: Any) -> list[str]:
    """All of them, on one page, which says so."""
    page = await told(client, house, **asked)
    assert page["pagination"]["total"] == len(page["data"]), asked
    assert not page["pagination"]["has_more"]
    return [row["name"] for row in page["data"]]


async def let_in(
    database: Database, house: House, interview_id: UUID, name: str, *, is_test: bool = False, begins: bool = False
) -> Seat:
    invited = await invite(
        database,
        KEYS,
        Invitee(name=name, email=f"{uuid4().hex}@example.com", external_id=f"x-{name}"),
        merchant_id=house.merchant.id,
        interview_id=interview_id,
        environment=DEFAULT_ENVIRONMENT,
        is_test=is_test,
        actor="test",
        now=NOW,
    )
    seat = Seat(
        merchant_id=house.merchant.id, interview_id=interview_id, candidate_id=invited.candidate_id, is_test=is_test
    )
    if begins:
        await begin_attempt(database, seat, consents=CONSENTS, now=NOW)
    return seat


async def came_by_themselves(database: Database, house: House, interview_id: UUID, name: str) -> None:
    async with database.tenant(house.merchant.id) as connection:
        candidate_id = await find_or_add(connection, house.merchant.id, name=name, email=None, external_id=None)
        seat = Seat(merchant_id=house.merchant.id, interview_id=interview_id, candidate_id=candidate_id, is_test=False)
        await enter(connection, seat, environment=DEFAULT_ENVIRONMENT)


async def test_candidates_are_told_by_tab_source_name_and_order(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    interview_id = await an_interview(database, house)
    begun = await let_in(database, house, interview_id, "Bea Moss", begins=True)
    await let_in(database, house, interview_id, "Ann Ray")
    await came_by_themselves(database, house, interview_id, "cy Fell")
    await let_in(database, house, interview_id, "Trial", is_test=True)
    for asked, expected in (
        ({}, ["cy Fell", "Ann Ray", "Bea Moss"]),
        ({"tab": "interview"}, ["Bea Moss"]),
        ({"tab": "no-action"}, ["cy Fell", "Ann Ray"]),
        ({"tab": "leads"}, []),
        ({"tab": "pre-screening"}, []),
        ({"tab": ""}, ["cy Fell", "Ann Ray", "Bea Moss"]),
        ({"source": "invited"}, ["Ann Ray", "Bea Moss"]),
        ({"source": "registered"}, ["cy Fell"]),
        ({"source": "invited", "tab": "no-action"}, ["Ann Ray"]),
        ({"source": "registered", "tab": "no-action"}, ["cy Fell"]),
        ({"source": "registered", "tab": "interview"}, []),
        ({"order_by": "created_at_oldest"}, ["Bea Moss", "Ann Ray", "cy Fell"]),
        ({"order_by": "name_accending"}, ["Ann Ray", "Bea Moss", "cy Fell"]),
        ({"order_by": "name_decending"}, ["cy Fell", "Bea Moss", "Ann Ray"]),
        ({"filter_text": "RAY"}, ["Ann Ray"]),
        ({"filter_text": "example.com", "order_by": "name_accending"}, ["Ann Ray", "Bea Moss"]),
        ({"filter_text": "%"}, []),
        ({"filter_emoji": "⭐"}, []),
    ):
        assert await names(client, house, **asked) == expected, asked
    (row,) = (await told(client, house, tab="interview"))["data"]
    assert (row["id"], row["external_id"], row["status"]) == (str(begun.candidate_id), "x-Bea Moss", "active")
    assert (row["interview_count"], row["interview_last"]) == (1, NOW.isoformat())
    assert [row["status"] for row in (await told(client, house))["data"]] == ["active", "invited", "active"]
    async with database.tenant(house.merchant.id) as connection:  # who is being erased is gone for everybody else
        await connection.execute("update candidates set erasing_at = now() where id = $1", begun.candidate_id)
    for asked, expected in (
        ({}, ["cy Fell", "Ann Ray"]),
        ({"tab": "interview"}, []),
        ({"source": "invited"}, ["Ann Ray"]),
    ):
        assert await names(client, house, **asked) == expected, asked
    async with database.tenant(house.merchant.id) as connection:  # nobody would ever end it
        await connection.execute("update candidates set erasing_at = null where id = $1", begun.candidate_id)


async def test_pages_follow_each_other_by_offset_and_by_key(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    interview_id = await an_interview(database, house)
    ids = [str((await let_in(database, house, interview_id, f"P{place}")).candidate_id) for place in range(5)]
    page = await told(client, house, limit=2, offset=2)
    assert [row["id"] for row in page["data"]] == [ids[2], ids[1]]
    assert page["pagination"] == {"total": 5, "limit": 2, "offset": 2, "has_more": True}
    for order, expected in (("created_at_newest", ids[::-1]), ("created_at_oldest", ids)):
        seen: list[str] = []
        after: dict[str, str] = {}
        for _ in range(4):
            page = await told(client, house, limit=2, order_by=order, **after)
            assert page["pagination"]["total"] == 5 - len(seen)
            seen += [row["id"] for row in page["data"]]
            after = {"after": seen[-1]}
        assert seen == expected
    beyond = await told(client, house, limit=2, offset=9)
    assert (beyond["data"], beyond["pagination"]["total"]) == ([], 5)
    by_name = {"order_by": "name_accending", "after": ids[0]}
    refused = await client.get(LIST, params=by_name, headers=house.authorization())
    assert (refused.status_code, refused.json()["name"]) == (422, "after")
