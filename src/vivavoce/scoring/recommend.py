"""What a result says to the person who decides, and what it says to somebody who practises. Pure.

A recommendation weighs evidence and never a person: it decides nothing, sorts nobody out, and no candidate is shown it.
Each reason is a claim with the candidate's own words; what did not come up is no reason against anyone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from vivavoce.interviews.expectations import Bracket
from vivavoce.scoring.total import find_share, score_verdicts
from vivavoce.scoring.verdicts import Quote, Verdict, VerdictState
from vivavoce.scoring.vocabulary import LANGUAGES, read_vocabulary

MOST_REASONS = 4
# Shares of claims, confirmed less rejected, none below 0, as in the score. base: the mean of weak and moderate, what a
# solid candidate shows.
STRONG_BASE, STRONG_TOP = Fraction(3, 4), Fraction(1, 3)
WEAK_BASE = Fraction(1, 3)
# A statement that stands for itself: so many words.
SHORTEST_STATEMENT, LONGEST_STATEMENT = 6, 60
ORDER = {Bracket.STRONG: 0, Bracket.MODERATE: 1, Bracket.WEAK: 2}


class Recommendation(StrEnum):
    """How much evidence there is for what was expected."""

    STRONG = "strong"  # three quarters of the basis, and a third of what only a standout shows
    MIXED = "mixed"  # in between
    WEAK = "weak"  # less than a third of either
    NOT_ENOUGH = "not_enough"  # too little was said, or could be judged, to tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """For the person who decides. reasons: the verdicts that speak for and against, each with its quotes; 0 to 4.

    rationale: which bracket the score stands in, and how many claims of each were confirmed, of how many.
    key_statement: one quote that stands for itself; None: none does.
    """

    recommendation: Recommendation
    text: str
    language: str  # of text
    reasons_for: tuple[Verdict, ...]
    reasons_against: tuple[Verdict, ...]
    rationale: "Rationale | None"
    key_statement: Quote | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rationale:
    """Where a score comes from."""

    bracket: Bracket
    evidenced: dict[Bracket, int]
    total: dict[Bracket, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """For somebody who practises. shown: confirmed claims in their own words; also: what a solid answer shows besides.

    next_step: one sentence; step_claim: what it is about, None when all was shown.
    """

    shown: tuple[Verdict, ...]
    also: tuple[Verdict, ...]
    next_step: str
    step_claim: Verdict | None
    language: str  # of next_step


def make_report(verdicts: Sequence[Verdict], *, heard: int, asked: int, needs_review: bool, language: str) -> Report:
    """The report on these verdicts: the interview's, or those of all answers where it has no rubric.

    heard: scored answers that said something and could be judged; asked: scored questions that were asked.
    """
    recommendation = recommend(verdicts, heard=heard, asked=asked)
    spoken = language if language in LANGUAGES else "en"
    return Report(
        recommendation=recommendation,
        text=_word_report(verdicts, recommendation, needs_review=needs_review, language=spoken),
        language=spoken,
        reasons_for=_pick(verdicts, VerdictState.CONFIRMED, ORDER),
        reasons_against=_pick(verdicts, VerdictState.REJECTED, {bracket: -place for bracket, place in ORDER.items()}),
        rationale=explain(verdicts),
        key_statement=_find_key_statement(verdicts),
    )


def recommend(verdicts: Sequence[Verdict], *, heard: int, asked: int) -> Recommendation:
    """How much evidence the verdicts are."""
    doubtful = sum(verdict.doubt is not None for verdict in verdicts)
    if not verdicts or heard * 2 < asked or doubtful * 2 >= len(verdicts):
        return Recommendation.NOT_ENOUGH
    shares = {
        bracket: max(Fraction(0), share) for bracket in Bracket if (share := find_share(verdicts, bracket)) is not None
    }
    basis = [shares[bracket] for bracket in (Bracket.WEAK, Bracket.MODERATE) if bracket in shares]
    top = shares.get(Bracket.STRONG)
    base = sum(basis, Fraction(0)) / len(basis) if basis else None
    if (base is None or base >= STRONG_BASE) and (top is None or top >= STRONG_TOP):
        return Recommendation.STRONG
    if (base is None or base < WEAK_BASE) and (top is None or top < STRONG_TOP):
        return Recommendation.WEAK
    return Recommendation.MIXED


def explain(verdicts: Sequence[Verdict]) -> Rationale | None:
    """Where the score of these verdicts comes from; None without a claim. The scale's thirds are the brackets."""
    score = score_verdicts(verdicts)
    if score is None:
        return None
    third = Fraction(4, 3)
    bracket = Bracket.WEAK if score < 1 + third else Bracket.MODERATE if score < 1 + 2 * third else Bracket.STRONG
    of = {bracket: [verdict for verdict in verdicts if verdict.claim.bracket is bracket] for bracket in Bracket}
    return Rationale(
        bracket=bracket,
        evidenced={
            bracket: sum(verdict.state is VerdictState.CONFIRMED for verdict in inside)
            for bracket, inside in of.items()
        },
        total={bracket: len(inside) for bracket, inside in of.items()},
    )


