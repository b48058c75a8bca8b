"""More time that a merchant gives one person: it counts at once, for them alone, and no attempt loses any."""

from decimal import Decimal

import pytest

from tests.builders import House, a_draft, a_seat, an_attempt, an_interview
from vivavoce.attempts.adjust import Adjustments, save_adjustments
from vivavoce.attempts.extra_time import (
    MOST_MINUTES,
    TimeRuns,
    find_extra_time,
    list_extra_time,
    set_extra_time,
)
from vivavoce.candidates.links import Seat
from vivavoce.clock import now
from vivavoce.conversation.happenings import Answered, HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import Invalid
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT

PLANNED = 600


async def give(database: Database, seat: Seat, minutes: int) -> None:
    async with database.tenant(seat.merchant_id) as connection:
        await set_extra_time(
            connection,
            merchant_id=seat.merchant_id,
            environment=DEFAULT_ENVIRONMENT,
            interview_id=seat.interview_id,
            candidate_id=seat.candidate_id,
            minutes=minutes,
            actor="user test",
            now=now(),
        )


async def test_it_counts_before_and_during_an_attempt_and_for_this_person_alone(
    database: Database, house: House
) -> None:
    draft = a_draft(house, settings={"max_seconds": PLANNED})
    interview_id = await an_interview(database, house, draft)
    seat, other = await a_seat(database, house, interview_id), await a_seat(database, house, interview_id)

    async def longest(of: Seat, attempt_id: object, number: int) -> float:
        answer = Answered(key=new_id(), number=number, text="Nine people.")
        news = await happen(database, of, attempt_id, answer, now=now())  # type: ignore[arg-type]
        return news.scene.course.max_seconds

    await give(database, seat, 20)
    attempt_id, others = await an_attempt(database, seat), await an_attempt(database, other)
    assert await longest(seat, attempt_id, 1) == PLANNED + 20 * 60
    assert await longest(other, others, 1) == PLANNED
    await give(database, seat, 30)
    assert await longest(seat, attempt_id, 2) == PLANNED + 30 * 60
    async with database.tenant(house.merchant.id) as connection:
        twice = Adjustments(time_factor=Decimal(2))
        await save_adjustments(connection, twice, merchant_id=house.merchant.id, attempt_id=attempt_id, now=now())
    with pytest.raises(TimeRuns):
        await give(database, seat, 10)
    assert await longest(seat, attempt_id, 3) == (PLANNED + 30 * 60) * 2
    await happen(database, seat, attempt_id, HandedIn(key=new_id()), now=now())
    await give(database, seat, 0)
    async with database.tenant(house.merchant.id) as connection:
        assert await find_extra_time(connection, interview_id=interview_id, candidate_id=seat.candidate_id) == 0
        assert await list_extra_time(connection, seat.candidate_id) == {}
        told = await connection.fetch(
            "select data from events where kind = 'candidate.extra_time_set' and subject_id = $1 order by id",
            seat.candidate_id,
        )
    assert [row["data"]["minutes"] for row in told] == [20, 30, 0]


async def test_what_was_set_already_is_set_once_and_what_is_no_number_of_minutes_is_refused(
    database: Database, house: House
) -> None:
    seat = await a_seat(database, house, await an_interview(database, house))
    for _ in range(2):
        await give(database, seat, 15)
    async with database.tenant(house.merchant.id) as connection:
        assert await connection.fetchval("select count(*) from extra_times") == 1
    for minutes in (-1, MOST_MINUTES + 1):
        with pytest.raises(Invalid):
            await give(database, seat, minutes)
