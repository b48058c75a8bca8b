"""The states of an attempt, and the moves between them that are allowed. Pure.

begun ──► finished ──► submitted
  │           │
  ├───────────┴──► abandoned     left for good
  └──────────────► failed        a fault on our side; never counts as a go
"""

from enum import StrEnum


class State(StrEnum):
    """Where an attempt stands."""

    BEGUN = "begun"  # questions are being asked
    FINISHED = "finished"  # every question was asked; not handed in yet
    SUBMITTED = "submitted"  # handed in: the recruiter may read it
    ABANDONED = "abandoned"  # left for good
    FAILED = "failed"  # set aside for a fault that was not the candidate's


MOVES: frozenset[tuple[State, State]] = frozenset(
    {
        (State.BEGUN, State.FINISHED),
        (State.BEGUN, State.ABANDONED),
        (State.BEGUN, State.FAILED),
        (State.FINISHED, State.SUBMITTED),
        (State.FINISHED, State.ABANDONED),
    }
)
UNDER_WAY = frozenset({State.BEGUN, State.FINISHED})


def may_move(before: State, after: State) -> bool:
    """Whether the move is in the table."""
    return (before, after) in MOVES
