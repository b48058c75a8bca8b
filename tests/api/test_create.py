"""The create call through the whole app: one statement, replays, references, warnings."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.builders import House, a_body, a_house, statements
from vivavoce.db.database import Database
from vivavoce.merchants.tokens import Role

CREATE = "/functions/v1/job-interview-create-from-array"
NOWHERE = "3948d046-6552-4c8d-8e9e-b19fbb6dcf7d"  # an id that nothing has


async def create(client: httpx.AsyncClient, house: House, body: Any, **headers: str) -> httpx.Response:
    given = house.authorization() | {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post(CREATE, json=body, headers=given)


async def count(database: Database, house: House, table: str) -> int:
    async with database.tenant(house.merchant.id) as connection:
        found: int = await connection.fetchval(f"select count(*) from {table}")
    return found


async def test_a_create_is_one_statement(
    client: httpx.AsyncClient, house: House, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = a_body(house, questions=[{"question": f"{n}?"} for n in range(50)])
    assert (await create(client, house, body)).status_code == 200  # the first one asks whether there is this merchant
    seen: list[str] = []
    with statements(monkeypatch, seen):
        answer = await create(client, house, body)
    assert answer.status_code == 200
    assert len(seen) == 1
    assert await count(database, house, "steps") == 100


async def test_the_same_key_and_body_get_the_same_bytes_and_one_interview(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    body = a_body(house, is_embedded=True)
    first = await create(client, house, body, Idempotency_Key="k-1")
    second = await create(client, house, body, Idempotency_Key="k-1")
    assert first.status_code == second.status_code == 200
    assert first.content == second.content
    assert await count(database, house, "interviews") == 1


async def test_the_same_key_with_another_body_is_refused(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    await create(client, house, a_body(house), Idempotency_Key="k-1")
    answer = await create(client, house, a_body(house, name="Another"), Idempotency_Key="k-1")
    assert (answer.status_code, answer.json()["name"]) == (422, "Idempotency-Key")
    assert await count(database, house, "interviews") == 1


async def test_a_key_belongs_to_one_merchant(client: httpx.AsyncClient, house: House, database: Database) -> None:
    other = await a_house(database)
    mine = await create(client, house, a_body(house), Idempotency_Key="shared")
    theirs = await create(client, other, a_body(other), Idempotency_Key="shared")
    assert mine.status_code == theirs.status_code == 200
    assert mine.content != theirs.content


async def test_one_environment_is_never_given_the_answer_of_another(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    body = a_body(house)
    staging = {**house.authorization(environment="staging"), "Idempotency-Key": "k-1"}
    first = await client.post(CREATE, json=body, headers=staging)
    answer = await create(client, house, body, Idempotency_Key="k-1")
    assert first.status_code == 200
    assert (answer.status_code, answer.json()["name"]) == (422, "Idempotency-Key")
    assert "environment" in answer.json()["error"]
    assert first.json()["interview_def_set_id"] not in answer.text
    assert (await client.post(CREATE, json=body, headers=staging)).content == first.content


async def test_many_calls_with_one_key_make_one_interview(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    answers = await asyncio.gather(
        *(create(client, house, a_body(house), Idempotency_Key="at-once") for _ in range(12))
    )
    codes = {answer.status_code for answer in answers}
    assert codes <= {200, 409}
    assert len({answer.content for answer in answers if answer.status_code == 200}) == 1
    assert await count(database, house, "interviews") == 1
    assert all(answer.json()["name"] == "Idempotency-Key" for answer in answers if answer.status_code == 409)


async def test_a_refused_call_leaves_its_key_free(client: httpx.AsyncClient, house: House) -> None:
    refused = await create(client, house, a_body(house, interview_template_id=str(uuid4())), Idempotency_Key="k")
    taken = await create(client, house, a_body(house), Idempotency_Key="k")
    assert (refused.status_code, taken.status_code) == (422, 200)


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "a\tb"])
async def test_a_bad_key_is_refused(client: httpx.AsyncClient, house: House, key: str) -> None:
    answer = await create(client, house, a_body(house), Idempotency_Key=key)
    assert (answer.status_code, answer.json()["name"]) == (422, "Idempotency-Key")


async def test_the_kept_answer_is_sealed(client: httpx.AsyncClient, house: House, database: Database) -> None:
    answer = await create(client, house, a_body(house, is_embedded=True), Idempotency_Key="sealed")
    signing_key = answer.json()["embed_signing_key"].encode()
    async with database.tenant(house.merchant.id) as connection:
        kept = await connection.fetchval("select sealed_answer from replies where key = 'sealed'")
        key = await connection.fetchval("select sealed_key from embed_keys")
    assert signing_key not in kept
    assert signing_key not in key


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"interview_template_id": NOWHERE}, "interview_template_id"),
        ({"interview_template_id": "no uuid"}, "interview_template_id"),
        ({"knowledge_base_store_id": NOWHERE}, "knowledge_base_store_id"),
        ({"knowledge_base_store_id": "no uuid"}, "knowledge_base_store_id"),
        (
            {
                "questions": [
                    {"question": "a"},
                    {"question": "A "},
                    {"question": "b", "knowledge_base_id": NOWHERE},
                ]
            },
            "questions[2].knowledge_base_id",
        ),
        (
            {"interview_template_id": NOWHERE, "knowledge_base_store_id": NOWHERE},
            "interview_template_id",
        ),
    ],
)
async def test_what_does_not_exist_is_named(
    client: httpx.AsyncClient, house: House, database: Database, changes: dict[str, Any], name: str
) -> None:
    answer = await create(client, house, a_body(house, **changes))
    assert (answer.status_code, answer.json()["name"]) == (422, name)
    assert await count(database, house, "interviews") == 0


async def test_anothers_ids_read_like_ids_that_do_not_exist(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    other = await a_house(database)
    for field, theirs in (
        ("interview_template_id", other.template_id),
        ("knowledge_base_store_id", other.store_id),
        ("merchant_id", other.merchant.id),
    ):
        foreign = await create(client, house, a_body(house, **{field: str(theirs)}))
        unknown = await create(client, house, a_body(house, **{field: str(uuid4())}))
        assert (foreign.status_code, foreign.content) == (unknown.status_code, unknown.content), field
        assert foreign.status_code in (403, 422)
    assert await count(database, house, "interviews") == 0


async def test_a_parent_makes_interviews_for_its_sub_merchant(
    client: httpx.AsyncClient, house: House, database: Database
) -> None:
    below = await a_house(database, parent_id=house.merchant.id)
    body = a_body(below, merchant_id=str(below.merchant.id))
    assert (await create(client, house, body)).status_code == 200
    assert await count(database, below, "interviews") == 1
    upwards = a_body(house, merchant_id=str(house.merchant.id))
    assert (await create(client, below, upwards)).status_code == 403


async def test_weights_that_never_count_are_told(client: httpx.AsyncClient, house: House) -> None:
    scoring = {"ai_pronunciation": {"weight": 20}, "speech_cadence": 10}
    answer = await create(client, house, a_body(house, custom_scoring=scoring))
    assert answer.status_code == 200
    assert "ai_pronunciation" in answer.headers["X-Vivavoce-Warning"]
    plain = await create(client, house, a_body(house))
    assert "X-Vivavoce-Warning" not in plain.headers


async def test_what_a_language_lacks_is_told_once_for_each(client: httpx.AsyncClient, house: House) -> None:
    questions = [
        {"question": "Warum?"},
        {"question": "Bakit?", "mojito_language_code": "fil"},
        {"question": "Paano?", "mojito_language_code": "fil"},
        {"question": "Why?", "mojito_language_code": "en"},
    ]
    answer = await create(client, house, a_body(house, mojito_language_code="de", questions=questions))
    assert answer.status_code == 200
    german, filipino = answer.headers.get_list("X-Vivavoce-Warning")
    assert german.startswith("mojito_language_code de, ")
    assert "typing is offered first" in german
    assert "a person reads them" in german
    assert "no native speaker" in german
    assert filipino.startswith("mojito_language_code fil, ")
    assert "no voice of its own" in filipino


async def test_keys_are_absent_without_embedding_and_returned_with_it(client: httpx.AsyncClient, house: House) -> None:
    plain = (await create(client, house, a_body(house))).json()
    embedded = (await create(client, house, a_body(house, is_embedded=True))).json()
    assert set(plain) == {"interview_def_set_id"}
    assert set(embedded) == {"interview_def_set_id", "embed_id", "embed_signing_key"}
    assert len(bytes.fromhex(embedded["embed_signing_key"])) == 32


async def test_the_checks_come_in_order(client: httpx.AsyncClient, house: House) -> None:
    """Token before size, size before JSON, JSON before shape, shape before permission, permission before look-ups."""
    big = b" " * (1024 * 1024 + 1)
    bad = json.dumps(a_body(house, interview_template_id=str(uuid4()), merchant_id=str(uuid4()))).encode()
    reader = house.authorization(Role.SELECTION)
    table = [
        (big, {}, 401),
        (big, reader, 413),
        (b"{", reader, 400),
        (b"{}", reader, 422),
        (bad, reader, 403),
        (bad, house.authorization(), 403),
    ]
    for body, headers, status in table:
        answer = await client.post(CREATE, content=body, headers=headers)
        assert answer.status_code == status, (body[:10], headers.keys())
        assert set(answer.json()) <= {"error", "name"}


@pytest.mark.parametrize(
    ("portals", "status"), [(("interview",), 422), (("coaching", "interview"), 200), (("coaching",), 200)]
)
async def test_coaching_needs_the_coaching_portal(
    client: httpx.AsyncClient, database: Database, portals: tuple[str, ...], status: int
) -> None:
    house = await a_house(database, portals=portals)
    answer = await create(client, house, a_body(house, type="coaching"))
    assert answer.status_code == status
    assert answer.json().get("name") == (None if status == 200 else "type")
    assert await count(database, house, "interviews") == (1 if status == 200 else 0)


@pytest.mark.parametrize(
    ("changes", "level", "is_detected"),
    [
        ({"name": "Senior nurse"}, "senior", True),
        ({"name": "Senior nurse", "seniority_level": "entry-level"}, "entry-level", False),
        ({"name": "Nurse", "description": "You need no experience."}, None, False),
        ({"name": "Nurse", "description": "A junior role."}, "entry-level", True),
    ],
)
async def test_the_seniority_is_detected_where_it_was_not_sent(
    client: httpx.AsyncClient, house: House, changes: dict[str, str], level: str | None, is_detected: bool
) -> None:
    created = (await create(client, house, a_body(house, **changes))).json()
    path = "/functions/v1/job-interview-get"
    params = {"position_id": created["interview_def_set_id"]}
    read = (await client.get(path, params=params, headers=house.authorization())).json()
    assert read["creation_parameters"]["seniority_level"] == level
    assert read["is_seniority_level_detected"] is is_detected
