"""What the console does beyond results, by calls: the team, who is in an interview now, and what failed."""

from datetime import timedelta
from uuid import uuid4

import httpx

from tests.builders import House, a_house, a_seat, an_attempt, an_interview
from tests.console import sit
from vivavoce.api.routes import PREFIX
from vivavoce.clock import now
from vivavoce.db.database import Database
from vivavoce.merchants.tokens import Role


async def test_a_member_has_another_role_and_is_removed_and_an_owner_stays(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    ada, noor = await sit(database, house), await sit(database, house, Role.SELECTION)
    headers = house.authorization()

    async def members() -> dict[str, tuple[str, str]]:
        listed = await client.get(f"{PREFIX}/merchant-member-list", headers=headers)
        return {row["id"]: (row["type"], row["status"]) for row in listed.json()["data"]}

    async def change(member_id: object, **sent: object) -> httpx.Response:
        body = {"member_id": str(member_id), **sent}
        return await client.post(f"{PREFIX}/merchant-member-set", json=body, headers=headers)

    owner, reviewer = str(ada.member.id), str(noor.member.id)
    assert await members() == {owner: ("merchant_owner", "active"), reviewer: ("merchant_selection", "active")}
    assert (await change(reviewer)).json() == {"error": "Field is required.", "name": "type"}
    assert (await change(reviewer, type="admin")).status_code == 422
    assert (await change(owner, type="merchant")).status_code == 409
    assert (await change(reviewer, type="merchant")).json() == {"success": True}
    assert (await members())[reviewer] == ("merchant", "active")
    assert (await change(reviewer, is_removed=True)).status_code == 200
    assert (await members())[reviewer] == ("merchant", "ended")
    assert (await noor.get(client)).status_code == 401, "signed out at once"
    assert (await change(reviewer, is_removed=True)).status_code == 404


async def test_who_is_in_an_interview_is_told_for_a_quarter_of_an_hour(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    interview_id = await an_interview(database, house)
    live, gone = [await an_attempt(database, await a_seat(database, house, interview_id)) for _ in range(2)]
    async with database.tenant(house.merchant.id) as connection:
        for attempt_id, ago in ((live, timedelta(0)), (gone, timedelta(minutes=20))):
            await connection.execute(
                "update attempts set begun_at = $2, created_at = $2 where id = $1", attempt_id, now() - ago
            )
    listed = await client.get(f"{PREFIX}/merchant-live-list", headers=house.authorization())
    (row,) = listed.json()["data"]
    told = (row["interview_result_id"], row["questions_answered"], row["is_finished"], row["is_speaking"])
    assert told == (str(live), 0, False, None)


async def test_what_failed_is_told_to_its_merchant_and_tried_again_once(
    client: httpx.AsyncClient, database: Database, house: House
) -> None:
    other, subject_id = await a_house(database), str(uuid4())
    async with database.tenant(house.merchant.id) as connection:
        number = await connection.fetchval(
            "insert into procrastinate_jobs (queue_name, task_name, status, args) values ('mail', 'mail_receipt',"
            " 'failed', jsonb_build_object('merchant_id', $1::text, 'subject_id', $2::text)) returning id",
            str(house.merchant.id),
            subject_id,
        )

    async def failures(whose: House) -> list[tuple[int, str, str]]:
        listed = await client.get(f"{PREFIX}/merchant-failure-list", headers=whose.authorization())
        return [(row["number"], row["work"], row["subject_id"]) for row in listed.json()["data"]]

    async def try_again(whose: House) -> int:
        again = f"{PREFIX}/merchant-failure-try-again"
        return (await client.post(again, json={"number": number}, headers=whose.authorization())).status_code

    assert await failures(house) == [(number, "mail_receipt", subject_id)]
    assert await failures(other) == []
    assert [await try_again(other), await try_again(house), await try_again(house)] == [404, 200, 404]
    assert await failures(house) == []
    async with database.tenant(house.merchant.id) as connection:
        left = await connection.fetchval(
            "delete from procrastinate_jobs where args->>'subject_id' = $1 returning status::text", subject_id
        )
    assert left == "todo"
