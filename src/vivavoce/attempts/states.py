"""The states of an attempt, and the moves between them that are allowed. Pure.

begun ──► finished ──► submitted ──► returned    sent back: another attempt may be made
  │           │
  ├───────────┼──► abandoned     left for good
  └───────────┴──► failed        a fault on our side; never counts as an attempt used
"""

from enum import StrEnum


class AttemptState(StrEnum):
    """Where an attempt stands."""

    BEGUN = "begun"  # questions are being asked
    FINISHED = "finished"  # no further question comes; not handed in yet
    SUBMITTED = "submitted"  # handed in: the recruiter may read it
    RETURNED = "returned"  # handed in, and then sent back so that another attempt can be made
    ABANDONED = "abandoned"  # left for good
    FAILED = "failed"  # set aside for a fault that was not the candidate's


class Ending(StrEnum):
    """Why no further question came. None of them counts for or against anyone."""

    ALL_ASKED = "all_asked"  # every question was asked
    ENDED_EARLY = "ended_early"  # the candidate wanted to end
    TIME_UP = "time_up"  # the interview's maximum length was reached


MOVES: frozenset[tuple[AttemptState, AttemptState]] = frozenset(
    {
        (AttemptState.BEGUN, AttemptState.FINISHED),
        (AttemptState.BEGUN, AttemptState.ABANDONED),
        (AttemptState.BEGUN, AttemptState.FAILED),
        (AttemptState.FINISHED, AttemptState.SUBMITTED),
        (AttemptState.FINISHED, AttemptState.ABANDONED),
        (AttemptState.FINISHED, AttemptState.FAILED),
        (AttemptState.SUBMITTED, AttemptState.RETURNED),
    }
)
UNDER_WAY = frozenset({AttemptState.BEGUN, AttemptState.FINISHED})


def leading_to(after: AttemptState) -> frozenset[AttemptState]:
    """The states from which an attempt may move there."""
    return frozenset(before for before, to in MOVES if to is after)
