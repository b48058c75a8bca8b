"""The moves between an interview's states: every pair is either in the table or not."""

from itertools import product

from vivavoce.interviews.draft import Status
from vivavoce.interviews.states import MOVES, may_move


def test_every_status_has_its_row() -> None:
    assert set(MOVES) == set(Status)


def test_deleted_is_final() -> None:
    assert [after for after in Status if may_move(Status.DELETED, after)] == [Status.DELETED]


def test_everything_else_can_be_deleted() -> None:
    assert [before for before in Status if not may_move(before, Status.DELETED)] == []


def test_what_cannot_be_reached() -> None:
    refused = {
        (before.value, after.value)
        for before, after in product(Status, Status)
        if before is not Status.DELETED and not may_move(before, after)
    }
    assert refused == {
        ("preparing", "completed"),
        ("active", "preparing"),
        ("completed", "preparing"),
        ("archived", "preparing"),
    }
