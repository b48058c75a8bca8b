"""Several models in their order: the next one where one fails, within the time and the money that there is."""

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.model_server import ModelServer, Part
from tests.providers.language_models.asking import REQUEST, LedgerInMemory, models_at, place_at, within
from vivavoce.providers.breaker import MOST_FAILURES
from vivavoce.providers.failover import Failure
from vivavoce.providers.language_models.port import (
    BudgetSpent,
    ModelFailed,
    ModelFault,
    ModelPurpose,
    NoModel,
)

PRICED = {"price_prompt": "1", "price_completion": "10"}
FAULTS = {
    Part.CUT: ModelFault.CUT,
    Part.REFUSING: ModelFault.REFUSED,
    Part.FILTERED: ModelFault.REFUSED,
    Part.MALFORMED: ModelFault.INVALID,
    Part.NO_WIRE: ModelFault.INVALID,
    Part.BUSY: ModelFault.BUSY,
    Part.FAILING: ModelFault.FAILED,
    Part.LOCKED: ModelFault.FAILED,
    Part.BROKEN_OFF: ModelFault.FAILED,
    Part.STALLING: ModelFault.LATE,
    Part.DRIPPING: ModelFault.LATE,
}


def is_said_there(values: Mapping[str, Any]) -> str | None:
    return None if all(quote in REQUEST.user for quote in values["quotes"]) else "a quote is not there"


@pytest.mark.parametrize("part", FAULTS, ids=[part.value for part in FAULTS])
async def test_whatever_one_does_wrong_the_next_one_answers(part: Part) -> None:
    failures: list[Failure] = []
    ledger = LedgerInMemory()
    with ModelServer(parts=[part]) as first, ModelServer() as second:
        models = models_at([place_at(first), place_at(second, model="b-model")], ledger=ledger, failures=failures)
        completion = await models.ask(within(1 if FAULTS[part] is ModelFault.LATE else 20))
    assert completion.values["kind"] == "answer"
    assert [made.fault for _, made in ledger.made] == [FAULTS[part], None]
    assert [failure.provider for failure in failures] == [f"a-model at {first.url}"]
    assert len(first.asked) == len(second.asked) == 1


@pytest.mark.parametrize("part", [Part.ECHOING, Part.INVENTING])
async def test_an_answer_that_does_not_stand_up_is_a_failure_too(part: Part) -> None:
    ledger = LedgerInMemory()
    with ModelServer(parts=[part]) as first, ModelServer(answer=lambda asked: GOOD) as second:
        models = models_at([place_at(first), place_at(second)], ledger=ledger)
        completion = await models.ask(REQUEST, check=is_said_there)
    assert completion.values == {"kind": "question", "words": "", "quotes": ("What exactly",)}
    assert ledger.made[0][1].fault == ModelFault.UNSUPPORTED


GOOD = {"kind": "question", "words": "", "quotes": ["What exactly"]}


async def test_what_fails_everywhere_is_told_in_the_end() -> None:
    with ModelServer(parts=[Part.MALFORMED]) as first, ModelServer(parts=[Part.REFUSING]) as second:
        with pytest.raises(ModelFailed, match="refused"):
            await models_at([place_at(first), place_at(second)]).ask(REQUEST)
        assert (len(first.asked), len(second.asked)) == (1, 1), "saying it again would change nothing"


async def test_a_server_that_is_busy_is_asked_again_where_there_is_time() -> None:
    with ModelServer(parts=[Part.BUSY, Part.FAILING, Part.GOOD]) as server:
        completion = await models_at([place_at(server)]).ask(REQUEST)
    assert completion.model == "a-model-2026-01-01"
    assert len(server.asked) == 3


async def test_nobody_waits_longer_for_it_than_there_is_time() -> None:
    with ModelServer(parts=[Part.BUSY], retry_after="60") as server:
        with pytest.raises(ModelFailed, match="429"):
            await models_at([place_at(server)]).ask(REQUEST)
        assert len(server.asked) == 1


