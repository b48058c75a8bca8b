"""Who is heard next, where more wait than there are ears. Pure.

    over ──► before silent ──► before speaking          within each: the conversation that was heard longest ago

Nobody waits for ever: whoever has waited for long counts as over.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

OVERDUE = 8.0  # seconds of waiting; a long answer that is never heard would all be left to its end


class Urgency(IntEnum):
    """How much somebody waits for these words; the lowest first."""

    OVER = 0  # the turn is over: the candidate waits for the next question
    SILENT = 1  # the candidate is silent, and has perhaps finished
    SPEAKING = 2  # the candidate goes on: more words will follow before anybody needs these


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A stretch that waits for an ear. since: seconds of a clock that never goes back."""

    conversation: Hashable
    urgency: Urgency
    since: float


def choose(waiting: Sequence[Waiting], *, heard_at: Mapping[Hashable, float], now: float) -> int:
    """The place of the one that is heard next; there is at least one. heard_at: when conversations got an ear last.

    One that never did counts as heard when it asked: a crowd of new ones goes before nobody for ever.
    """

    def rank(at: int) -> tuple[int, float, float]:
        asking = waiting[at]
        urgency = Urgency.OVER if now - asking.since >= OVERDUE else asking.urgency
        return urgency, heard_at.get(asking.conversation, asking.since), asking.since

    return min(range(len(waiting)), key=rank)
