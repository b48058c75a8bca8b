"""Credits: no credit is spent twice, none is lost, and what is owed is paid first."""

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import House, a_seat, an_attempt, an_interview
from vivavoce.attempts.ledger import (
    CreditEvent,
    CreditUse,
    charge,
    count_owing,
    give_credits_back,
    list_entries,
    set_credits,
)
from vivavoce.db.database import Database
from vivavoce.db.pages import RowRange
from vivavoce.errors import Invalid
from vivavoce.merchants.credits import CreditAccount, NoCredits, read_account, require_credits, told_limit

NOVEMBER = datetime(2026, 11, 29, 12, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 1, 0, tzinfo=UTC)
AMOUNTS = st.decimals(0, 1000, places=2)


COPIES = """
insert into attempts (merchant_id, id, interview_id, revision, candidate_id, environment, number, is_test, state, seed,
    begun_at, created_at, updated_at)
select merchant_id, gen_random_uuid(), interview_id, revision, candidate_id, environment, number + copy, is_test,
    'abandoned', seed, begun_at, created_at, updated_at
from attempts, generate_series(1, $2::int) as copy where id = $1
returning id as attempt_id, interview_id, candidate_id, environment
"""


async def uses(database: Database, house: House, *amounts: str) -> list[CreditUse]:
    """As many attempts, of one person."""
    attempt_id = await an_attempt(database, await a_seat(database, house, await an_interview(database, house)))
    async with database.tenant(house.merchant.id) as connection:
        rows = await connection.fetch(COPIES, attempt_id, len(amounts))
    basis = {"base": "1", "add_ons": "0", "multiplier": 1}
    return [CreditUse(**row, amount=Decimal(amount), basis=basis) for row, amount in zip(rows, amounts, strict=True)]


async def limited(database: Database, house: House, **changes: Any) -> CreditAccount | None:
    given_now = changes.pop("now", NOVEMBER)
    amounts: Any = {name: Decimal(value) if isinstance(value, str) else value for name, value in changes.items()}
    return await set_credits(database, merchant_id=house.merchant.id, actor="test", now=given_now, **amounts)


async def charged(database: Database, house: House, one: CreditUse, *, now: datetime = NOVEMBER) -> bool:
    async with database.tenant(house.merchant.id) as connection:
        return await charge(connection, one, merchant_id=house.merchant.id, now=now)


async def left(database: Database, house: House, *, now: datetime = NOVEMBER) -> tuple[str, str, int]:
    """What is left of the month, of the extra credits, and how many attempts wait for credits."""
    async with database.tenant(house.merchant.id) as connection:
        account = await read_account(connection, house.merchant.id, now=now)
        assert account is not None
        owing = await count_owing(connection, environment="production")
    return str(account.monthly_left), str(account.extra), owing


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_what_is_paid_is_what_it_costs(monthly: Decimal, extra: Decimal, amount: Decimal) -> None:
    before = CreditAccount(monthly_limit=monthly, monthly_left=monthly, month=date(2026, 11, 1), extra=extra)
    after, paid = before.spend(amount)
    assert paid.from_monthly + paid.from_extra + paid.owed == amount
    assert before.available - after.available == paid.from_monthly + paid.from_extra
    assert min(after.monthly_left, after.extra, paid.owed) >= 0
    assert paid.owed == 0 or after.available == 0
    assert paid.from_extra == 0 or after.monthly_left == 0, "the month's own credits go first"


async def test_the_months_credits_go_first_and_what_is_owed_is_paid_by_what_comes_next(
    database: Database, house: House
) -> None:
    await limited(database, house, monthly="3", added="1")
    for one in await uses(database, house, "2.5", "1", "2"):
        assert await charged(database, house, one)
    # 3 + 1 - 2.5 - 1 = 0.5 are left for the third, which owes 1.5.
    assert await left(database, house) == ("0.00", "0.00", 1)
    with pytest.raises(NoCredits):
        async with database.tenant(house.merchant.id) as connection:
            await require_credits(connection, house.merchant.id, now=NOVEMBER)
    await limited(database, house, added="1")
    assert await left(database, house) == ("0.00", "0.00", 1)
    await limited(database, house, added="1")
    assert await left(database, house) == ("0.00", "0.50", 0)


async def test_a_new_month_begins_with_its_limit_and_pays_what_is_owed(database: Database, house: House) -> None:
    await limited(database, house, monthly="3")
    first, second = await uses(database, house, "4", "1")
    await charged(database, house, first)
    assert await left(database, house) == ("0.00", "0.00", 1)
    assert not await charged(database, house, first, now=DECEMBER), "it is there, and pays what it owes"
    assert await left(database, house, now=DECEMBER) == ("2.00", "0.00", 0)
    assert await charged(database, house, second, now=DECEMBER)
    assert await left(database, house, now=DECEMBER) == ("1.00", "0.00", 0)


async def test_an_attempt_is_charged_once_and_given_back_once(database: Database, house: House) -> None:
    await limited(database, house, monthly="1", added="5")
    (one,) = await uses(database, house, "2.5")
    assert [await charged(database, house, one) for _ in range(3)] == [True, False, False]
    assert await left(database, house) == ("0.00", "3.50", 0)
    for _ in range(2):
        async with database.tenant(house.merchant.id) as connection:
            await give_credits_back(connection, one.attempt_id, merchant_id=house.merchant.id, now=NOVEMBER)
    assert await left(database, house) == ("1.00", "5.00", 0)
    async with database.tenant(house.merchant.id) as connection:
        page = await list_entries(connection, environment="production", interview_id=None, window=RowRange(limit=9))
    assert [(entry.event, entry.amount) for entry in page.rows] == [(CreditEvent.INTERVIEW_FAILED, Decimal(0))]


async def test_two_hundred_at_once_spend_what_there_is(database: Database, house: House) -> None:
    await limited(database, house, monthly="50", added="30")
    assert all(
        await asyncio.gather(*(charged(database, house, one) for one in await uses(database, house, *["0.5"] * 200)))
    )
    # 80 credits are 160 attempts.
    assert await left(database, house) == ("0.00", "0.00", 40)


async def test_without_an_account_nothing_is_limited_and_all_is_on_record(database: Database, house: House) -> None:
    (one,) = await uses(database, house, "2.5")
    assert await charged(database, house, one)
    async with database.tenant(house.merchant.id) as connection:
        assert await read_account(connection, house.merchant.id, now=NOVEMBER) is None
        await require_credits(connection, house.merchant.id, now=NOVEMBER)
        page = await list_entries(connection, environment="production", interview_id=None, window=RowRange(limit=9))
    assert (page.total, page.rows[0].amount) == (1, Decimal("2.50"))
    account = await limited(database, house, monthly="10")
    assert (told_limit(account), told_limit(None)) == (40, None)
    assert await limited(database, house, is_unlimited=True) is None


@pytest.mark.parametrize("changes", [{"monthly": "-1"}, {"added": "0.001"}, {"added": "NaN"}, {"monthly": "1e9"}])
async def test_what_is_no_amount_is_refused(database: Database, house: House, changes: dict[str, str]) -> None:
    with pytest.raises(Invalid, match="credits"):
        await limited(database, house, **changes)
