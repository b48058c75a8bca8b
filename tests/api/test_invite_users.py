"""invite-users through the whole app: who may let whom in, and what each row is told."""

from typing import Any
from uuid import uuid4

import httpx

from tests.builders import House, a_house, an_interview
from vivavoce.db.database import Database
from vivavoce.merchants.tokens import Role

INVITE = "/functions/v1/invite-users"


async def ask(client: httpx.AsyncClient, house: House, role: Role = Role.OWNER, **body: Any) -> httpx.Response:
    return await client.post(INVITE, json=body, headers=house.authorization(role))


async def test_each_row_says_how_it_went(client: httpx.AsyncClient, database: Database, house: House) -> None:
    interview_id, theirs = await an_interview(database, house), await an_interview(database, await a_house(database))
    email = f"{uuid4().hex}@staff.example"
    rows: list[tuple[dict[str, Any], str]] = [
        ({"email": email, "name": "Ada", "type": "merchant_owner"}, "Invited"),
        ({"email": email.upper(), "type": "merchant"}, "Skipped"),
        ({"email": f"{uuid4().hex}@staff.example", "shift": "night"}, "Invited"),
        ({"email": "nobody", "type": "merchant"}, "Error: Expected an e-mail address, as name@example.com."),
        ({"type": "merchant"}, "Error: Field is required."),
        ({"email": email, "type": "admin"}, "Error: Expected one of these as `type`"),
        ({"email": email, "type": 7}, "Error: Expected `type` to be text."),
        ({"email": email, "type": "candidate", "interview_id": str(interview_id)}, "Invited"),
        ({"email": email, "type": "candidate"}, "Error: "),
        ({"email": email, "type": "candidate", "interview_id": str(theirs)}, "Error: "),
    ]
    answer = (await ask(client, house, users=[row for row, _ in rows])).json()
    for told, (row, result) in zip(answer, rows, strict=True):
        assert row.items() <= told.items()
        assert told["result"].startswith(result), told
        assert ("profile_id" in told) is (result in ("Invited", "Skipped") and row.get("type") != "candidate")
        assert ("interview_url" in told) is ("profile_interview_id" in told)
    async with database.tenant(house.merchant.id) as connection:
        members = await connection.fetch("select role, console_url from members where email = $1", email)
    assert [(row["role"], row["console_url"]) for row in members] == [
        ("merchant_owner", "http://interviews.example/console/")
    ]


async def test_only_an_owner_lets_people_in_and_a_recruiter_candidates(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    interview_id = str(await an_interview(database, house))
    rows = [
        {"email": f"{uuid4().hex}@staff.example", "type": "merchant_owner"},
        {"email": f"{uuid4().hex}@example.com", "type": "candidate", "interview_id": interview_id},
    ]
    told = (await ask(client, house, Role.RECRUITER, users=rows)).json()
    assert [row["result"] for row in told] == [
        "Error: Only an owner of the merchant lets people of its team in.",
        "Invited",
    ]
    assert (await ask(client, house, Role.SELECTION, users=rows)).status_code == 403
    assert (await ask(client, house, Role.SERVICE, users=rows)).json()["name"] == "merchant_id"
    by_key = await ask(client, house, Role.SERVICE, users=rows, merchant_id=str(house.merchant.id))
    assert [row["result"] for row in by_key.json()] == ["Invited", "Invited"]


async def test_who_has_not_signed_in_is_mailed_again_where_it_is_wanted(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    row = {"email": f"{uuid4().hex}@staff.example", "type": "merchant"}

    async def notes() -> int:
        async with database.tenant(house.merchant.id) as connection:
            found: int = await connection.fetchval(
                "select count(*) from procrastinate_jobs where task_name = 'mail_member' and args->>'merchant_id' = $1",
                str(house.merchant.id),
            )
        return found

    results = []
    for force in (False, False, True):
        told = (await ask(client, house, users=[row], force_invite=force)).json()
        results.append((told[0]["result"], await notes()))
    assert results == [("Invited", 1), ("Skipped", 1), ("Invited", 2)]
