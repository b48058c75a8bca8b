"""Asking a language model what the conductor wants to know: outside of any transaction, and no longer than it allows.

Whatever goes wrong, the answer is that nothing came: the rules go on then.
"""

import logging
import time
from collections.abc import Callable, Mapping
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


class Thinking:
    """What the loop asks. seconds: how long a candidate waits for a model after an answer. clock: never goes back."""

    def __init__(
        self, models: LanguageModels, *, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._models = models
        self._seconds = seconds
        self._clock = clock

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
        """What came of the order."""
        began = self._clock()
        proposal = None
        try:
            models = await self._models.of(merchant_id, attempt_id)
            completion = await models.ask(to_request(order), check=check_of(order))
            proposal = to_proposal(order.kind, completion.values)
        except VivavoceError as error:
            log.info("the rules go on: %s", error.message)
        return Proposed(
            kind=order.kind,
            number=order.number,
            seconds=self._clock() - began,
            answered=order.answered,
            proposal=proposal,
        )

    async def close(self) -> None:
        """Closes the lines to all models."""
        await self._models.close()


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


def to_proposal(kind: ProposalKind, values: Mapping[str, Any]) -> UtteranceProposal | NextProposal | RepliesProposal:
    """What the values propose. A model that finds nothing worth asking asks nothing, whatever else it wrote."""
    if kind is ProposalKind.UTTERANCE:
        return UtteranceProposal(**values)
    if kind is ProposalKind.REPLIES:
        return RepliesProposal(**values)
    unasked = {"follow_up": "", "quote": ""} if values["aim"] == NOTHING else {}
    told = {name: value for name, value in values.items() if name != "aim"} | unasked
    return NextProposal(**{**told, "condition": ConditionState(told["condition"])})
