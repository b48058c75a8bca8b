"""The contract's words for where an attempt stands: one table over our states."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from vivavoce.attempts.states import AttemptState

Session = Literal["started", "completed", "abandoned", "failed"]
Lifecycle = Literal["active", "draft"]
Processing = Literal["pending", "completed"]
DecisionStatus = Literal["candidate_action", "recruiter_action", "recruiter_accept", "recruiter_reject"]


@dataclass(frozen=True, slots=True)
class StatusWords:
    """session: the contract's `coach_status`, which details call `status`. lifecycle: the contract's `status`."""

    session: Session
    lifecycle: Lifecycle


# Who ends early, or has no time left, has completed it: the contract's `completed, stopped early` is for a rule that
# ends an interview for a poor fit, which we do not have.
WORDS = {
    AttemptState.BEGUN: StatusWords("started", "draft"),
    AttemptState.FINISHED: StatusWords("completed", "draft"),
    AttemptState.SUBMITTED: StatusWords("completed", "active"),
    AttemptState.RETURNED: StatusWords("completed", "draft"),
    AttemptState.ABANDONED: StatusWords("abandoned", "draft"),
    AttemptState.FAILED: StatusWords("failed", "draft"),
}


def to_processing(state: AttemptState, judged_at: datetime | None) -> Processing | None:
    """How far a worker is with it: tallying, then judging; None where it is not submitted."""
    if state is not AttemptState.SUBMITTED:
        return None
    return "pending" if judged_at is None else "completed"


def to_decision_status(state: AttemptState, decision: str | None) -> DecisionStatus:
    """Whose turn it is, or what a person decided. No program ever decides: `ai_accept` and `ai_reject` are not told."""
    if decision is not None:
        return "recruiter_accept" if decision == "selected" else "recruiter_reject"
    return "recruiter_action" if state is AttemptState.SUBMITTED else "candidate_action"


def to_tenths(seconds: Decimal | float | None) -> int | None:
    """A duration in tenths of a second."""
    return None if seconds is None else round(seconds * 10)
