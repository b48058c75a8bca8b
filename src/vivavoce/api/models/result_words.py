"""The contract's words for where an attempt stands."""

from datetime import datetime
from decimal import Decimal

from vivavoce.attempts.states import State

SESSION_STATUS = {
    State.BEGUN: "started",
    State.FINISHED: "completed",
    State.SUBMITTED: "completed",
    State.ABANDONED: "abandoned",
    State.FAILED: "failed",
}


def to_lifecycle(state: State) -> str:
    """`active` once it was handed in."""
    return "active" if state is State.SUBMITTED else "draft"


def to_processing(state: State, tallied_at: datetime | None) -> str | None:
    """How far a worker is with it; None before it was handed in."""
    if state is not State.SUBMITTED:
        return None
    return "pending" if tallied_at is None else "completed"


def to_tenths(seconds: Decimal | None) -> int | None:
    """A duration in tenths of a second."""
    return None if seconds is None else round(seconds * 10)
