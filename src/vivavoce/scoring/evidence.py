"""From what a rater says of each window to one verdict a claim, with the words that carry it. Pure.

windows' probabilities ──► lean ──► the words alone, judged once more ──► hold ──► verdict
verdicts of several answers on one claim ──► join ──► one verdict
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from vivavoce.scoring.rubric import Claim
from vivavoce.scoring.verdicts import Doubt, Quote, Verdict, VerdictState

MORE_THAN_HALF = 0.5
# Where the same claim is confirmed in one window and rejected in another, the stronger must lead by this much. Windows
# overlap, and one of them may begin after a "not".
CLEAR_LEAD = 0.25
# A shorter quote is taken for a longer one that is more probable by at most this much: easier to read and to check.
SHORTER_IS_WORTH = 0.1


class Probabilities(Protocol):
    """What a rater says of one window and one claim."""

    @property
    def confirmed(self) -> float:
        """The words show it."""

    @property
    def rejected(self) -> float:
        """The words deny it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Words that were judged. quotes: the original's, found where they stand; reading: as the rater read them."""

    quotes: tuple[Quote, ...]
    reading: str
    question: str
    judged: Probabilities

    def p(self, state: VerdictState) -> float:
        """The probability of confirmed or rejected."""
        return self.judged.confirmed if state is VerdictState.CONFIRMED else self.judged.rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaning:
    """What the windows come to. sighting: what is quoted; None when the claim is not discussed."""

    claim: Claim
    state: VerdictState
    p: float
    sighting: Sighting | None = None
    doubt: Doubt | None = None


def lean(claim: Claim, sightings: Sequence[Sighting]) -> Leaning:
    """What an answer's windows come to on one claim, in whatever order they stand."""
    confirmed = max((sighting.judged.confirmed for sighting in sightings), default=0.0)
    rejected = max((sighting.judged.rejected for sighting in sightings), default=0.0)
    nothing = Leaning(claim=claim, state=VerdictState.NOT_DISCUSSED, p=max(0.0, 1 - max(confirmed, rejected)))
    if max(confirmed, rejected) <= MORE_THAN_HALF:
        return nothing
    if min(confirmed, rejected) > MORE_THAN_HALF and abs(confirmed - rejected) < CLEAR_LEAD:
        return replace(nothing, doubt=Doubt.CONTRADICTORY)
    state = VerdictState.CONFIRMED if confirmed > rejected else VerdictState.REJECTED
    best = max(confirmed, rejected)
    near = [sighting for sighting in sightings if sighting.p(state) > max(MORE_THAN_HALF, best - SHORTER_IS_WORTH)]
    chosen = min(
        near,
        key=lambda sighting: (
            _length(sighting),
            sighting.quotes[0].turn,
            sighting.quotes[0].start,
            -sighting.p(state),  # the same words, seen twice
        ),
    )
    return Leaning(claim=claim, state=state, p=chosen.p(state), sighting=chosen)


def hold(leaning: Leaning, *, alone: Probabilities | None) -> Verdict:
    """The verdict that stands: it falls to not discussed when its words do not carry it.

    alone: what the rater says of the quoted words by themselves; None when there are none.
    """
    if leaning.sighting is None or alone is None:
        return Verdict(claim=leaning.claim, state=VerdictState.NOT_DISCUSSED, p=leaning.p, doubt=leaning.doubt)
    p = alone.confirmed if leaning.state is VerdictState.CONFIRMED else alone.rejected
    if p <= MORE_THAN_HALF:
        return Verdict(
            claim=leaning.claim, state=VerdictState.NOT_DISCUSSED, p=max(0.0, min(1.0, 1 - p)), doubt=Doubt.UNSUPPORTED
        )
    return Verdict(claim=leaning.claim, state=leaning.state, p=leaning.p, quotes=leaning.sighting.quotes)


def join(verdicts: Sequence[Verdict]) -> Verdict:
    """One claim's verdict over several answers, at least one: its best evidence; confirmed and rejected: neither."""
    by_state = {state: [verdict for verdict in verdicts if verdict.state is state] for state in VerdictState}
    if by_state[VerdictState.CONFIRMED] and by_state[VerdictState.REJECTED]:
        p = 1 - max(verdict.p for verdict in verdicts if verdict.state is not VerdictState.NOT_DISCUSSED)
        return Verdict(claim=verdicts[0].claim, state=VerdictState.NOT_DISCUSSED, p=p, doubt=Doubt.CONTRADICTORY)
    for state in (VerdictState.CONFIRMED, VerdictState.REJECTED):
        if by_state[state]:
            return min(
                by_state[state], key=lambda verdict: (-verdict.p, verdict.quotes[0].turn, verdict.quotes[0].start)
            )
    doubts = sorted(verdict.doubt for verdict in verdicts if verdict.doubt is not None)
    least = min(verdict.p for verdict in verdicts)
    return replace(verdicts[0], p=least, doubt=doubts[0] if doubts else None)


def _length(sighting: Sighting) -> int:
    return sum(quote.end - quote.start for quote in sighting.quotes)