async def test_one_that_failed_three_times_rests() -> None:
    with ModelServer(parts=[Part.FAILING]) as first, ModelServer() as second:
        models = models_at([place_at(first), place_at(second)])
        for _ in range(MOST_FAILURES + 2):
            await models.ask(REQUEST)
        assert len(first.asked) == MOST_FAILURES
        assert len(second.asked) == MOST_FAILURES + 2
        with pytest.raises(NoModel, match="rest"):
            await models_at([models._places[0]]).ask(REQUEST)


async def test_no_candidate_silences_a_model_for_everybody_else() -> None:
    with ModelServer(parts=[Part.GULLIBLE] * 5 + [Part.GOOD]) as server:
        models = models_at([place_at(server)])
        for _ in range(5):
            with pytest.raises(ModelFailed):
                await models.ask(REQUEST, check=lambda values: "it does not stand up")
        assert (await models.ask(REQUEST)).values["kind"] == "answer"


async def test_each_is_asked_for_what_it_is_fit_for() -> None:
    with ExitStack() as stack:
        servers = [stack.enter_context(ModelServer()) for _ in range(2)]
        models = models_at([place_at(servers[0], **{"for": ["converse"]}), place_at(servers[1], **{"for": ["read"]})])
        await models.ask(REQUEST)
        assert [len(server.asked) for server in servers] == [0, 1]
        assert models.is_fit(ModelPurpose.CONVERSE)
        assert not models.is_fit(ModelPurpose.WRITE)
        with pytest.raises(NoModel, match="`write`"):
            await models.ask(replace(REQUEST, purpose=ModelPurpose.WRITE))


async def test_the_money_is_put_aside_before_and_what_is_left_given_back() -> None:
    ledger = LedgerInMemory(has=Decimal("1"))
    with ModelServer() as server:
        completion = await models_at([place_at(server, **PRICED)], ledger=ledger).ask(REQUEST)
    # 100 tokens at 1 dollar a million and 20 at 10.
    assert completion.cost == Decimal("0.0003")
    assert ledger.has == Decimal("0.9997")
    sent = len((REQUEST.told + REQUEST.user).encode()) + 100
    assert ledger.planned[0].most_cost == Decimal(sent + 10 * REQUEST.most_tokens) / 1_000_000


async def test_what_a_model_may_have_cost_stays_spent() -> None:
    for part, is_spent in ((Part.BROKEN_OFF, True), (Part.STALLING, True), (Part.LOCKED, False), (Part.BUSY, False)):
        ledger = LedgerInMemory()
        with ModelServer(parts=[part], retry_after="60") as server, pytest.raises(ModelFailed):
            await models_at([place_at(server, **PRICED)], ledger=ledger).ask(within(0.3))
        assert (ledger.has < 100) is is_spent, part


async def test_where_the_money_is_spent_one_that_costs_nothing_answers() -> None:
    with ModelServer() as dear, ModelServer() as own:
        places = [place_at(dear, **PRICED), place_at(own)]
        completion = await models_at(places, ledger=LedgerInMemory(has=Decimal(0))).ask(REQUEST)
        assert completion.cost == 0
        assert dear.asked == []
        with pytest.raises(BudgetSpent):
            await models_at(places[:1], ledger=LedgerInMemory(has=Decimal(0))).ask(REQUEST)


async def test_one_whose_price_nobody_knows_is_not_asked() -> None:
    with ModelServer() as server:
        place = place_at(server)
        place.chosen = place.chosen.model_copy(update={"url": "https://api.openai.com/v1"})
        with pytest.raises(ModelFailed, match="price_prompt"):
            await models_at([place]).ask(REQUEST)
    assert server.asked == []


async def test_what_nobody_waits_for_any_more_is_on_record_and_spent() -> None:
    ledger = LedgerInMemory()
    with ModelServer(parts=[Part.STALLING]) as server:
        asking = asyncio.create_task(models_at([place_at(server, **PRICED)], ledger=ledger).ask(REQUEST))
        await asyncio.to_thread(server.came.wait, 60)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
    ((planned, made),) = ledger.made
    assert (made.fault, made.cost) == (ModelFault.LEFT, None)
    assert ledger.has == 100 - planned.most_cost
