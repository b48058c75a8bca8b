"""How long an attempt at an interview takes, for "about 20 minutes". Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from vivavoce.interviews.steps import AnsweredBy, Step

SECONDS_A_QUESTION = 120  # how long a question takes, where nobody said
SECONDS_A_FOLLOW_UP = 60
ROUND_FROM = 12  # minutes: a longest time above it is told in steps of five


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewLength:
    """How long an attempt takes. most: with every follow-up there may be, never beyond the interview's own limit.

    follow_ups: how many there may be at most.
    """

    least_minutes: int
    most_minutes: int
    follow_ups: int


def length_of(
    steps: Sequence[Step], *, most_follow_ups: int, most_seconds: float, share: float = 1.0
) -> InterviewLength:
    """How long these questions take.

    most_follow_ups: to one question. most_seconds: the interview's own limit. share: of them, which an attempt is
    asked.
    """
    budgets = sorted((budget_of(step, most=most_follow_ups) for step in steps), reverse=True)
    followed = [step for step in steps if _is_followed(step)]
    least = min(sum(_seconds_of(step) for step in steps) * share, most_seconds)
    most = min(least + len(followed) * share * most_follow_ups * SECONDS_A_FOLLOW_UP, most_seconds)
    least_minutes = max(1, round(least / 60))
    most_minutes = math.ceil(most / 60)
    if most_minutes > ROUND_FROM:
        most_minutes = min(math.ceil(most_minutes / 5) * 5, max(1, math.ceil(most_seconds / 60)))
    return InterviewLength(
        least_minutes=least_minutes,
        most_minutes=max(least_minutes, most_minutes),
        follow_ups=sum(budgets[: math.ceil(round(len(steps) * share, 9))]),
    )


def budget_of(step: Step, *, most: int) -> int:
    """How many follow-ups this step may take: an expert question one more, unless there are to be none."""
    return most + step.question.is_expert if most and _is_followed(step) else 0


def _is_followed(step: Step) -> bool:
    return step.question.answered_by is AnsweredBy.OPEN and step.question.is_scored


def _seconds_of(step: Step) -> float:
    """How long a step takes; zero or less says nothing."""
    said = step.question.seconds
    return said if said is not None and said > 0 else SECONDS_A_QUESTION
