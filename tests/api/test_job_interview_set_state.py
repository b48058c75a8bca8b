"""job-interview-set-state through the whole app: the states of an interview, and its embed key."""

from typing import Any

import httpx
import pytest

from tests.builders import KEYS, House, a_body, a_draft, a_house, an_interview
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.interviews.draft import Status
from vivavoce.interviews.states import may_move
from vivavoce.merchants.tokens import Role

FUNCTIONS = "/functions/v1"


async def set_state(client: httpx.AsyncClient, house: House, body: Any, **of_token: Any) -> httpx.Response:
    return await client.post(f"{FUNCTIONS}/job-interview-set-state", json=body, headers=house.authorization(**of_token))


async def rows(database: Database, house: House, statement: str) -> list[tuple[Any, ...]]:
    async with database.tenant(house.merchant.id) as connection:
        return [tuple(row) for row in await connection.fetch(statement)]


EVENTS = "select kind, data from events where kind <> 'interview.created' order by id"


async def test_a_draft_is_published(client: httpx.AsyncClient, house: House, database: Database) -> None:
    interview_id = str(await an_interview(database, house, a_draft(house, status=Status.DRAFT)))
    answer = await set_state(client, house, {"position_id": interview_id, "status": "active"})
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert await rows(database, house, "select status, revision from interviews") == [("active", 1)]
    assert await rows(database, house, EVENTS) == [("interview.moved", {"before": "draft", "after": "active"})]
    again = await set_state(client, house, {"position_id": interview_id, "status": "active"})
    assert again.json() == {"success": True}
    assert len(await rows(database, house, EVENTS)) == 1


@pytest.mark.parametrize("before", [status for status in Status if status is not Status.DELETED])
@pytest.mark.parametrize("after", Status)
async def test_every_move_is_made_or_refused(
    client: httpx.AsyncClient, house: House, database: Database, before: Status, after: Status
) -> None:
    interview_id = str(await an_interview(database, house, a_draft(house, status=before)))
    answer = await set_state(client, house, {"position_id": interview_id, "status": after.value})
    moved = may_move(before, after)
    assert (answer.status_code, answer.json().get("name")) == ((200, None) if moved else (422, "status"))
    assert await rows(database, house, "select status from interviews") == [((after if moved else before).value,)]


async def test_deleted_is_final(client: httpx.AsyncClient, house: House, database: Database) -> None:
    interview_id = str(await an_interview(database, house))
    await set_state(client, house, {"position_id": interview_id, "status": "deleted"})
    unknown = await set_state(client, house, {"position_id": str(new_id()), "status": "active"})
    gone = await set_state(client, house, {"position_id": interview_id, "status": "active"})
    assert (gone.status_code, gone.content) == (404, unknown.content)


# --- The embed key -------------------------------------------------------------------------------------------------


async def test_an_embed_key_is_made_once_and_stays(client: httpx.AsyncClient, house: House, database: Database) -> None:
    interview_id = str(await an_interview(database, house))
    body = {"position_id": interview_id, "is_embedded": True}
    first = (await set_state(client, house, body)).json()
    assert set(first) == {"embed_id", "embed_signing_key"}
    assert len(bytes.fromhex(first["embed_signing_key"])) == 32
    assert (await set_state(client, house, body | {"status": "draft"})).json() == first
    assert [kind for kind, _ in await rows(database, house, EVENTS)] == ["embed_key.added", "interview.moved"]
    ((sealed,),) = await rows(database, house, "select sealed_key from embed_keys")
    assert KEYS.sealer.open(sealed, place=f"embed {first['embed_id']}").decode() == first["embed_signing_key"]


async def test_the_key_of_the_create_call_is_the_one(client: httpx.AsyncClient, house: House) -> None:
    created = (
        await client.post(
            f"{FUNCTIONS}/job-interview-create-from-array",
            json=a_body(house, is_embedded=True),
            headers=house.authorization(),
        )
    ).json()
    body = {"position_id": created.pop("interview_def_set_id"), "is_embedded": True}
    assert (await set_state(client, house, body)).json() == created


async def test_a_removed_key_never_comes_back(client: httpx.AsyncClient, house: House, database: Database) -> None:
    interview_id = str(await an_interview(database, house))
    body = {"position_id": interview_id}
    first = (await set_state(client, house, body | {"is_embedded": True})).json()
    assert (await set_state(client, house, body | {"is_embedded": False})).json() == {"success": True}
    assert await rows(database, house, "select id from embed_keys") == []
    assert (await set_state(client, house, body | {"is_embedded": False})).json() == {"success": True}
    second = (await set_state(client, house, body | {"is_embedded": True})).json()
    assert set(first.values()) & set(second.values()) == set()
    assert [kind for kind, _ in await rows(database, house, EVENTS)] == [
        "embed_key.added", "embed_key.removed", "embed_key.added",
    ]  # fmt: skip


async def test_both_happen_or_neither(client: httpx.AsyncClient, house: House, database: Database) -> None:
    interview_id = str(await an_interview(database, house))
    body = {"position_id": interview_id, "status": "preparing", "is_embedded": True}
    assert (await set_state(client, house, body)).status_code == 422
    assert await rows(database, house, "select id from embed_keys") == []


# --- Refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "status"),
        ({"status": None, "is_embedded": None}, "status"),
        ({"status": "open"}, "status"),
        ({"status": ""}, "status"),
        ({"is_embedded": "true"}, "is_embedded"),
        ({"status": "active", "is_embedded": 1}, "is_embedded"),
        ({"position_id": None, "status": "active"}, "position_id"),
        ({"position_id": 1, "status": "active"}, "position_id"),
    ],
)
async def test_what_says_nothing_is_refused(
    client: httpx.AsyncClient, house: House, changes: dict[str, Any], name: str
) -> None:
    answer = await set_state(client, house, {"position_id": str(new_id()), **changes})
    assert (answer.status_code, answer.json()["name"]) == (422, name)


@pytest.mark.parametrize("name", ["position_id", "interview_id", "interview_def_set_id"])
async def test_it_goes_by_three_names(client: httpx.AsyncClient, house: House, database: Database, name: str) -> None:
    interview_id = str(await an_interview(database, house))
    assert (await set_state(client, house, {name: interview_id, "status": "archived"})).status_code == 200
    assert await rows(database, house, "select status from interviews") == [("archived",)]


@pytest.mark.parametrize("role", [Role.SELECTION, Role.MENTOR, Role.USER, Role.CANDIDATE])
async def test_who_makes_no_interviews_moves_none(
    client: httpx.AsyncClient, house: House, database: Database, role: Role
) -> None:
    body = {"position_id": str(await an_interview(database, house)), "status": "archived"}
    assert (await set_state(client, house, body, role=role)).status_code == 403


async def test_anothers_interview_is_not_there(client: httpx.AsyncClient, house: House, database: Database) -> None:
    other = await a_house(database)
    interview_id = str(await an_interview(database, other))
    nothing = (await set_state(client, house, {"position_id": "nothing", "status": "draft"})).content
    for ours in (
        await set_state(client, house, {"position_id": interview_id, "is_embedded": True}),
        await set_state(client, other, {"position_id": interview_id, "is_embedded": True}, environment="staging"),
    ):
        assert (ours.status_code, ours.content) == (404, nothing)
    assert await rows(database, other, "select id from embed_keys") == []
