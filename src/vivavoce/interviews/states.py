"""The moves between the states of an interview that are allowed. Pure.

A position may be withdrawn, filled, reopened and put away in any order. Only `deleted` is final, and nothing but a
draft is prepared.
"""

from types import MappingProxyType

from vivavoce.interviews.draft import Status

MOVES = MappingProxyType(
    {
        Status.DRAFT: frozenset(
            {Status.PREPARING, Status.ACTIVE, Status.COMPLETED, Status.ARCHIVED, Status.DELETED},
        ),
        Status.PREPARING: frozenset({Status.DRAFT, Status.ACTIVE, Status.ARCHIVED, Status.DELETED}),
        Status.ACTIVE: frozenset({Status.DRAFT, Status.COMPLETED, Status.ARCHIVED, Status.DELETED}),
        Status.COMPLETED: frozenset({Status.DRAFT, Status.ACTIVE, Status.ARCHIVED, Status.DELETED}),
        Status.ARCHIVED: frozenset({Status.DRAFT, Status.ACTIVE, Status.COMPLETED, Status.DELETED}),
        Status.DELETED: frozenset[Status](),
    }
)


def may_move(before: Status, after: Status) -> bool:
    """Whether the move is in the table. Staying is always allowed."""
    return before is after or after in MOVES[before]
