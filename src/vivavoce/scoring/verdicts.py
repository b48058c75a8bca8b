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
    """Why a verdict fell back to not discussed, or why a person should look at one that stands."""

    UNSUPPORTED = "unsupported"  # the quoted words alone do not carry it, or are not in the answer
    CONTRADICTORY = "contradictory"  # confirmed in one place, or by one rater, and rejected in another
    DISAGREED = "disagreed"  # two readers came to different verdicts, twice


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The candidate's own words. start, end: code points of the turn's text as it was given, end excluded."""

    turn: int  # the number of the turn they stand in
    start: int
    end: int
    text: str


class Sureness(StrEnum):
    """How sure a reader is, in its own word."""

    CERTAIN = "certain"
    LIKELY = "likely"
    UNSURE = "unsure"


class ReadPart(StrEnum):
    """What a finding was made of."""

    ANSWER = "answer"  # the whole answer, by a language model
    QUOTES = "quotes"  # the quoted words alone, by another one, or by the same one told otherwise
    TRIAL = "trial"  # the quoted words alone against a claim that they can't show: confirmed is against who read them
    WINDOWS = "windows"  # the answer in pieces, by the rater: a vote


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderFinding:
    """What one reader said of one claim. round: 1; 2 where it was asked once more; 3 beside documents.

    quotes: of a whole answer, the words that were found there; none where some were not, or nothing was quoted.
    """

    part: ReadPart
    round: int
    reader: str
    state: VerdictState
    sure: Sureness
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the answer does with one claim. p: the probability of the state, 0 to 1: the rater's, or by how far readers
    agree.

    quotes: the words that prove it, in their order; none when the claim is not discussed. findings: which reader said
    what; none where the rater judged alone. is_heard_doubtfully: the ear was unsure of a quoted word.
    """

    claim: Claim
    state: VerdictState
    p: float
    quotes: tuple[Quote, ...] = ()
    doubt: Doubt | None = None
    findings: tuple[ReaderFinding, ...] = ()
    is_heard_doubtfully: bool = False