def make_feedback(verdicts: Sequence[Verdict], *, language: str) -> Feedback:
    """What somebody who practises gets from these verdicts: no score's reasons, no recruiter's view."""
    spoken = language if language in LANGUAGES else "en"
    words = read_vocabulary(spoken)["report"]
    lacking = sorted(
        (verdict for verdict in verdicts if verdict.state is not VerdictState.CONFIRMED),
        key=lambda verdict: (
            -ORDER[verdict.claim.bracket],
            verdict.state is not VerdictState.REJECTED,
            verdict.claim.index,
        ),
    )
    step = lacking[0] if lacking else None
    wording = "done" if step is None else "mend" if step.state is VerdictState.REJECTED else "add"
    return Feedback(
        shown=_pick(verdicts, VerdictState.CONFIRMED, ORDER),
        also=tuple(verdict for verdict in lacking if verdict.claim.bracket is not Bracket.STRONG)[:MOST_REASONS],
        # Not `format`: a claim may hold braces.
        next_step=words[wording].replace("{claim}", "" if step is None else step.claim.text),
        step_claim=step,
        language=spoken,
    )


def _pick(verdicts: Sequence[Verdict], state: VerdictState, order: dict[Bracket, int]) -> tuple[Verdict, ...]:
    fitting = [verdict for verdict in verdicts if verdict.state is state and verdict.quotes]
    return tuple(
        sorted(fitting, key=lambda verdict: (order[verdict.claim.bracket], -verdict.p, verdict.claim.index))[
            :MOST_REASONS
        ]
    )


def _find_key_statement(verdicts: Sequence[Verdict]) -> Quote | None:
    """The surest words that show what only a standout shows."""
    shown = [
        verdict for verdict in _pick(verdicts, VerdictState.CONFIRMED, ORDER) if verdict.claim.bracket is Bracket.STRONG
    ]
    quotes = [quote for verdict in shown for quote in verdict.quotes]
    return next((quote for quote in quotes if SHORTEST_STATEMENT <= len(quote.text.split()) <= LONGEST_STATEMENT), None)


def _word_report(
    verdicts: Sequence[Verdict], recommendation: Recommendation, *, needs_review: bool, language: str
) -> str:
    words = read_vocabulary(language)["report"]
    states = [verdict.state for verdict in verdicts]
    coverage = words["coverage"].format(
        confirmed=states.count(VerdictState.CONFIRMED),
        rejected=states.count(VerdictState.REJECTED),
        open=states.count(VerdictState.NOT_DISCUSSED),
        all=len(states),
    )
    said = [words[recommendation.value], coverage if states else words["none"]]
    return " ".join([*said, words["review"]] if needs_review else said)
