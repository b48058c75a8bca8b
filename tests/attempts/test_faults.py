"""Faults of ours: kept once, told in order."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.builders import NOW, House, a_draft, a_seat, an_attempt, an_interview
from vivavoce.attempts.begin import read_allowance
from vivavoce.attempts.faults import GRAVE, MOST_FAULTS, Fault, FaultKind, add_fault, read_faults
from vivavoce.candidates.links import Seat
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id


async def add(
    database: Database, seat: Seat, attempt_id: UUID, kind: FaultKind, *, minute: int, key: UUID | None = None
) -> None:
    async with database.tenant(seat.merchant_id) as connection:
        await add_fault(
            connection,
            kind,
            merchant_id=seat.merchant_id,
            attempt_id=attempt_id,
            told_by="server" if key is None else "page",
            began_at=NOW + timedelta(minutes=minute),
            ended_at=None if key is None else NOW + timedelta(minutes=minute + 1),
            key=key,
        )


async def test_faults_are_told_in_the_order_in_which_they_began(database: Database, house: House) -> None:
    seat = await a_seat(database, house, await an_interview(database, house))
    attempt_id = await an_attempt(database, seat)
    await add(database, seat, attempt_id, FaultKind.NO_DATABASE, minute=5)
    await add(database, seat, attempt_id, FaultKind.LINE_LOST, minute=1, key=new_id())
    async with database.tenant(seat.merchant_id) as connection:
        told = await read_faults(connection, attempt_id)
    assert told == (
        Fault(
            kind=FaultKind.LINE_LOST,
            began_at=NOW + timedelta(minutes=1),
            ended_at=NOW + timedelta(minutes=2),
        ),
        Fault(kind=FaultKind.NO_DATABASE, began_at=NOW + timedelta(minutes=5), ended_at=None),
    )


async def test_a_fault_that_is_told_twice_is_one(database: Database, house: House) -> None:
    seat = await a_seat(database, house, await an_interview(database, house))
    attempt_id = await an_attempt(database, seat)
    key = new_id()
    for _ in range(2):
        await add(database, seat, attempt_id, FaultKind.LINE_LOST, minute=1, key=key)
    async with database.tenant(seat.merchant_id) as connection:
        assert len(await read_faults(connection, attempt_id)) == 1
        told = await connection.fetch(
            "select data from events where subject_id = $1 and kind = 'attempt.faulted'", attempt_id
        )
    assert [row["data"] for row in told] == [{"kind": "line_lost"}]


async def test_faults_without_a_key_are_each_their_own(database: Database, house: House) -> None:
    seat = await a_seat(database, house, await an_interview(database, house))
    attempt_id = await an_attempt(database, seat)
    for minute in (1, 2):
        await add(database, seat, attempt_id, FaultKind.SERVER, minute=minute)
    async with database.tenant(seat.merchant_id) as connection:
        assert len(await read_faults(connection, attempt_id)) == 2


@pytest.mark.parametrize("kind", FaultKind)
async def test_four_faults_of_any_kind_give_the_go_back(database: Database, house: House, kind: FaultKind) -> None:
    interview = await an_interview(database, house)
    seat = await a_seat(database, house, interview)
    attempt_id = await an_attempt(database, seat)
    free = []
    for number in range(MOST_FAULTS + 1):
        await add(database, seat, attempt_id, kind, minute=number)
        async with database.tenant(seat.merchant_id) as connection:
            allowance = await read_allowance(
                connection, a_draft(house), interview_id=seat.interview_id, candidate_id=seat.candidate_id
            )
        assert allowance.used == (0 if allowance.is_free else 1)
        free.append(allowance.is_free)
    # Grave ones give it back at once, to whoever has not handed in.
    assert free == ([True] * (MOST_FAULTS + 1) if kind in GRAVE else [False] * MOST_FAULTS + [True])


async def test_an_attempt_with_too_many_faults_is_not_comparable(database: Database, house: House) -> None:
    seat = await a_seat(database, house, await an_interview(database, house))
    attempt_id = await an_attempt(database, seat)
    marked = []
    for number in range(MOST_FAULTS + 2):
        await add(database, seat, attempt_id, FaultKind.LAG, minute=number)
        async with database.tenant(seat.merchant_id) as connection:
            marked.append(await connection.fetchval("select not_comparable_at from attempts where id = $1", attempt_id))
    async with database.tenant(seat.merchant_id) as connection:
        told = await connection.fetchval(
            "select count(*) from events where subject_id = $1 and kind = 'attempt.not_comparable'", attempt_id
        )
    since = NOW + timedelta(minutes=MOST_FAULTS)
    assert marked == [None] * MOST_FAULTS + [since, since]
    assert told == 1
