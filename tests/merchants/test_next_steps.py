"""What a merchant says of what happens after sending."""

import pytest

from tests.builders import House
from vivavoce.db.database import Database
from vivavoce.errors import Invalid
from vivavoce.merchants.next_steps import LONGEST_TEXT, MOST_DAYS, NextSteps, read_next_steps, set_next_steps


async def say(database: Database, house: House, *, text: str | None = None, days: int | None = None) -> NextSteps:
    return await set_next_steps(database, text=text, days=days, merchant_id=house.merchant.id, actor="test")


async def test_what_is_not_named_stays_and_what_is_emptied_goes(database: Database, house: House) -> None:
    async with database.tenant(house.merchant.id) as connection:
        assert await read_next_steps(connection, house.merchant.id) == NextSteps()
    assert await say(database, house, text="  Tom\n calls you. ", days=10) == NextSteps(text="Tom calls you.", days=10)
    assert await say(database, house, days=0) == NextSteps(text="Tom calls you.")
    assert await say(database, house, text="") == NextSteps()


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"text": "x" * (LONGEST_TEXT + 1)}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"days": -1}, "days"),
        ({"days": MOST_DAYS + 1}, "days"),
    ],
)
async def test_what_can_not_be_said_is_refused_by_name(
    database: Database, house: House, given: dict[str, object], name: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await say(database, house, **given)  # type: ignore[arg-type]
    assert refused.value.name == name
    async with database.tenant(house.merchant.id) as connection:
        assert await read_next_steps(connection, house.merchant.id) == NextSteps()
