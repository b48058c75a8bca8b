"""What comes out of judging: plain values, for whoever keeps and tells them, without what judges. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from vivavoce.scoring.flags import Raised
from vivavoce.scoring.interval import Interval
from vivavoce.scoring.verdicts import Verdict


class UnscoredReason(StrEnum):
    """Why there is no score. Why a person should look is told by these, and by the flags that ask for it."""

    NO_EXPECTATIONS = "no_expectations"  # nobody wrote down what a good answer shows
    NOT_SCORED = "not_scored"  # the question is asked without scoring
    NO_CONTENT = "no_content"  # nothing was said at all
    LANGUAGE_NOT_MASTERED = "language_not_mastered"  # the rater does not read the language
    CHOICE_NOT_IN_RUBRIC = "choice_not_in_rubric"  # no claim is the chosen text
    UNCERTAIN = "uncertain"  # half of the verdicts could as well be others
    READER_UNAVAILABLE = "reader_unavailable"  # no language model could be asked: the rater judged alone, or nobody


# What is said, in words, wherever a score of a rough rater is told (providers/raters/port.py).
ROUGH = (
    "Judged by a small program alone, which misses much and takes likeness for proof. It rejects only what a rule sees"
    " denied. Read the quotes; rank nobody by the score."
)

# The same where nothing judged.
UNREAD = "No automatic assessment exists for this language here. A person reads the answers."


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedAnswer:
    """One answer, judged. score: 1 to 5, exact; None: not judged, and `reasons` says why."""

    score: Fraction | None
    verdicts: tuple[Verdict, ...] = ()
    interval: Interval | None = None
    flags: tuple[Raised, ...] = ()
    needs_review: bool = False
    reasons: tuple[str, ...] = ()
    is_rough: bool = True  # by a rough rater alone, as every one that was kept before this was told


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSession:
    """A whole session, judged. answers: one for each given one, in their order.

    verdicts: on the interview's own rubric. answers_score, session_score: 1 to 5; score: 0 to 10; each exact or None.
    asked: scored questions; heard: those that were answered with something that can be read. is_rough: whether a rough
    rater judged one of them alone.
    """

    answers: tuple[JudgedAnswer, ...]
    verdicts: tuple[Verdict, ...]
    answers_score: Fraction | None
    session_score: Fraction | None
    score: Fraction | None
    asked: int
    heard: int
    needs_review: bool
    reasons: tuple[str, ...]
    is_rough: bool = True
