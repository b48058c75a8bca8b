"""How often a happening goes to the database and back, BEGIN and COMMIT included, counted on the line itself."""

from collections.abc import AsyncIterator

import pytest

from tests.builders import House
from tests.round_trips import Counter, count_interview, counting
from vivavoce.db.address import DatabaseAddress
from vivavoce.db.database import Database, open_database


@pytest.fixture
async def counted(address: DatabaseAddress) -> AsyncIterator[tuple[Database, Counter]]:
    """A pool of one connection, so that every statement was prepared there after its first use."""
    if address.takes_role:
        pytest.skip("counts at the embedded server's socket")
    async with counting(address) as (line, counter), open_database(line, connections=1) as database:
        yield database, counter


@pytest.mark.parametrize(
    ("is_held", "most"),
    [
        # begin and tenant, lock, insert, commit
        (True, {"answer in the middle": 4, "first answer": 4, "playout": 4, "playout in the middle": 4}),
        # and what is asked, and what was answered: by POST, or after somebody else has added something
        (False, {"answer in the middle": 6, "first answer": 6, "playout": 6, "playout in the middle": 6}),
    ],
    ids=["on one line", "each by itself"],
)
async def test_each_happening_makes_few_round_trips(
    counted: tuple[Database, Counter], house: House, is_held: bool, most: dict[str, int]
) -> None:
    database, counter = counted
    await count_interview(database, counter, house, is_held=is_held)  # by now every statement is prepared
    found = await count_interview(database, counter, house, is_held=is_held)
    assert {name: found[name] for name in most} == most
    assert found["draft"] == 3  # begin and tenant, look and insert, commit
    assert found["arrival"] == 6  # the first on its line: nothing is known yet
    # The end is told once: state and event, and what is left of the person's attempts.
    assert found["last answer"] <= most["answer in the middle"] + 6


async def test_a_transaction_begins_with_its_tenant_in_one_round_trip(
    counted: tuple[Database, Counter], house: House
) -> None:
    database, counter = counted
    counter.round_trips = 0
    async with database.tenant(house.merchant.id):
        pass
    assert counter.round_trips == 2
