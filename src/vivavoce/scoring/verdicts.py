"""What is said of one claim, and by which words. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from vivavoce.scoring.rubric import Claim


class VerdictState(StrEnum):
    """What an answer does with a claim."""

    CONFIRMED = "confirmed"  # its words show it
    REJECTED = "rejected"  # its words deny it, or say the contrary
    NOT_DISCUSSED = "not_discussed"  # neither, or nothing that stands


class Doubt(StrEnum):
    """Why a verdict fell back to not discussed."""

    UNSUPPORTED = "unsupported"  # the quoted words alone do not carry it, or are not in the answer
    CONTRADICTORY = "contradictory"  # confirmed in one place and rejected in another


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The candidate's own words. start, end: code points of the turn's text as it was given, end excluded."""

    turn: int  # the number of the turn they stand in
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the answer does with one claim. p: the rater's probability of the state, 0 to 1.

    quotes: the words that prove it, in their order; none when the claim is not discussed.
    """

    claim: Claim
    state: VerdictState
    p: float
    quotes: tuple[Quote, ...] = ()
    doubt: Doubt | None = None
