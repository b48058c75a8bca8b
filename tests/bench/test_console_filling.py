"""What the console's benches are filled with is what they say it is."""

from bench.console_filling import take_a_long_one
from tests.builders import House
from vivavoce.db.database import Database


async def test_a_long_interview_is_answered_to_its_end(database: Database, house: House) -> None:
    """On whatever day it is made: an attempt that began on another would be over at its first answer."""
    taken = await take_a_long_one(database, house, answers=3, topics=("the night shift",))
    async with database.tenant(house.merchant.id) as connection:
        found = await connection.fetchrow(
            "select state, score is not null as is_judged,"
            " (select count(*) from answers where attempt_id = attempts.id) as answers,"
            " (select count(*) from hearings where attempt_id = attempts.id) as heard from attempts where id = $1",
            taken["attempt"],
        )
    assert dict(found or {}) == {"state": "submitted", "is_judged": True, "answers": 3, "heard": 3}
