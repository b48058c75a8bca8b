"""Asking several language models in their order, each with its breaker: the next one where one fails.

A failure is whatever leaves us without an answer that can be used: an error, a silence, an answer that is cut, refused,
out of its bounds, or does not stand up to the caller's check.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from vivavoce.errors import ProviderError
from vivavoce.providers.breaker import Breaker
from vivavoce.providers.failover import Failure
from vivavoce.providers.language_models.chosen import ChosenModel
from vivavoce.providers.language_models.families import tell_family
from vivavoce.providers.language_models.port import (
    BudgetSpent,
    CallLedger,
    Check,
    Completion,
    MadeCall,
    ModelFailed,
    ModelFault,
    ModelLine,
    ModelPurpose,
    ModelRequest,
    NoModel,
    PlannedCall,
    RawCompletion,
)
from vivavoce.providers.language_models.prices import find_price
from vivavoce.providers.language_models.reading import read_answer

# Of the time that is left, what one model gets while others wait behind it.
SHARE = 0.6
LEAST_SECONDS = 0.05  # with less no server can answer
ROUNDS = 3
HURRIED_SECONDS = 5.0  # with less somebody waits for every second, and there are
HURRIED_ROUNDS = 2
FIRST_WAIT = 0.25  # seconds before those that failed are asked again; twice as long each time
# Worth asking the same one again, and worth a rest where they come in a row. What was merely said badly is neither: it
# hangs on what the candidate said, and nobody is to silence a model for everybody else.
PASSING = frozenset({ModelFault.FAILED, ModelFault.BUSY})


@dataclass(slots=True, kw_only=True)
class ModelPlace:
    """One model in its place. It outlives a question, so that its breaker and its lines do."""

    chosen: ChosenModel
    line: ModelLine
    breaker: Breaker = field(default_factory=Breaker)

    @property
    def name(self) -> str:
        """As it is told in logs."""
        return f"{self.chosen.model} at {self.chosen.url}"


class OrderedModels:
    """Several language models in their order.

    ledger: keeps the money, and a record of every call. tell: is called for every failure. clock: seconds that never
    go back.
    """

    def __init__(
        self,
        places: Sequence[ModelPlace],
        *,
        ledger: CallLedger,
        tell: Callable[[Failure], None],
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._places = tuple(places)
        self._ledger = ledger
        self._tell = tell
        self._clock = clock
        self._sleep = sleep

    def is_fit(self, purpose: ModelPurpose) -> bool:
        """Whether any of them may be asked for this."""
        return any(purpose in place.chosen.purposes for place in self._places)

    def names(self, purpose: ModelPurpose) -> tuple[str, ...]:
        """Those that may be asked for this, as they are called at their servers, in their order."""
        return tuple(place.chosen.model for place in self._places if purpose in place.chosen.purposes)

    async def ask(
        self, request: ModelRequest, *, check: Check | None = None, apart_from: str | None = None
    ) -> Completion:
        """The first answer that can be used; the next model where one fails, until the time is over.

        check: what an answer must stand up to besides; one that does not counts as a failure of the model.
        apart_from: a family that is asked only after all others.
        Raises NoModel, BudgetSpent, and ModelFailed with the last failure. What the ledger raises comes out as it is.
        """
        waiting = [place for place in self._places if request.purpose in place.chosen.purposes]
        if not waiting:
            raise NoModel(f"No language model is set for `{request.purpose}`.", retryable=False)
        if apart_from is not None:
            waiting.sort(key=lambda place: tell_family(place.chosen.model) == apart_from)
        ends = self._clock() + request.seconds
        failed: ProviderError | None = None
        for number in range(HURRIED_ROUNDS if request.seconds < HURRIED_SECONDS else ROUNDS):
            again = []
            for place, has_others in self._open(waiting):
                left = ends - self._clock()
                if left < LEAST_SECONDS:
                    break
                try:
                    return await self._ask_one(place, request, check, seconds=left * SHARE if has_others else left)
                except (ModelFailed, BudgetSpent) as error:
                    failed = _weightier(failed, error)
                    if isinstance(error, ModelFailed) and error.retryable and error.fault in PASSING:
                        again.append(place)
            wait = FIRST_WAIT * 2**number
            if isinstance(failed, ModelFailed) and failed.wait is not None:
                wait = max(wait, failed.wait)
            if not again or self._clock() + wait > ends - LEAST_SECONDS:
                break
            await self._sleep(wait)
            waiting = again
        raise failed or NoModel("All language models rest after failures. Try again in a minute.", retryable=True)

    def _open(self, waiting: Sequence[ModelPlace]) -> list[tuple[ModelPlace, bool]]:
        """Those that may be asked now, each with whether others come after it."""
        open_now = [place for place in waiting if place.breaker.may_pass(self._clock())]
        return [(place, number < len(open_now)) for number, place in enumerate(open_now, 1)]

    async def _ask_one(
        self, place: ModelPlace, request: ModelRequest, check: Check | None, *, seconds: float
    ) -> Completion:
        began = self._clock()
        try:
            price = find_price(place.chosen)
        except ModelFailed as error:
            self._went_wrong(place, error, is_fair=False)
            raise
        most_cost = price.most_cost(request.told, request.user, most_tokens=request.most_tokens)
        handle = await self._ledger.reserve(
            PlannedCall(request=request, model=place.chosen.model, url=place.chosen.url, most_cost=most_cost)
        )
        raw: RawCompletion | None = None
        fault: ModelFault | None = ModelFault.LEFT
        cost: Decimal | None = None
        try:
            # What the ledger took counts as well: whoever waits does not care who is slow.
            async with asyncio.timeout(max(0, seconds - (self._clock() - began))):
                raw = await place.line.complete(request, seconds=seconds)
            # Where the server counts nothing, what was put aside is taken as spent.
            if raw.prompt_tokens or raw.completion_tokens:
                cost = price.cost(prompt_tokens=raw.prompt_tokens, completion_tokens=raw.completion_tokens)
            values = read_answer(raw.text, request.keys)
            wrong = None if check is None else check(values)
            if wrong is not None:
                raise ModelFailed(f"The answer can't be used: {wrong}.", fault=ModelFault.UNSUPPORTED, retryable=True)
        except TimeoutError:
            failed = ModelFailed("It did not answer in time.", fault=ModelFault.LATE, retryable=True)
            fault = failed.fault
            self._went_wrong(place, failed, is_fair=seconds >= request.fair_seconds)
            raise failed from None
        except ModelFailed as error:
            fault = error.fault
            if error.is_free:
                cost = Decimal(0)
            self._went_wrong(place, error, is_fair=seconds >= request.fair_seconds)
            raise
        else:
            fault = None
            place.breaker.went_well()
            return Completion(
                values=values,
                model=raw.model or place.chosen.model,
                family=tell_family(place.chosen.model),
                prompt_tokens=raw.prompt_tokens,
                completion_tokens=raw.completion_tokens,
                seconds=self._clock() - began,
                cost=most_cost if cost is None else cost,
            )
        finally:
            made = MadeCall(
                fault=fault,
                prompt_tokens=0 if raw is None else raw.prompt_tokens,
                completion_tokens=0 if raw is None else raw.completion_tokens,
                seconds=self._clock() - began,
                cost=cost,
                text=None if raw is None else raw.text,
            )
            await self._ledger.settle(handle, made)

    def _went_wrong(self, place: ModelPlace, error: ModelFailed, *, is_fair: bool) -> None:
        """is_fair: whether it had time enough."""
        is_late = error.fault is ModelFault.LATE and is_fair
        if is_late or (error.retryable and error.fault in PASSING):
            place.breaker.went_wrong(self._clock())
        self._tell(Failure(provider=place.name, error=error))


def _weightier(before: ProviderError | None, error: ProviderError) -> ProviderError:
    """Which of two to tell: what a model did says more than that there was no money for another."""
    return before if isinstance(error, BudgetSpent) and before is not None else error
