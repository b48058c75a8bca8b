"""Whether one person may make another attempt at one interview, and how many are left. Pure.

An attempt under way can be given up for another from the results screen on. What was handed in is final, until it is
sent back; practice is nobody's to send back, so it is open again at once. What failed on our side never counts, nor
does what was disturbed so much that it can't be compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from vivavoce.attempts.states import UNDER_WAY, AttemptState
from vivavoce.interviews.draft import DEFAULT_MAX_ATTEMPTS, Draft, Kind

# More attempts than that are not set aside at the person's own word: from then on no fault gives one back.
MOST_SET_ASIDE = 10


class NoMore(StrEnum):
    """Why there is no other attempt now."""

    UNDER_WAY = "under_way"  # questions are being asked: that attempt goes on
    HANDED_IN = "handed_in"  # handed in, and not sent back
    ENOUGH = "enough"  # an attempt has reached the score from which there is no other
    USED = "used"  # every attempt was used


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """An attempt as it stands. score: 0 to 10; None: not judged.

    has_fault: whether something failed on our side that gives the attempt back while it is under way. is_comparable:
    false where so much failed that it can be taken again for nothing, handed in or not.
    """

    state: AttemptState
    score: Decimal | None = None
    has_fault: bool = False
    is_comparable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the interview says of attempts. enough_score: from that score on there is no other; None: never so."""

    max_attempts: int = DEFAULT_MAX_ATTEMPTS
    enough_score: float | None = None
    is_practice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How many attempts count as used, how many are allowed in all, and how many more can be made.

    is_free: the latest attempt does not count when another begins, for faults of ours; under way, it is set aside.
    """

    used: int
    allowed: int
    left: int
    why_not: NoMore | None
    is_free: bool = False


def find_allowance(past: Sequence[Past], *, rules: Rules, grants: int) -> Allowance:
    """What holds after these attempts. past: in the order of their numbers; grants: each is one attempt more."""
    counted = [attempt for attempt in past if attempt.state is not AttemptState.FAILED]
    latest = counted[-1] if counted else None
    failed = len(past) - len(counted)
    disturbed = sum(1 for attempt in counted[:-1] if _is_disturbed(attempt))
    is_free = _is_free(latest, failed=failed + disturbed)
    used = len(counted) - min(disturbed, MOST_SET_ASIDE) - is_free
    # What was sent back can be made anew, even if the interview allows fewer attempts by now.
    is_sent_back = latest is not None and latest.state is AttemptState.RETURNED
    allowed = max(rules.max_attempts + grants, used + is_sent_back)
    left = max(allowed - used, 0)
    why_not = None if latest is None or is_sent_back else _why_not(latest, counted, rules, left=left, is_free=is_free)
    closes = why_not in (NoMore.HANDED_IN, NoMore.ENOUGH)
    return Allowance(used=used, allowed=allowed, left=0 if closes else left, why_not=why_not, is_free=is_free)


def rules_of(draft: Draft) -> Rules:
    """What this interview says of attempts, with the defaults where it says nothing."""
    return Rules(
        max_attempts=draft.settings.max_attempts or DEFAULT_MAX_ATTEMPTS,
        enough_score=draft.settings.weights.enough_score,
        is_practice=draft.kind is Kind.COACHING,
    )


def _is_free(latest: Past | None, *, failed: int) -> bool:
    if latest is None or failed >= MOST_SET_ASIDE:
        return False
    return _is_disturbed(latest) or (latest.has_fault and latest.state in UNDER_WAY)


def _is_disturbed(attempt: Past) -> bool:
    """Whether it was handed in, or may be, and cannot be compared with what others did."""
    return not attempt.is_comparable and (attempt.state in UNDER_WAY or attempt.state is AttemptState.SUBMITTED)


def _why_not(latest: Past, counted: Sequence[Past], rules: Rules, *, left: int, is_free: bool) -> NoMore | None:
    if latest.state is AttemptState.BEGUN and not is_free:
        return NoMore.UNDER_WAY
    if latest.state is AttemptState.SUBMITTED and not rules.is_practice and not is_free:
        return NoMore.HANDED_IN
    if any(_is_enough(attempt, rules) for attempt in counted):
        return NoMore.ENOUGH
    return None if left else NoMore.USED


def _is_enough(attempt: Past, rules: Rules) -> bool:
    """What was sent back says that it was not enough, whatever its score."""
    if rules.enough_score is None or attempt.score is None or attempt.state is AttemptState.RETURNED:
        return False
    return attempt.score >= Decimal(str(rules.enough_score))
