"""Asking a language model what the conductor wants to know: outside of any transaction, and no longer than it allows.

Whatever goes wrong, the answer is that nothing came: the rules go on then.

    silence ──► ask_ahead ──► kept by the digest of the question ──┐
                    └── speech goes on ──► forget                  │
    the turn is over ──► propose ──► asked already? ──► that ──────┴──► Proposed
                              └────── no ──► ask
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from vivavoce.attempts.language_models import LanguageModels
from vivavoce.conversation.course import Proposing
from vivavoce.conversation.happenings import (
    ConditionState,
    NextProposal,
    ProposalKind,
    Propose,
    Proposed,
    RepliesProposal,
    UtteranceProposal,
)
from vivavoce.conversation.intents import Wish
from vivavoce.conversation.proposals import find_fault_of_parts, is_quoted
from vivavoce.conversation.proposing import MOST_PARTS
from vivavoce.conversation.utterances import Utterance
from vivavoce.errors import VivavoceError
from vivavoce.providers.language_models.port import (
    AnswerKey,
    BudgetSpent,
    Check,
    ChoiceKey,
    ModelPurpose,
    ModelRequest,
    TextKey,
    TextsKey,
)
from vivavoce.providers.language_models.prompts import read_prompt, write_given

log = logging.getLogger(__name__)

PACKAGE = "vivavoce.conversation"
PURPOSES = {
    ProposalKind.UTTERANCE: ModelPurpose.READ,
    ProposalKind.NEXT_WORDS: ModelPurpose.CONVERSE,
    ProposalKind.REPLIES: ModelPurpose.READ,
}
WANTED = (Wish.ASK, Wish.REPEAT, Wish.REPHRASE, Wish.THINK, Wish.SKIP, Wish.END, Wish.TROUBLE, Wish.PERSON)
QUOTE = TextKey(300)
NOTHING = "nothing"  # worth asking
AIMS = ("case", "own_part", "how", "why", "outcome", "limit", "alternative", NOTHING)
KEYS: Mapping[ProposalKind, Mapping[str, AnswerKey]] = {
    ProposalKind.UTTERANCE: {
        # What is wanted is named by the wish itself.
        "utterance": ChoiceKey(
            (*(utterance for utterance in Utterance if utterance is not Utterance.REQUEST), *WANTED)
        ),
        "reply": TextKey(350),
        "quote": QUOTE,
    },
    # In the order in which they are thought of: a model that has to say what it asks for first asks for one thing.
    ProposalKind.NEXT_WORDS: {
        "aim": ChoiceKey(AIMS),
        "quote": QUOTE,
        "follow_up": TextKey(200),
        "remark": TextKey(140),
        "condition": ChoiceKey(tuple(ConditionState)),
        "condition_quote": QUOTE,
    },
    ProposalKind.REPLIES: {
        "asked": TextsKey(MOST_PARTS, 300),
        "replies": TextsKey(MOST_PARTS, 350, are_empty_fine=True),
        "quotes": TextsKey(MOST_PARTS, 300, are_empty_fine=True),
    },
}
MOST_TOKENS = 400
SECONDS = 2.4  # with what the database takes, no three
FAIR_SHARE = 0.9  # of what a candidate waits: a model that had so much, and is late, is slow
KEPT_AHEAD = 30.0  # seconds that what was asked ahead is kept: a turn that was probably over is over long since

Proposal = UtteranceProposal | NextProposal | RepliesProposal


@dataclass(slots=True)
class _AskedAhead:
    """What was asked ahead for one attempt, by the digest of the question. at: when the last one was."""

    at: float
    asked: dict[str, asyncio.Task[Proposal]] = field(default_factory=dict)


class Thinking:
    """What the loop asks. seconds: how long a candidate waits for a model after an answer. clock: never goes back."""

    def __init__(
        self, models: LanguageModels, *, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._models = models
        self._seconds = seconds
        self._clock = clock
        self._ahead: dict[UUID, _AskedAhead] = {}

    async def may_propose(self, merchant_id: UUID) -> Proposing | None:
        """Whether a model may be asked for this merchant; None: all goes by rule."""
        try:
            models = await self._models.of(merchant_id)
        except VivavoceError as error:
            log.warning("no language model can be asked: %s", error.message)
            return None
        return (
            Proposing(seconds=self._seconds) if any(models.is_fit(purpose) for purpose in PURPOSES.values()) else None
        )

    async def propose(self, merchant_id: UUID, attempt_id: UUID, order: Propose) -> Proposed:
        """What came of the order; what was asked ahead in the same words is not asked again."""
        asked = self._take(attempt_id, to_request(order).digest)
        came = self._ask(merchant_id, attempt_id, order) if asked is None else _wait_for(asked, order.seconds)
        return await self._to_proposed(order, came)

    async def ask_ahead(self, merchant_id: UUID, attempt_id: UUID, order: Propose) -> Proposed:
        """What comes of an order that is probably given soon. It is kept until then, and paid for in any case."""
        digest = to_request(order).digest
        ahead = self._keep_ahead(attempt_id)
        if digest not in ahead.asked:
            ahead.asked[digest] = asyncio.create_task(self._ask(merchant_id, attempt_id, order, is_ahead=True))
            ahead.asked[digest].add_done_callback(_look_at)
        return await self._to_proposed(order, _wait_for(ahead.asked[digest], order.seconds))

    def forget(self, attempt_id: UUID) -> None:
        """Throws away what was asked ahead for this attempt, and hangs up where that is still to come."""
        ahead = self._ahead.pop(attempt_id, None)
        for asked in () if ahead is None else ahead.asked.values():
            asked.cancel()

    async def close(self) -> None:
        """Closes the lines to all models."""
        for attempt_id in list(self._ahead):
            self.forget(attempt_id)
        await self._models.close()

    def _keep_ahead(self, attempt_id: UUID) -> _AskedAhead:
        """Where it is kept; what nobody came for is dropped."""
        now = self._clock()
        for other in [other for other, kept in self._ahead.items() if now - kept.at > KEPT_AHEAD]:
            self.forget(other)
        ahead = self._ahead.setdefault(attempt_id, _AskedAhead(now))
        ahead.at = now
        return ahead

    def _take(self, attempt_id: UUID, digest: str) -> asyncio.Task[Proposal] | None:
        """What was asked ahead in these words. With other ones, all that was is worth nothing."""
        ahead = self._ahead.get(attempt_id)
        asked = None if ahead is None else ahead.asked.pop(digest, None)
        if asked is None:
            self.forget(attempt_id)
        # There is less money for what is asked ahead than for what somebody waits for.
        return None if asked is not None and _is_unpaid(asked) else asked

    async def _ask(self, merchant_id: UUID, attempt_id: UUID, order: Propose, *, is_ahead: bool = False) -> Proposal:
        models = await self._models.of(merchant_id, attempt_id, is_ahead=is_ahead)
        request = to_request(order)
        fair_seconds = min(request.fair_seconds, FAIR_SHARE * self._seconds)
        completion = await models.ask(replace(request, fair_seconds=fair_seconds), check=check_of(order))
        return to_proposal(order.kind, completion.values)

    async def _to_proposed(self, order: Propose, coming: Awaitable[Proposal | None]) -> Proposed:
        began, proposal = self._clock(), None
        try:
            proposal = await coming
        except VivavoceError as error:
            log.info("the rules go on: %s", error.message)
        return Proposed(
            kind=order.kind,
            number=order.number,
            seconds=self._clock() - began,
            answered=order.answered,
            proposal=proposal,
        )


async def _wait_for(asked: asyncio.Task[Proposal], seconds: float) -> Proposal | None:
    """What came in time; it goes on for whoever else waits. Raises what it raises."""
    await asyncio.wait([asked], timeout=seconds)
    return asked.result() if asked.done() and not asked.cancelled() else None


def _is_unpaid(asked: asyncio.Task[Proposal]) -> bool:
    return asked.done() and not asked.cancelled() and isinstance(asked.exception(), BudgetSpent)


def _look_at(asked: asyncio.Task[Proposal]) -> None:
    """Nobody may wait for it any more; what it raised is nobody's surprise."""
    if not asked.cancelled():
        asked.exception()


