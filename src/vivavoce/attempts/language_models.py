"""The language models asked on behalf of an attempt: the merchant's choice or the server's, within its money."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from vivavoce.attempts.model_abilities import DatabaseAbilities
from vivavoce.attempts.model_calls import DatabaseLedger, ModelBudget
from vivavoce.db.database import Database
from vivavoce.db.ids import NOBODYS
from vivavoce.errors import VivavoceError
from vivavoce.merchants.keys import Sealer
from vivavoce.merchants.models import KeptChoice, find_choice
from vivavoce.providers.breaker import Breaker
from vivavoce.providers.failover import Failure
from vivavoce.providers.language_models import open_places
from vivavoce.providers.language_models.ask import ModelPlace, OrderedModels
from vivavoce.providers.language_models.chosen import ChosenModel
from vivavoce.providers.language_models.exam import hello
from vivavoce.providers.language_models.port import ModelPurpose
from vivavoce.providers.networks import Network

log = logging.getLogger(__name__)

MOST_MERCHANTS = 200  # whose lines are kept open at once
MOST_REMEMBERED = 10_000  # merchants whose choice is remembered
FRESH_SECONDS = 5.0  # so long a merchant's choice is taken as it was read


@dataclass(frozen=True, slots=True)
class _MerchantLines:
    changed_at: datetime
    places: tuple[ModelPlace, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnModel:
    """One of the server's own models, alone, to be asked for anything on the server's behalf."""

    place: ModelPlace
    models: OrderedModels


class LanguageModels:
    """Opens them. It keeps lines, and what was learnt of each server, as long as a choice does not change.

    chosen: the server's own. networks: not public, and yet to be reached where a merchant names them.
    """

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        *,
        chosen: Sequence[ChosenModel],
        budget: ModelBudget,
        networks: Sequence[Network],
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
        fresh_seconds: float = FRESH_SECONDS,
    ) -> None:
        self._database = database
        self._sealer = sealer
        self._budget = budget
        self._networks = tuple(networks)
        self._now = now
        self._own = open_places(chosen, guarded=None, memory=self._memory_of(NOBODYS))
        self._opened: OrderedDict[UUID, _MerchantLines] = OrderedDict()
        self._closing: set[asyncio.Task[None]] = set()
        self._clock = clock
        self._fresh_seconds = fresh_seconds
        self._read: dict[UUID, tuple[float, KeptChoice | None]] = {}
        self._reading: dict[UUID, asyncio.Task[KeptChoice | None]] = {}

    @property
    def networks(self) -> tuple[Network, ...]:
        """Networks that are not public, and that a merchant may name all the same."""
        return self._networks

    async def of(self, merchant_id: UUID, attempt_id: UUID | None = None, *, is_ahead: bool = False) -> OrderedModels:
        """The models to ask for this merchant, which may be none. A changed choice counts within five seconds.

        is_ahead: for what may be thrown away; only where the caps are not near.
        Raises Unavailable while the database is away, VivavoceError where a kept choice does not open.
        """
        kept = await self._find(merchant_id)
        choice = None if kept is None else kept.choice
        own = self._budget
        budget = (
            own
            if choice is None
            else ModelBudget(
                per_attempt=own.per_attempt if choice.cost_per_attempt is None else choice.cost_per_attempt,
                per_day=own.per_day if choice.cost_per_day is None else choice.cost_per_day,
            )
        )
        ledger = DatabaseLedger(
            database=self._database,
            merchant_id=merchant_id,
            attempt_id=attempt_id,
            budget=budget,
            keeps_texts=choice is not None and choice.keeps_texts,
            now=self._now,
            is_ahead=is_ahead,
        )
        return OrderedModels(self._own if kept is None else self._open(kept), ledger=ledger, tell=_tell)

    def own(self) -> tuple[OwnModel, ...]:
        """The server's own models, in their order; what they are asked so is on record as nobody's."""
        ledger = DatabaseLedger(
            database=self._database,
            merchant_id=NOBODYS,
            attempt_id=None,
            budget=self._budget,
            keeps_texts=False,
            now=self._now,
        )
        alone = [replace(place, chosen=_for_everything(place.chosen), breaker=Breaker()) for place in self._own]
        return tuple(
            OwnModel(place=place, models=OrderedModels([free], ledger=ledger, tell=_tell))
            for place, free in zip(self._own, alone, strict=True)
        )

    async def prepare(self) -> None:
        """Asks each of the server's own models a word, so that no candidate waits while it is learnt what it takes.

        What was learnt before, here or by another server, is not asked again.
        """
        for own in self.own():
            try:
                if not await own.place.line.is_known():
                    await own.models.ask(hello())
            except VivavoceError as error:
                log.warning("the language model %s: %s The interviewer goes by rules.", own.place.name, error.message)

    def _memory_of(self, merchant_id: UUID) -> DatabaseAbilities:
        return DatabaseAbilities(database=self._database, merchant_id=merchant_id, now=self._now)

    async def _find(self, merchant_id: UUID) -> KeptChoice | None:
        read_at, kept = self._read.get(merchant_id, (float("-inf"), None))
        if self._clock() - read_at < self._fresh_seconds:
            return kept
        # Many candidates of one merchant ask at the same moment: one reads for all. Whoever leaves, leaves the others.
        reading = self._reading.get(merchant_id)
        if reading is None:
            reading = self._reading[merchant_id] = asyncio.create_task(self._read_choice(merchant_id))
            reading.add_done_callback(lambda done: self._has_read(merchant_id, done))
        return await asyncio.shield(reading)

    async def _read_choice(self, merchant_id: UUID) -> KeptChoice | None:
        kept = await find_choice(self._database, self._sealer, merchant_id)
        if len(self._read) >= MOST_REMEMBERED:
            self._read.clear()
        self._read[merchant_id] = (self._clock(), kept)
        return kept

    def _has_read(self, merchant_id: UUID, done: asyncio.Task[KeptChoice | None]) -> None:
        """What it raised is told to whoever waits; where nobody does any more, it is nobody's surprise."""
        del self._reading[merchant_id]
        if not done.cancelled():
            done.exception()

    def _open(self, kept: KeptChoice) -> tuple[ModelPlace, ...]:
        opened = self._opened.get(kept.merchant_id)
        if opened is None or opened.changed_at != kept.changed_at:
            if opened is not None:
                self._close(opened)
            memory = self._memory_of(kept.merchant_id)
            places = open_places(kept.choice.models, guarded=self._networks, memory=memory)
            opened = _MerchantLines(kept.changed_at, places)
            self._opened[kept.merchant_id] = opened
        self._opened.move_to_end(kept.merchant_id)
        if len(self._opened) > MOST_MERCHANTS:
            self._close(self._opened.popitem(last=False)[1])
        return opened.places

    def _close(self, opened: _MerchantLines) -> None:
        """Whoever is still waiting for an answer there goes to the next one."""
        task = asyncio.create_task(_close_all(opened.places))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Closes every line."""
        for reading in self._reading.values():
            reading.cancel()
        for opened in self._opened.values():
            await _close_all(opened.places)
        self._opened.clear()
        await _close_all(self._own)
        if self._closing:
            await asyncio.wait(self._closing)


async def _close_all(places: Sequence[ModelPlace]) -> None:
    for place in places:
        await place.line.close()


def _for_everything(chosen: ChosenModel) -> ChosenModel:
    return chosen.model_copy(update={"purposes": tuple(ModelPurpose)})


def _tell(failure: Failure) -> None:
    log.warning("the language model %s: %s", failure.provider, failure.error.message)
