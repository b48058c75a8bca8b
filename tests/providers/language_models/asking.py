"""What tests of language models begin with: a request, a model behind a server, and a ledger in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from tests.model_server import KEY, ModelServer
from vivavoce.providers.failover import Failure
from vivavoce.providers.language_models.ask import ModelPlace, OrderedModels
from vivavoce.providers.language_models.chosen import ChosenModel
from vivavoce.providers.language_models.openai import OpenAIModel
from vivavoce.providers.language_models.port import (
    BudgetSpent,
    ChoiceKey,
    MadeCall,
    ModelPrompt,
    ModelPurpose,
    ModelRequest,
    PlannedCall,
    TextKey,
    TextsKey,
)

REQUEST = ModelRequest(
    purpose=ModelPurpose.READ,
    prompt=ModelPrompt(id="kinds", digest="ab" * 32, text="Say what it is."),
    system="Say what it is.",
    user="What exactly do you mean by difficult?",
    keys={"kind": ChoiceKey(("answer", "question")), "words": TextKey(200), "quotes": TextsKey(2, 40)},
    seconds=20,
)


@dataclass
class LedgerInMemory:
    """Puts aside up to `has`, and remembers what became of it."""

    has: Decimal = Decimal(100)
    planned: list[PlannedCall] = field(default_factory=list)
    made: list[tuple[PlannedCall, MadeCall]] = field(default_factory=list)

    async def reserve(self, call: PlannedCall) -> PlannedCall:
        if call.most_cost > self.has:
            raise BudgetSpent(retryable=False)
        self.has -= call.most_cost
        self.planned.append(call)
        return call

    async def settle(self, handle: Any, made: MadeCall) -> None:
        self.has += handle.most_cost - (handle.most_cost if made.cost is None else made.cost)
        self.made.append((handle, made))


def chosen_at(server: ModelServer, **changes: Any) -> ChosenModel:
    return ChosenModel.model_validate({"url": server.url, "model": "a-model", "key": KEY} | changes)


OPENED: list[ModelPlace] = []  # closed after each test


def place_at(server: ModelServer, **changes: Any) -> ModelPlace:
    chosen = chosen_at(server, **changes)
    OPENED.append(ModelPlace(chosen=chosen, line=OpenAIModel(chosen, guarded=None)))
    return OPENED[-1]


def models_at(
    places: Sequence[ModelPlace], *, ledger: LedgerInMemory | None = None, failures: list[Failure] | None = None
) -> OrderedModels:
    told = [] if failures is None else failures
    return OrderedModels(places, ledger=ledger or LedgerInMemory(), tell=told.append)


def within(seconds: float) -> ModelRequest:
    return replace(REQUEST, seconds=seconds)
