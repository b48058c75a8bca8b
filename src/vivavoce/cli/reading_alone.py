"""Reading answers by language models without a database: their money is kept in memory."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import TracebackType
from typing import Any

import click

from vivavoce.providers.failover import Failure
from vivavoce.providers.language_models import open_places
from vivavoce.providers.language_models.ask import OrderedModels
from vivavoce.providers.language_models.chosen import ChosenModel
from vivavoce.providers.language_models.port import BudgetSpent, MadeCall, PlannedCall
from vivavoce.providers.raters.model_reader import ModelReader
from vivavoce.scoring.given import Given
from vivavoce.scoring.readers import Readings, read_given


@dataclass(slots=True)
class _Purse:
    """What may still be spent, what was, and in how many calls."""

    left: Decimal
    cost: Decimal = Decimal(0)
    calls: int = 0

    async def reserve(self, call: PlannedCall) -> PlannedCall:
        if call.most_cost > self.left:
            raise BudgetSpent("What language models may cost is spent: --most-cost allows more.", retryable=False)
        self.left -= call.most_cost
        self.calls += 1
        return call

    async def settle(self, handle: Any, made: MadeCall) -> None:
        cost = handle.most_cost if made.cost is None else made.cost
        self.cost += cost
        self.left += handle.most_cost - cost


class ReadingAlone:
    """A loop of its own, and the models' lines, open as long as this is."""

    def __init__(self, chosen: Sequence[ChosenModel], *, most_cost: Decimal) -> None:
        self._purse = _Purse(most_cost)
        self._places = open_places(chosen, guarded=None)
        self._reader = ModelReader(OrderedModels(self._places, ledger=self._purse, tell=_tell))
        self._runner = asyncio.Runner()

    def __enter__(self) -> "ReadingAlone":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._close())
        self._runner.close()

    @property
    def calls(self) -> int:
        """How many calls were made."""
        return self._purse.calls

    @property
    def cost(self) -> Decimal:
        """What they cost, US dollars."""
        return self._purse.cost

    def read(self, given: Given) -> Readings:
        """What the models say of an answer."""
        return self._runner.run(read_given(given, self._reader, rubric=None))

    async def _close(self) -> None:
        for place in self._places:
            await place.line.close()


def _tell(failure: Failure) -> None:
    click.echo(f"vivavoce: {failure.provider}: {failure.error.message}", err=True)
