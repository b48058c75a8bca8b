"""From verdicts to scores: exact sums of fractions, in which no model has a say. Pure.

    answer or session, 1 to 5:   1 + 4 · Σ w_b · max(0, (confirmed_b − rejected_b) / n_b) / Σ w_b
                                 over the brackets b that hold claims; n_b: the claims of b
    overall, 0 to 10:            (s − 1) · 2.5 of the mean answer score and of the session score, mixed by their weights

None is "nothing was judged", and stays apart from every number.
"""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from vivavoce.interviews.expectations import Bracket
from vivavoce.interviews.weights import ScorePart, Weights
from vivavoce.scoring.verdicts import Verdict, VerdictState

WEIGHTS = {Bracket.WEAK: 2, Bracket.MODERATE: 3, Bracket.STRONG: 3}
LOWEST, HIGHEST = 1, 5
THIRD = Fraction(HIGHEST - LOWEST, 3)  # of the scale: how much came up is told in a word by it


def score_verdicts(verdicts: Sequence[Verdict]) -> Fraction | None:
    """The score of one answer, or of a session, from 1 to 5; None without a claim."""
    shares = {bracket: share for bracket in Bracket if (share := find_share(verdicts, bracket)) is not None}
    if not shares:
        return None
    weighed = sum(WEIGHTS[bracket] * max(Fraction(0), share) for bracket, share in shares.items())
    return LOWEST + (HIGHEST - LOWEST) * Fraction(weighed) / sum(WEIGHTS[bracket] for bracket in shares)


def find_share(verdicts: Iterable[Verdict], bracket: Bracket) -> Fraction | None:
    """(confirmed − rejected) / claims of one bracket, from −1 to 1; None when it holds no claim."""
    states = [verdict.state for verdict in verdicts if verdict.claim.bracket is bracket]
    if not states:
        return None
    return Fraction(states.count(VerdictState.CONFIRMED) - states.count(VerdictState.REJECTED), len(states))


def find_mean(scores: Iterable[Fraction | None]) -> Fraction | None:
    """The mean of the answers that have a score; None when none has."""
    judged = [score for score in scores if score is not None]
    return sum(judged, Fraction(0)) / len(judged) if judged else None


def mix(*, answers: Fraction | None, session: Fraction | None, weights: Weights) -> Fraction | None:
    """The overall score, from 0 to 10; None when nothing that counts was judged.

    answers: the mean answer score, 1 to 5. session: 1 to 5.
    """
    judged = [
        (weights.by_part[part], to_ten(score))
        for part, score in ((ScorePart.ANSWERS, answers), (ScorePart.SESSION, session))
        if score is not None
    ]
    whole = sum((weight for weight, _ in judged), Fraction(0))
    return sum((weight * score for weight, score in judged), Fraction(0)) / whole if whole else None


def to_ten(score: Fraction) -> Fraction:
    """A score from 1 to 5 as one from 0 to 10."""
    return (score - LOWEST) * Fraction(5, 2)


def show(score: Fraction) -> Decimal:
    """As it is shown: two decimals, halves up."""
    exact = Decimal(score.numerator) / Decimal(score.denominator)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
