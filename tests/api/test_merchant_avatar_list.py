"""merchant-avatar-list through the whole app: the templates."""

from typing import Any

import httpx
import pytest

from tests.builders import House
from vivavoce.db.database import Database
from vivavoce.interviews.templates import Interviewer, Modality, add_template

LIST = "/functions/v1/merchant-avatar-list"


async def listed(client: httpx.AsyncClient, house: House, **asked: Any) -> list[dict[str, Any]]:
    answer = await client.get(LIST, params=asked, headers=house.authorization())
    assert answer.status_code == 200, answer.text
    data: list[dict[str, Any]] = answer.json()["data"]
    return data


async def test_a_row_tells_every_field(client: httpx.AsyncClient, house: House, database: Database) -> None:
    async with database.tenant(house.merchant.id) as connection:
        (stored,) = await connection.fetch("select created_at, updated_at from templates")
    assert await listed(client, house) == [
        {
            "id": str(house.template_id),
            "merchant_id": str(house.merchant.id),
            "name": "Robin",
            "type": "interactive_heygen",
            "status": "active",
            "visibility": None,
            "mojito_language_code": "en",
            "video_voice_language_name": "English (United States)",
            "media_url": None,
            "background_url": None,
            "background_blur": None,
            "video_background_remove": None,
            "video_avatar_image_url": None,
            "video_avatar_aspect_ratio": None,
            "created_at": stored["created_at"].isoformat(),
            "updated_at": stored["updated_at"].isoformat(),
        }
    ]


async def test_the_voice_that_a_template_chose_is_named(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    await add_template(
        database,
        merchant_id=house.merchant.id,
        name="Kim",
        slug="kim",
        language="en",
        interviewer=Interviewer(voice="en-GB"),
    )
    names = {row["name"]: row["video_voice_language_name"] for row in await listed(client, house)}
    assert names == {"Robin": "English (United States)", "Kim": "English (United Kingdom)"}


@pytest.fixture
async def four(house: House, database: Database) -> House:
    """Beside Robin: a voice, a recorded one, one that was put away and one that is gone."""
    for name, modality, language in (
        ("Vera", Modality.VOICE, "de"),
        ("Reka", Modality.RECORDED, "br"),
        ("Old", Modality.VOICE, "en"),
        ("Gone", Modality.VOICE, "en"),
    ):
        await add_template(
            database,
            merchant_id=house.merchant.id,
            name=name,
            slug=name.lower(),
            language=language,
            interviewer=Interviewer(modality=modality),
        )
    async with database.tenant(house.merchant.id) as connection:
        await connection.execute("update templates set status = 'archived' where name = 'Old'")
        await connection.execute("update templates set status = 'deleted' where name = 'Gone'")
        await connection.execute("update templates set status = 'draft' where name = 'Reka'")
    return house


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["Reka", "Vera", "Robin"]),
        ({"include_archived": "true"}, ["Old", "Reka", "Vera", "Robin"]),
        ({"include_public": "true"}, ["Reka", "Vera", "Robin"]),
        ({"status": "archived"}, ["Old"]),
        ({"status": "deleted"}, ["Gone"]),
        ({"status": "draft"}, ["Reka"]),
        ({"type": "interactive_elevenlabs"}, ["Vera"]),
        ({"type": "offline_heygen"}, ["Reka"]),
        ({"type": "offline_elai"}, []),
        ({"mojito_language_code": "de"}, ["Vera"]),
        ({"mojito_language_code": "xx"}, []),
        ({"filter_text": "ROB"}, ["Robin"]),
        ({"filter_text": "brazil"}, ["Reka"]),
        ({"limit": "1", "offset": "1"}, ["Vera"]),
    ],
)
async def test_which_templates_are_listed(
    client: httpx.AsyncClient, four: House, asked: dict[str, str], expected: list[str]
) -> None:
    assert [row["name"] for row in await listed(client, four, **asked)] == expected


async def test_templates_serve_every_environment(client: httpx.AsyncClient, house: House) -> None:
    answer = await client.get(LIST, headers=house.authorization(environment="staging"))
    assert len(answer.json()["data"]) == 1
