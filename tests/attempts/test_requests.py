"""What somebody asks for about what is theirs: a task for a person each, and nothing that belongs to anybody else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.builders import House, a_house, a_seat, an_attempt, an_interview
from vivavoce.attempts.consent import TEXT_VERSION, Purpose
from vivavoce.attempts.move import finish, submit
from vivavoce.attempts.requests import ERASED_WITHIN, LONGEST_REQUEST, ask_for_erasure, ask_for_person, contest
from vivavoce.attempts.tasks import Task, TaskKind, TaskState, list_tasks, move_task
from vivavoce.candidates.links import Identity, Seat
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.db.pages import RowRange
from vivavoce.errors import Conflict, Invalid, NotFound
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def identity_of(seat: Seat) -> Identity:
    return Identity(merchant_id=seat.merchant_id, candidate_id=seat.candidate_id, environment=DEFAULT_ENVIRONMENT)


async def a_person(database: Database, house: House) -> Seat:
    return await a_seat(database, house, await an_interview(database, house))


async def tasks(database: Database, house: House) -> list[Task]:
    async with database.tenant(house.merchant.id) as connection:
        page = await list_tasks(
            connection, environment=DEFAULT_ENVIRONMENT, state=None, interview_id=None, window=RowRange(limit=50)
        )
    return list(page.rows)


async def test_whoever_declines_gets_a_task_and_what_they_declined_is_on_record(
    database: Database, house: House
) -> None:
    seat = await a_person(database, house)
    for _ in range(2):
        await ask_for_person(database, seat, declined=[Purpose.JUDGED_BY_PROGRAM], text=" Please call. ", now=NOW)
    (task,) = await tasks(database, house)
    assert (task.kind, task.text, task.candidate_id) == (TaskKind.PERSON_WANTED, "Please call.", seat.candidate_id)
    async with database.tenant(house.merchant.id) as connection:
        (event, _) = await connection.fetch("select * from events where kind = 'consent.declined' order by id")
    assert event["subject_id"] == seat.candidate_id
    assert event["data"] == {
        "interview_id": str(seat.interview_id),
        "purposes": ["judged_by_program"],
        "text_version": TEXT_VERSION,
    }


async def test_an_attempt_that_was_handed_in_can_be_contested(database: Database, house: House) -> None:
    seat = await a_person(database, house)
    attempt_id = await an_attempt(database, seat)
    with pytest.raises(Conflict):
        await contest(database, identity_of(seat), attempt_id=attempt_id, text="Wrong.")
    async with database.tenant(house.merchant.id) as connection:
        for move in (finish, submit):
            await move(connection, merchant_id=house.merchant.id, attempt_id=attempt_id, actor="test", now=NOW)
    for text in ("Wrong.", "Wrong.", "And this."):
        await contest(database, identity_of(seat), attempt_id=attempt_id, text=text)
    found = await tasks(database, house)
    assert [(one.kind, one.attempt_id, one.text) for one in found] == [
        (TaskKind.CONTESTED, attempt_id, "And this."),
        (TaskKind.CONTESTED, attempt_id, "Wrong."),
    ]
    for text in ("", " ", "x" * (LONGEST_REQUEST + 1)):
        with pytest.raises(Invalid):
            await contest(database, identity_of(seat), attempt_id=attempt_id, text=text)


async def test_nobody_contests_what_is_not_theirs(database: Database, house: House) -> None:
    seat, other = await a_person(database, house), await a_person(database, house)
    foreign = await a_person(database, await a_house(database))
    attempt_id = await an_attempt(database, seat)
    for identity in (
        identity_of(other),
        identity_of(foreign),
        replace(identity_of(seat), environment="staging"),
        replace(identity_of(seat), merchant_id=foreign.merchant_id),
    ):
        with pytest.raises(NotFound):
            await contest(database, identity, attempt_id=attempt_id, text="Wrong.")
    assert await tasks(database, house) == []


async def test_erasure_is_asked_for_once_and_is_due_within_thirty_days(database: Database, house: House) -> None:
    seat = await a_person(database, house)
    for later in (0, 3):
        await ask_for_erasure(database, identity_of(seat), now=NOW + timedelta(days=later))
    (task,) = await tasks(database, house)
    assert (task.kind, task.due_at, task.attempt_id) == (TaskKind.ERASURE_WANTED, NOW + ERASED_WITHIN, None)


async def test_after_it_was_refused_it_can_be_asked_for_anew(database: Database, house: House) -> None:
    seat = await a_person(database, house)
    await ask_for_erasure(database, identity_of(seat), now=NOW)
    (task,) = await tasks(database, house)
    async with database.tenant(house.merchant.id) as connection:
        await move_task(
            connection,
            task.id,
            TaskState.REFUSED,
            merchant_id=house.merchant.id,
            environment=DEFAULT_ENVIRONMENT,
            actor="test",
            now=NOW,
            reason="A court wants it kept.",
        )
    await ask_for_erasure(database, identity_of(seat), now=NOW + timedelta(days=9))
    assert [one.state for one in await tasks(database, house)] == [TaskState.OPEN, TaskState.REFUSED]


async def test_whom_nobody_knows_asks_for_nothing(database: Database, house: House) -> None:
    seat = replace(await a_person(database, house), candidate_id=new_id())
    with pytest.raises(NotFound):
        await ask_for_erasure(database, identity_of(seat), now=NOW)
