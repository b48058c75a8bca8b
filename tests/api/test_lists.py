"""What all lists have in common: the window, the words of what they are asked for, and who may ask."""

from typing import Any

import httpx
import pytest

from tests.builders import House, a_draft, a_house, a_seat, an_attempt, an_interview
from tests.folding import folded
from vivavoce.db.database import Database
from vivavoce.merchants.tokens import Role

FUNCTIONS = "/functions/v1"
LISTS = ["merchant-interview-list", "merchant-result-list"]
ALL = [*LISTS, "merchant-avatar-list"]


async def ask(client: httpx.AsyncClient, house: House, name: str, **asked: Any) -> httpx.Response:
    return await client.get(f"{FUNCTIONS}/{name}", params=asked, headers=house.authorization())


async def furnish(database: Database, house: House, number: int) -> None:
    """So many interviews, each with an attempt."""
    for index in range(number):
        interview_id = await an_interview(database, house, a_draft(house, name=f"Interview {index}"))
        await an_attempt(database, await a_seat(database, house, interview_id))


@pytest.mark.parametrize("name", LISTS)
async def test_windows_join_to_the_whole(
    client: httpx.AsyncClient, house: House, database: Database, name: str
) -> None:
    await furnish(database, house, 5)
    whole = (await ask(client, house, name)).json()
    assert whole["pagination"] == {"total": 5, "limit": 50, "offset": 0, "has_more": False}
    joined: list[Any] = []
    for offset in range(0, 6, 2):
        part = (await ask(client, house, name, limit="2", offset=str(offset))).json()
        joined += part["data"]
        assert part["pagination"] == {"total": 5, "limit": 2, "offset": offset, "has_more": offset < 4}
    assert joined == whole["data"]
    beyond = (await ask(client, house, name, offset="5")).json()
    assert beyond == {"data": [], "pagination": {"total": 5, "limit": 50, "offset": 5, "has_more": False}}


@folded("name", ALL)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("limit", "0"),
        ("limit", "1001"),
        ("limit", "1.5"),
        ("limit", "many"),
        ("limit", "٣"),
        ("offset", "-1"),
        ("offset", "9" * 30),
        ("type", "role-play"),
        ("filter_text", "a\0b"),
    ],
)
async def test_an_unknown_word_is_refused_with_its_name(
    client: httpx.AsyncClient, house: House, name: str, field: str, value: str
) -> None:
    answer = await ask(client, house, name, **{field: value})
    assert (answer.status_code, answer.json()["name"]) == (422, field)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("merchant-interview-list", "status"),
        ("merchant-interview-list", "show_public"),
        ("merchant-interview-list", "show_demo"),
        ("merchant-result-list", "tab"),
        ("merchant-result-list", "step"),
        ("merchant-result-list", "order_by"),
        ("merchant-avatar-list", "status"),
        ("merchant-avatar-list", "include_archived"),
        ("merchant-avatar-list", "include_public"),
    ],
)
async def test_so_is_one_of_a_single_list(client: httpx.AsyncClient, house: House, name: str, field: str) -> None:
    answer = await ask(client, house, name, **{field: "yes"})
    assert (answer.status_code, answer.json()["name"]) == (422, field)


@folded("name", ALL)
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"limit": 1, "offset": None, "filter_text": None, "type": ""}, 200),
        ({"limit": 1.0}, 200),
        ({"limit": "1"}, 200),
        ({"limit": True}, 422),
        ({"limit": [1]}, 422),
        ({"filter_text": 1}, 422),
    ],
)
async def test_a_body_says_the_same_in_json(
    client: httpx.AsyncClient, house: House, database: Database, name: str, body: dict[str, Any], code: int
) -> None:
    await furnish(database, house, 1)
    answer = await client.post(f"{FUNCTIONS}/{name}", json=body, headers=house.authorization())
    assert answer.status_code == code
    if code == 200:
        assert answer.json() == (await ask(client, house, name, limit="1")).json()


@pytest.mark.parametrize("name", [*ALL, "merchant-status"])
@folded("role", Role)
async def test_who_may_read(client: httpx.AsyncClient, house: House, name: str, role: Role) -> None:
    answer = await client.get(f"{FUNCTIONS}/{name}", headers=house.authorization(role))
    may = role in (Role.ADMIN, Role.OWNER, Role.RECRUITER, Role.SELECTION)
    assert answer.status_code == (200 if may else 403)


@pytest.mark.parametrize("name", [*ALL, "merchant-status"])
async def test_a_merchant_reads_its_own_and_its_sub_merchants(
    client: httpx.AsyncClient, house: House, database: Database, name: str
) -> None:
    child = await a_house(database, parent_id=house.merchant.id)
    other = await a_house(database)
    for one in (child, other):
        await furnish(database, one, 1)
    own = (await ask(client, house, name)).json()
    theirs = (await ask(client, house, name, merchant_id=str(child.merchant.id))).json()
    assert theirs != own
    if "data" in theirs:
        assert {row["merchant_id"] for row in theirs["data"]} == {str(child.merchant.id)}
    foreign = await ask(client, house, name, merchant_id=str(other.merchant.id))
    nobody = await ask(client, house, name, merchant_id="nobody")
    assert (foreign.status_code, foreign.content) == (403, nobody.content)