def to_request(order: Propose) -> ModelRequest:
    """The question to a model."""
    prompt = read_prompt(PACKAGE, order.kind.value)
    return ModelRequest(
        purpose=PURPOSES[order.kind],
        prompt=prompt,
        system=prompt.text,
        user=write_given(order.given),
        keys=KEYS[order.kind],
        seconds=order.seconds,
        most_tokens=MOST_TOKENS,
    )


def check_of(order: Propose) -> Check | None:
    """What another model may do better: words that are taken up have to be there."""
    if order.kind is ProposalKind.REPLIES:
        return lambda values: find_fault_of_parts(
            RepliesProposal(**values), order.given.get("words", ""), [order.given.get("texts", "")]
        )
    if order.kind is not ProposalKind.NEXT_WORDS:
        return None
    answer = order.given.get("answer", "")

    def check(values: Mapping[str, Any]) -> str | None:
        is_asked = values["follow_up"] and values["aim"] != NOTHING
        return "its quote was not said" if is_asked and not is_quoted(values["quote"], [answer]) else None

    return check


def to_proposal(kind: ProposalKind, values: Mapping[str, Any]) -> Proposal:
    """What the values propose. A model that finds nothing worth asking asks nothing, whatever else it wrote."""
    if kind is ProposalKind.UTTERANCE:
        return UtteranceProposal(**values)
    if kind is ProposalKind.REPLIES:
        return RepliesProposal(**values)
    unasked = {"follow_up": "", "quote": ""} if values["aim"] == NOTHING else {}
    told = {name: value for name, value in values.items() if name != "aim"} | unasked
    return NextProposal(**{**told, "condition": ConditionState(told["condition"])})
