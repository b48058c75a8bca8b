"""Moving an attempt: once, by compare-and-set, with its event; and sending it back, with its grant."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from tests.builders import CONSENTS, NOW, House, a_draft, a_house, a_seat, an_attempt, an_interview
from vivavoce.attempts.begin import begin_attempt, find_standing
from vivavoce.attempts.faults import FaultKind, add_fault
from vivavoce.attempts.move import NotHandedIn, WithoutFault, abandon, finish, give_back, set_aside, submit
from vivavoce.attempts.states import AttemptState, Ending
from vivavoce.candidates.links import Seat
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import Conflict, NotFound
from vivavoce.interviews.draft import Kind

Move = Callable[..., Awaitable[None]]


@pytest.fixture
async def seat(database: Database, house: House) -> Seat:
    return await a_seat(database, house, await an_interview(database, house))


async def move(database: Database, seat: Seat, attempt_id: UUID, *moves: Move, **more: Any) -> None:
    """Makes these moves, each in its own transaction."""
    for one in moves:
        async with database.tenant(seat.merchant_id) as connection:
            await one(connection, merchant_id=seat.merchant_id, attempt_id=attempt_id, actor="test", now=NOW, **more)


async def read(database: Database, seat: Seat, attempt_id: UUID) -> dict[str, Any]:
    async with database.tenant(seat.merchant_id) as connection:
        (row,) = await connection.fetch("select * from attempts where id = $1", attempt_id)
    return dict(row)


async def told(database: Database, seat: Seat, attempt_id: UUID) -> list[str]:
    async with database.tenant(seat.merchant_id) as connection:
        rows = await connection.fetch("select kind from events where subject_id = $1 order by id", attempt_id)
    return [row["kind"] for row in rows]


async def grants(database: Database, seat: Seat) -> list[dict[str, Any]]:
    async with database.tenant(seat.merchant_id) as connection:
        return [dict(row) for row in await connection.fetch("select * from grants")]


async def break_down(database: Database, seat: Seat, attempt_id: UUID) -> None:
    """Puts a fault of ours on record."""
    async with database.tenant(seat.merchant_id) as connection:
        await add_fault(
            connection,
            FaultKind.SERVER,
            merchant_id=seat.merchant_id,
            attempt_id=attempt_id,
            told_by="server",
            began_at=NOW,
            ended_at=None,
        )


@pytest.mark.parametrize("ending", Ending)
async def test_it_is_kept_why_no_question_followed(database: Database, seat: Seat, ending: Ending) -> None:
    attempt_id = await an_attempt(database, seat)
    await move(database, seat, attempt_id, finish, ending=ending)
    await move(database, seat, attempt_id, submit)
    found = await read(database, seat, attempt_id)
    assert (found["state"], found["ending"]) == ("submitted", ending.value)
    assert (found["finished_at"], found["submitted_at"]) == (NOW, NOW)


@pytest.mark.parametrize(
    ("moves", "state", "event"),
    [
        ((abandon,), AttemptState.ABANDONED, "attempt.abandoned"),
        ((finish, abandon), AttemptState.ABANDONED, "attempt.abandoned"),
        ((set_aside,), AttemptState.FAILED, "attempt.failed"),
        ((finish, set_aside), AttemptState.FAILED, "attempt.failed"),
        ((finish, submit, give_back), AttemptState.RETURNED, "attempt.returned"),
    ],
)
async def test_each_move_is_made_once_and_told(
    database: Database, seat: Seat, moves: tuple[Move, ...], state: AttemptState, event: str
) -> None:
    attempt_id = await an_attempt(database, seat)
    await break_down(database, seat, attempt_id)
    await move(database, seat, attempt_id, *moves)
    with pytest.raises(Conflict):
        await move(database, seat, attempt_id, moves[-1])
    assert (await read(database, seat, attempt_id))["state"] == state
    assert (await told(database, seat, attempt_id)).count(event) == 1


async def test_nothing_is_set_aside_for_a_fault_that_was_not(database: Database, seat: Seat) -> None:
    attempt_id = await an_attempt(database, seat)
    with pytest.raises(WithoutFault):
        await move(database, seat, attempt_id, set_aside)
    assert (await read(database, seat, attempt_id))["state"] == "begun"


# --- Sending back --------------------------------------------------------------------------------------------------


async def test_what_is_sent_back_can_be_made_once_more(database: Database, house: House) -> None:
    seat = await a_seat(
        database, house, await an_interview(database, house, a_draft(house, settings={"max_attempts": 1}))
    )
    first = await an_attempt(database, seat)
    await move(database, seat, first, finish, submit)
    assert (await find_standing(database, seat)).allowance.left == 0
    await move(database, seat, first, give_back)
    assert (await find_standing(database, seat)).allowance.left == 1
    (grant,) = await grants(database, seat)
    assert (grant["attempt_id"], grant["candidate_id"], grant["actor"]) == (first, seat.candidate_id, "test")
    second = await begin_attempt(database, seat, consents=CONSENTS, now=NOW)
    assert second.id != first
    await move(database, seat, second.id, finish)
    assert (await find_standing(database, seat)).allowance.left == 0


async def test_what_was_answered_before_it_was_sent_back_stays(database: Database, seat: Seat) -> None:
    attempt_id = await an_attempt(database, seat)
    await move(database, seat, attempt_id, finish, submit, give_back)
    found = await read(database, seat, attempt_id)
    assert (found["submitted_at"], found["ending"]) == (NOW, "all_asked")


@pytest.mark.parametrize("moves", [(), (finish,), (abandon,), (finish, submit, give_back)])
async def test_only_what_was_handed_in_is_sent_back(database: Database, seat: Seat, moves: tuple[Move, ...]) -> None:
    attempt_id = await an_attempt(database, seat)
    await move(database, seat, attempt_id, *moves)
    before = await grants(database, seat)
    with pytest.raises(NotHandedIn):
        await move(database, seat, attempt_id, give_back)
    assert await grants(database, seat) == before


async def test_only_the_latest_is_sent_back(database: Database) -> None:
    house = await a_house(database, portals=("coaching",))
    seat = await a_seat(database, house, await an_interview(database, house, a_draft(house, kind=Kind.COACHING)))
    first = await an_attempt(database, seat)
    await move(database, seat, first, finish, submit)
    await begin_attempt(database, seat, consents=CONSENTS, now=NOW, again=True)
    with pytest.raises(NotHandedIn):
        await move(database, seat, first, give_back)


async def test_nobody_sends_back_what_is_not_theirs(database: Database, seat: Seat) -> None:
    other = await a_house(database)
    theirs = await a_seat(database, other, await an_interview(database, other))
    attempt_id = await an_attempt(database, theirs)
    await move(database, theirs, attempt_id, finish, submit)
    for lost in (attempt_id, new_id()):
        with pytest.raises(NotFound):
            await move(database, seat, lost, give_back)
    assert (await read(database, theirs, attempt_id))["state"] == "submitted"


async def test_two_who_send_it_back_at_once_give_one_more_attempt(database: Database, seat: Seat) -> None:
    attempt_id = await an_attempt(database, seat)
    await move(database, seat, attempt_id, finish, submit)
    results = await asyncio.gather(
        *(move(database, seat, attempt_id, give_back) for _ in range(6)), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["NoneType"] + ["NotHandedIn"] * 5
    assert len(await grants(database, seat)) == 1
