"""The table of moves: what it allows, and nothing else."""

from itertools import product

import pytest

from tests.builders import House
from tests.folding import folded
from vivavoce.attempts.states import MOVES, UNDER_WAY, AttemptState, Ending, leading_to
from vivavoce.db.database import Database

ALLOWED = {
    ("begun", "finished"),
    ("begun", "abandoned"),
    ("begun", "failed"),
    ("finished", "submitted"),
    ("finished", "abandoned"),
    ("finished", "failed"),
    ("submitted", "returned"),
}


@folded(("before", "after"), list(product(AttemptState, AttemptState)))
def test_a_move_is_allowed_if_it_is_in_the_table(before: AttemptState, after: AttemptState) -> None:
    assert (before in leading_to(after)) == ((before.value, after.value) in ALLOWED)


def test_an_attempt_is_under_way_as_long_as_it_can_still_be_handed_in() -> None:
    reachable = {state: _reachable(state) for state in AttemptState}
    assert {state for state in AttemptState if AttemptState.SUBMITTED in reachable[state]} == UNDER_WAY


def test_what_was_handed_in_can_only_be_sent_back() -> None:
    assert {after for before, after in MOVES if before is AttemptState.SUBMITTED} == {AttemptState.RETURNED}
    assert {before for before, _ in MOVES} & {
        AttemptState.RETURNED,
        AttemptState.ABANDONED,
        AttemptState.FAILED,
    } == set()


@pytest.mark.parametrize(("words", "column"), [(AttemptState, "state"), (Ending, "ending")])
async def test_the_database_knows_the_same_words(
    database: Database, house: House, words: type[AttemptState | Ending], column: str
) -> None:
    async with database.tenant(house.merchant.id) as connection:
        check = await connection.fetchval(
            "select pg_get_constraintdef(oid) from pg_constraint"
            " where conrelid = 'attempts'::regclass and conname = $1",
            f"attempts_{column}_check",
        )
    assert sorted(check.split("'")[1::2]) == sorted(words)


def _reachable(state: AttemptState) -> set[AttemptState]:
    found: set[AttemptState] = set()
    border = {state}
    while border:
        border = {after for before, after in MOVES if before in border} - found
        found |= border
    return found
