"""Counting up: the share of the steps that were answered, the seconds from the beginning to the last answer, once."""

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from tests.builders import NOW, QUESTIONS, House, a_draft, a_house, a_seat, an_attempt, an_interview
from vivavoce.attempts.read import Record, find_attempt
from vivavoce.attempts.tally import tally_attempt
from vivavoce.candidates.links import Seat
from vivavoce.conversation.happenings import Answered
from vivavoce.conversation.loop import happen
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.interviews.steps import SentQuestion

CHILD = SentQuestion(text="What came of it?", is_conditional=True, parent_caller_id="project")
LATER = NOW + timedelta(hours=1)


async def answered(
    database: Database, house: House, questions: tuple[SentQuestion, ...], given: list[tuple[str | None, float]]
) -> tuple[Seat, UUID]:
    """An attempt with these answers (None: skipped), each after so many seconds from the beginning."""
    seat = await a_seat(database, house, await an_interview(database, house, a_draft(house, questions=questions)))
    attempt_id = await an_attempt(database, seat)
    for number, (text, seconds) in enumerate(given, 1):
        happening = Answered(key=new_id(), number=number, text=text)
        await happen(database, seat, attempt_id, happening, now=NOW + timedelta(seconds=seconds))
    return seat, attempt_id


async def tally(database: Database, seat: Seat, attempt_id: UUID, now: datetime = LATER) -> None:
    await tally_attempt(database, merchant_id=seat.merchant_id, attempt_id=attempt_id, now=now)


async def read(database: Database, seat: Seat, attempt_id: UUID) -> Record:
    async with database.tenant(seat.merchant_id) as connection:
        found = await find_attempt(connection, attempt_id, environment="production")
    assert found is not None
    return found


async def told(database: Database, seat: Seat, attempt_id: UUID) -> int:
    """How many events say that it was counted up."""
    async with database.tenant(seat.merchant_id) as connection:
        count: int = await connection.fetchval(
            "select count(*) from events where subject_id = $1 and kind = 'attempt.tallied'", attempt_id
        )
    return count


THREE = QUESTIONS
FOUR = (QUESTIONS[0], CHILD, *QUESTIONS[1:])


@pytest.mark.parametrize(
    ("questions", "given", "coverage", "seconds"),
    [
        (THREE, [], "0.00", "0.0"),
        (THREE, [("So.", 60)], "33.33", "60.0"),  # 1 of 3
        (THREE, [("So.", 60), ("So.", 90)], "66.67", "90.0"),  # 2 of 3
        (THREE, [("So.", 60), (None, 61), ("So.", 75.26)], "66.67", "75.3"),  # one was skipped
        (THREE, [("So.", 10), ("So.", 20), ("So.", 30)], "100.00", "30.0"),
        (THREE, [(None, 1), (None, 2), (None, 3)], "0.00", "3.0"),
        (FOUR, [(None, 10), ("So.", 20), ("So.", 30)], "66.67", "30.0"),  # 2 of 3: the child was not to be asked
        (FOUR, [("So.", 10), ("So.", 20), ("So.", 30), ("So.", 40)], "100.00", "40.0"),
    ],
)
async def test_coverage_is_of_the_steps_and_seconds_run_to_the_last_answer(
    database: Database,
    house: House,
    questions: tuple[SentQuestion, ...],
    given: list[tuple[str | None, float]],
    coverage: str,
    seconds: str,
) -> None:
    seat, attempt_id = await answered(database, house, questions, given)
    await tally(database, seat, attempt_id)
    record = await read(database, seat, attempt_id)
    assert (record.coverage_percent, record.talk_seconds, record.tallied_at) == (
        Decimal(coverage),
        Decimal(seconds),
        LATER,
    )


async def test_a_second_worker_changes_nothing(database: Database, house: House) -> None:
    seat, attempt_id = await answered(database, house, THREE, [("So.", 60), ("So.", 90)])
    await tally(database, seat, attempt_id)
    first = await read(database, seat, attempt_id)
    happening = Answered(key=new_id(), number=3, text="So.")
    await happen(database, seat, attempt_id, happening, now=NOW + timedelta(seconds=120))
    await tally(database, seat, attempt_id, now=LATER + timedelta(hours=1))
    second = await read(database, seat, attempt_id)
    assert (second.coverage_percent, second.talk_seconds, second.tallied_at) == (
        first.coverage_percent,
        first.talk_seconds,
        first.tallied_at,
    )
    assert await told(database, seat, attempt_id) == 1


async def test_two_workers_at_once_count_once(database: Database, house: House) -> None:
    seat, attempt_id = await answered(database, house, THREE, [("So.", 60)])
    await asyncio.gather(*(tally(database, seat, attempt_id) for _ in range(4)))
    assert await told(database, seat, attempt_id) == 1


async def test_an_attempt_that_is_not_there_is_nothing_to_count(database: Database, house: House) -> None:
    foreign = await a_house(database)
    seat, attempt_id = await answered(database, house, THREE, [("So.", 60)])
    await tally_attempt(database, merchant_id=house.merchant.id, attempt_id=new_id(), now=LATER)
    await tally_attempt(database, merchant_id=foreign.merchant.id, attempt_id=attempt_id, now=LATER)
    assert (await read(database, seat, attempt_id)).tallied_at is None
