"""merchant-interview-list through the whole app: which interviews, in which order, told how."""

from typing import Any

import httpx
import pytest

from tests.builders import House, a_draft, a_seat, an_attempt, an_interview
from vivavoce.db.database import Database
from vivavoce.interviews.draft import Kind, Status, Visibility
from vivavoce.merchants.tokens import Role

LIST = "/functions/v1/merchant-interview-list"


async def names(client: httpx.AsyncClient, house: House, *, environment: str = "production", **asked: Any) -> list[str]:
    headers = house.authorization(Role.SELECTION, environment=environment)
    answer = await client.get(LIST, params=asked, headers=headers)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["pagination"]["total"] == len(told["data"])
    return [row["name"] for row in told["data"]]


async def test_a_row_tells_every_field(client: httpx.AsyncClient, house: House, database: Database) -> None:
    settings = {"answer_recording": "audio_all", "session_recording": "video_all", "cover_image_url": "https://e.x/a"}
    interview_id = await an_interview(database, house, a_draft(house, settings=settings, visibility=Visibility.INVITED))
    await an_attempt(database, await a_seat(database, house, interview_id, is_test=True))
    attempt_id = await an_attempt(database, await a_seat(database, house, interview_id))
    async with database.tenant(house.merchant.id) as connection:
        (stored,) = await connection.fetch("select created_at, updated_at from interviews")
        begun_at = await connection.fetchval("select begun_at from attempts where id = $1", attempt_id)
    (row,) = (await client.get(LIST, headers=house.authorization())).json()["data"]
    assert row == {
        "id": str(interview_id),
        "merchant_id": str(house.merchant.id),
        "name": "Project manager",
        "emoji": None,
        "type": "interview",
        "type_avatar": "interactive_heygen",
        "status": "active",
        "visibility": "merchant_invite",
        "mojito_language_code": "en",
        "speech_language_code": "en-US",
        "environment": "production",
        "is_ats": False,
        "is_multi_stage": False,
        "recording": "audio_all",
        "recording_full_session": "video_all",
        "billing_single_position": None,
        "billing_single_position_end_at": None,
        "cover_image_url": "https://e.x/a",
        "interview_count": 1,
        "interview_last": begun_at.isoformat(),
        "calc_duration": None,
        "created_at": stored["created_at"].isoformat(),
        "updated_at": stored["updated_at"].isoformat(),
    }


@pytest.fixture
async def many(house: House, database: Database) -> dict[str, str]:
    """One of each, in this order; by name the id."""
    drafts = [
        a_draft(house, name="Baker"),
        a_draft(house, name="Draft baker", status=Status.DRAFT),
        a_draft(house, name="100% Cook", status=Status.ARCHIVED),
        a_draft(house, name="Gone", status=Status.DELETED),
        a_draft(house, name="Test", kind=Kind.ASSESSMENT),
        a_draft(house, name="Practice", kind=Kind.COACHING),
    ]
    return {draft.name: str(await an_interview(database, house, draft)) for draft in drafts}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["100% Cook", "Draft baker", "Baker"]),
        ({"type": "assessment"}, ["Test"]),
        ({"type": "coaching"}, ["Practice"]),
        ({"type": "persona"}, []),
        ({"type": "public_avatar"}, []),
        ({"status": "active"}, ["Baker"]),
        ({"status": "deleted"}, ["Gone"]),
        ({"status": "preparing"}, []),
        ({"filter_text": "BAKER"}, ["Draft baker", "Baker"]),
        ({"filter_text": "%"}, ["100% Cook"]),
        ({"filter_text": "_"}, []),
        ({"filter_text": ""}, ["100% Cook", "Draft baker", "Baker"]),
        ({"filter_emoji": "🍞"}, []),
        ({"show_public": "true", "show_demo": "true", "status": "active"}, ["Baker"]),
        ({"environment": "staging"}, []),
    ],
)
async def test_which_interviews_are_listed(
    client: httpx.AsyncClient, house: House, many: dict[str, str], asked: dict[str, str], expected: list[str]
) -> None:
    assert await names(client, house, **asked) == expected


async def test_what_changed_last_comes_first(client: httpx.AsyncClient, house: House, many: dict[str, str]) -> None:
    changed = await client.post(
        "/functions/v1/job-interview-update",
        json={"position_id": many["Baker"], "code": "b"},
        headers=house.authorization(),
    )
    assert changed.status_code == 200
    assert await names(client, house) == ["Baker", "100% Cook", "Draft baker"]
