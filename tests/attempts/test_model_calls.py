"""Each call to a language model is on record before it is made, and none costs more than there is money for."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from ipaddress import ip_network
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.builders import KEYS, NOW, House, a_house, a_seat, an_attempt, an_interview
from tests.model_server import ModelServer, Part
from tests.providers.language_models.asking import REQUEST, chosen_at
from tests.round_trips import counting
from vivavoce.attempts.language_models import LanguageModels
from vivavoce.attempts.model_calls import DatabaseLedger, ModelBudget
from vivavoce.db.address import DatabaseAddress
from vivavoce.db.database import Database, open_database
from vivavoce.db.ids import NOBODYS
from vivavoce.errors import Invalid
from vivavoce.merchants.models import ModelChoice, set_choice
from vivavoce.providers.language_models.exam import examine
from vivavoce.providers.language_models.port import (
    BudgetSpent,
    MadeCall,
    ModelFailed,
    ModelFault,
    ModelPurpose,
    NoModel,
    PlannedCall,
)
from vivavoce.providers.networks import Network

HERE: list[Network] = [ip_network("127.0.0.0/8")]
BUDGET = ModelBudget(per_attempt=Decimal("0.10"), per_day=Decimal("1"))
CENT = PlannedCall(request=REQUEST, model="m", url="https://m.example/v1", most_cost=Decimal("0.01"))
ANSWERED = MadeCall(
    fault=None, prompt_tokens=100, completion_tokens=20, seconds=0.5, cost=Decimal("0.0003"), text='{"kind": "answer"}'
)
PRICED = {"price_prompt": "1", "price_completion": "10"}


async def attempt_of(database: Database, house: House) -> UUID:
    return await an_attempt(database, await a_seat(database, house, await an_interview(database, house)))


def ledger_of(
    database: Database, house: House, attempt_id: UUID | None = None, *, now: datetime = NOW, **changes: Any
) -> DatabaseLedger:
    return DatabaseLedger(
        database=database,
        merchant_id=house.merchant.id,
        attempt_id=attempt_id,
        budget=changes.pop("budget", BUDGET),
        keeps_texts=changes.pop("keeps_texts", False),
        now=lambda: now,
    )


async def rows(database: Database, house: House) -> list[asyncpg.Record]:
    async with database.tenant(house.merchant.id) as connection:
        return await connection.fetch("select * from model_calls order by id")


async def spent_on(database: Database, house: House, day: datetime = NOW) -> Decimal | None:
    async with database.tenant(house.merchant.id) as connection:
        found: Decimal | None = await connection.fetchval("select spent from model_days where day = $1", day.date())
        return found


async def test_a_call_is_on_record_before_it_is_made_and_settled_after(database: Database, house: House) -> None:
    ledger = ledger_of(database, house, await attempt_of(database, house))
    call = await ledger.reserve(CENT)
    (before,) = await rows(database, house)
    assert (before["cost"], before["ended_at"], before["fault"]) == (Decimal("0.01"), None, None)
    assert await spent_on(database, house) == Decimal("0.01")
    await ledger.settle(call, ANSWERED)
    (after,) = await rows(database, house)
    assert (after["cost"], after["prompt_tokens"], after["completion_tokens"]) == (Decimal("0.0003"), 100, 20)
    assert (after["prompt_digest"], after["request_digest"]) == (REQUEST.prompt.digest, REQUEST.digest)
    assert after["parameters"] == {"most_tokens": 800, "seconds": 20}
    assert (after["told"], after["asked"], after["answer"]) == (None, None, None)
    assert await spent_on(database, house) == Decimal("0.0003")


async def test_settling_twice_gives_nothing_back_twice(database: Database, house: House) -> None:
    ledger = ledger_of(database, house)
    call = await ledger.reserve(CENT)
    for _ in range(2):
        await ledger.settle(call, ANSWERED)
    assert await spent_on(database, house) == Decimal("0.0003")


async def test_what_nobody_settles_stays_spent(database: Database, house: House) -> None:
    """A server was killed between asking and getting, or nobody knows what it cost."""
    ledger = ledger_of(database, house)
    await ledger.reserve(CENT)
    late = replace(ANSWERED, cost=None, fault=ModelFault.LATE, text=None)
    await ledger.settle(await ledger.reserve(CENT), late)
    assert await spent_on(database, house) == Decimal("0.02")


@pytest.mark.parametrize(
    ("has_attempt", "budget", "may"),
    [
        (True, ModelBudget(per_attempt=Decimal("0.10"), per_day=Decimal("10")), 10),
        (False, ModelBudget(per_attempt=Decimal("0.10"), per_day=Decimal("0.35")), 35),
        (True, ModelBudget(per_attempt=Decimal("10"), per_day=Decimal("0.07")), 7),
        (True, ModelBudget(per_attempt=Decimal(0), per_day=Decimal(1)), 0),
    ],
    ids=["of the attempt", "of the day, without an attempt", "of the day", "none at all"],
)
async def test_two_hundred_at_once_cost_no_more_than_there_is(
    database: Database, house: House, has_attempt: bool, budget: ModelBudget, may: int
) -> None:
    attempt_id = await attempt_of(database, house) if has_attempt else None
    ledger = ledger_of(database, house, attempt_id, budget=budget)
    got = await asyncio.gather(*(ledger.reserve(CENT) for _ in range(200)), return_exceptions=True)
    refused = [one for one in got if isinstance(one, BudgetSpent)]
    assert (len(got) - len(refused), len(await rows(database, house))) == (may, may)
    assert len(refused) == 200 - may
    assert await spent_on(database, house) in (may * Decimal("0.01"), None)


async def test_tomorrow_there_is_money_again(database: Database, house: House) -> None:
    budget = ModelBudget(per_attempt=Decimal(1), per_day=Decimal("0.01"))
    await ledger_of(database, house, budget=budget).reserve(CENT)
    with pytest.raises(BudgetSpent, match="until tomorrow"):
        await ledger_of(database, house, budget=budget, now=NOW + timedelta(hours=14)).reserve(CENT)
    await ledger_of(database, house, budget=budget, now=NOW + timedelta(hours=16)).reserve(CENT)
    assert await spent_on(database, house, NOW + timedelta(days=1)) == Decimal("0.01")


@pytest.mark.parametrize("has_attempt", [True, False])
async def test_texts_are_kept_with_an_attempt_where_the_merchant_wants_them(
    database: Database, house: House, has_attempt: bool
) -> None:
    attempt_id = await attempt_of(database, house) if has_attempt else None
    ledger = ledger_of(database, house, attempt_id, keeps_texts=True)
    odd = replace(CENT, request=replace(REQUEST, user="What\0 do you mean? \ud800"))
    await ledger.settle(await ledger.reserve(odd), ANSWERED)
    (row,) = await rows(database, house)
    kept = (REQUEST.told, "What do you mean? ?", '{"kind": "answer"}') if has_attempt else (None, None, None)
    assert (row["told"], row["asked"], row["answer"]) == kept


# --- Asked on behalf of a merchant -----------------------------------------------------------------------------------


def models_of(database: Database, *servers: ModelServer, **changes: Any) -> LanguageModels:
    return LanguageModels(
        database,
        KEYS.sealer,
        chosen=[chosen_at(server, **PRICED) for server in servers],
        budget=changes.get("budget", BUDGET),
        networks=HERE,
        now=lambda: datetime.now(UTC),
        fresh_seconds=0,
    )


async def choose(database: Database, house: House, choice: ModelChoice | None, *, now: datetime = NOW) -> None:
    await set_choice(database, KEYS.sealer, choice, merchant_id=house.merchant.id, networks=HERE, actor="test", now=now)


async def test_the_servers_models_are_asked_where_a_merchant_chose_none(database: Database, house: House) -> None:
    attempt_id = await attempt_of(database, house)
    with ModelServer() as server:
        models = models_of(database, server)
        completion = await (await models.of(house.merchant.id, attempt_id)).ask(REQUEST)
        await models.close()
    (row,) = await rows(database, house)
    assert (row["attempt_id"], row["model"], row["url"], row["fault"]) == (attempt_id, "a-model", server.url, None)
    assert row["cost"] == completion.cost == Decimal("0.0003")


async def test_many_at_once_read_a_merchants_choice_once(
    database: Database, house: House, address: DatabaseAddress
) -> None:
    await choose(database, house, ModelChoice(models=()))
    async with counting(address) as (line, counter), open_database(line, connections=4) as counted:
        models = models_of(counted)
        await models.of(house.merchant.id)
        counter.round_trips = 0
        await models.of(house.merchant.id)
        once, counter.round_trips = counter.round_trips, 0
        found = await asyncio.gather(*(models.of(house.merchant.id) for _ in range(32)))
        assert counter.round_trips == once > 0
        assert not any(asked.is_fit(ModelPurpose.CONVERSE) for asked in found)
        # One who is late leaves; the others get what they came for.
        waiting = [asyncio.create_task(models.of(house.merchant.id)) for _ in range(2)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        assert not (await waiting[1]).is_fit(ModelPurpose.CONVERSE)
        await models.close()


async def test_what_servers_take_is_found_out_once_and_all_of_it_is_on_record(database: Database, house: House) -> None:
    with ModelServer(takes=("json_object",)) as server:
        for _ in range(2):  # a server that starts, and another one
            models = models_of(database, server)
            await models.prepare()
            await models.close()
        assert len(server.asked) == 2, "with a schema, and without; the second server asks nothing"
        models = models_of(database, server)
        await (await models.of(house.merchant.id)).ask(REQUEST)
        assert len(server.asked) == 3
        (own,) = models.own()
        await examine(own.models)
        await models.close()
    async with database.tenant(NOBODYS) as connection:
        found = await connection.fetch("select * from model_calls where url = $1 order by id", server.url)
    assert [row["prompt_id"] for row in found] == ["hello", "hello", "exam_converse", "exam_read", "exam_write"]
    assert [(row["attempt_id"], row["cost"], row["told"]) for row in found] == [(None, Decimal("0.0003"), None)] * 5
    assert found[-3]["fault"] == "unsupported", "the doctor's questions are on record with what was wrong, too"


async def test_a_merchants_own_models_go_before_and_change_at_once(database: Database, house: House) -> None:
    with ModelServer() as servers_own, ModelServer() as first, ModelServer() as second:
        models = models_of(database, servers_own)
        for number, (server, model) in enumerate([(first, "one"), (second, "two")]):
            choice = ModelChoice(models=(chosen_at(server, model=model),))
            await choose(database, house, choice, now=NOW + timedelta(seconds=number))
            await (await models.of(house.merchant.id)).ask(REQUEST)
        await choose(database, house, ModelChoice(models=()))
        with pytest.raises(NoModel):
            await (await models.of(house.merchant.id)).ask(REQUEST)
        await choose(database, house, None)
        await (await models.of(house.merchant.id)).ask(REQUEST)
        await models.close()
    assert [len(server.asked) for server in (servers_own, first, second)] == [1, 1, 1]


async def test_a_sub_merchant_has_its_parents_models_and_its_own_money(database: Database, house: House) -> None:
    child = await a_house(database, parent_id=house.merchant.id)
    with ModelServer() as server:
        await choose(database, house, ModelChoice(models=(chosen_at(server, **PRICED),), cost_per_day=Decimal(5)))
        models = models_of(database)
        await (await models.of(child.merchant.id)).ask(REQUEST)
        await models.close()
    assert await spent_on(database, child, datetime.now(UTC)) == Decimal("0.0003")
    assert await spent_on(database, house, datetime.now(UTC)) is None


async def test_a_merchants_own_cap_holds(database: Database, house: House) -> None:
    with ModelServer() as server:
        choice = ModelChoice(models=(chosen_at(server, **PRICED),), cost_per_day=Decimal("0.000001"))
        await choose(database, house, choice)
        models = models_of(database)
        with pytest.raises(BudgetSpent):
            await (await models.of(house.merchant.id)).ask(REQUEST)
        await models.close()
    assert server.asked == []


async def test_the_record_tells_each_try_with_what_went_wrong(database: Database, house: House) -> None:
    with ModelServer(parts=[Part.MALFORMED]) as first, ModelServer(parts=[Part.LOCKED]) as second:
        models = models_of(database, first, second)
        with pytest.raises(ModelFailed):
            await (await models.of(house.merchant.id)).ask(REQUEST)
        await models.close()
    found = await rows(database, house)
    assert [row["fault"] for row in found] == ["invalid", "failed"]
    assert found[1]["cost"] == 0


async def test_the_keys_are_sealed(database: Database, house: House) -> None:
    with ModelServer() as server:
        await choose(database, house, ModelChoice(models=(chosen_at(server, key="sk-very-secret"),)))
    async with database.tenant(house.merchant.id) as connection:
        told = str([dict(row) for row in await connection.fetch("select * from model_choices")])
        told += str([dict(row) for row in await connection.fetch("select * from events")])
    assert "sk-very-secret" not in told
    assert "a-model" in told


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://169.254.169.254/v1", "private network"),
        ("https://10.0.0.1/v1", "private network"),
        ("http://93.184.216.34/v1", "Expected https"),
        ("https://no-such-name.invalid/v1", "has no address"),
        ("https://93.184.216.34:99999/v1", "port"),
    ],
)
async def test_an_address_that_may_not_be_named_is_refused(
    database: Database, house: House, url: str, why: str
) -> None:
    with ModelServer() as server:
        good = chosen_at(server)
    with pytest.raises(Invalid, match=why) as refused:
        await choose(database, house, ModelChoice(models=(good, good.model_copy(update={"url": url}))))
    assert refused.value.name == "models.1.url"
