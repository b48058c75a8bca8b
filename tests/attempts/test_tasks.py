"""Tasks: added once, listed newest first, done and opened again."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.builders import NOW, House, a_house, a_seat, an_attempt, an_interview
from vivavoce.attempts.tasks import Task, TaskKind, TaskState, add_task, list_tasks, move_task
from vivavoce.candidates.links import Seat
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.db.pages import Page, RowRange

QUESTION = "How many days a week are you in the office?"


@pytest.fixture
async def seat(database: Database, house: House) -> Seat:
    return await a_seat(database, house, await an_interview(database, house))


async def add(database: Database, seat: Seat, attempt_id: UUID | None, text: str = QUESTION, **changes: Any) -> UUID:
    given: dict[str, Any] = {"kind": TaskKind.ANSWER_CANDIDATE, "environment": "production", "actor": "test", **changes}
    async with database.tenant(seat.merchant_id) as connection:
        return await add_task(
            connection,
            given.pop("kind"),
            merchant_id=seat.merchant_id,
            interview_id=seat.interview_id,
            candidate_id=seat.candidate_id,
            attempt_id=attempt_id,
            text=text,
            **given,
        )


async def move(database: Database, seat: Seat, task_id: UUID, state: TaskState, *, minutes: int = 0) -> bool:
    async with database.tenant(seat.merchant_id) as connection:
        return await move_task(
            connection,
            task_id,
            state,
            merchant_id=seat.merchant_id,
            environment="production",
            actor="recruiter",
            now=NOW + timedelta(minutes=minutes),
        )


async def listed(
    database: Database,
    seat: Seat,
    *,
    state: TaskState | None = None,
    environment: str = "production",
    interview_id: UUID | None = None,
    window: RowRange | None = None,
) -> Page[Task]:
    async with database.tenant(seat.merchant_id) as connection:
        return await list_tasks(
            connection,
            environment=environment,
            state=state,
            interview_id=interview_id,
            window=window or RowRange(limit=50),
        )


async def events(database: Database, seat: Seat, task_id: UUID) -> list[tuple[str, dict[str, Any]]]:
    async with database.tenant(seat.merchant_id) as connection:
        rows = await connection.fetch("select kind, data from events where subject_id = $1 order by id", task_id)
    return [(row["kind"], row["data"]) for row in rows]


async def test_a_task_says_what_whose_and_where(database: Database, seat: Seat) -> None:
    attempt_id = await an_attempt(database, seat)
    task_id = await add(database, seat, attempt_id)
    (task,) = (await listed(database, seat)).rows
    assert (task.id, task.kind, task.state, task.text) == (
        task_id,
        TaskKind.ANSWER_CANDIDATE,
        TaskState.OPEN,
        QUESTION,
    )
    assert (task.interview_id, task.interview_name) == (seat.interview_id, "Project manager")
    assert (task.candidate_id, task.candidate_name, task.attempt_id) == (seat.candidate_id, "Sam Rivers", attempt_id)
    assert task.done_at is None


async def test_the_event_names_the_attempt_and_never_what_was_said(database: Database, seat: Seat) -> None:
    attempt_id = await an_attempt(database, seat)
    task_id = await add(database, seat, attempt_id)
    assert await events(database, seat, task_id) == [
        ("task.added", {"kind": "answer_candidate", "attempt_id": str(attempt_id)})
    ]


async def test_what_waits_already_is_not_added_again(database: Database, seat: Seat) -> None:
    attempt_id = await an_attempt(database, seat)
    first = await add(database, seat, attempt_id)
    assert await add(database, seat, attempt_id) == first
    others = {
        await add(database, seat, attempt_id, "Is there a canteen?"),
        await add(database, seat, attempt_id, kind=TaskKind.TROUBLE),
        await add(database, seat, None),
    }
    assert first not in others
    assert len(others) == 3
    assert await add(database, seat, None) in others
    assert len(await events(database, seat, first)) == 1


async def test_what_was_done_can_come_up_anew(database: Database, seat: Seat) -> None:
    attempt_id = await an_attempt(database, seat)
    first = await add(database, seat, attempt_id)
    assert await move(database, seat, first, TaskState.DONE)
    assert await add(database, seat, attempt_id) != first


async def test_a_task_is_done_once_and_can_be_opened_again(database: Database, seat: Seat) -> None:
    task_id = await add(database, seat, None)
    for minutes in (1, 2):
        assert await move(database, seat, task_id, TaskState.DONE, minutes=minutes)
    (task,) = (await listed(database, seat, state=TaskState.DONE)).rows
    assert task.done_at == NOW + timedelta(minutes=1)
    assert (await listed(database, seat, state=TaskState.OPEN)).total == 0
    for _ in range(2):
        assert await move(database, seat, task_id, TaskState.OPEN)
    (task,) = (await listed(database, seat, state=TaskState.OPEN)).rows
    assert task.done_at is None
    assert [kind for kind, _ in await events(database, seat, task_id)] == ["task.added", "task.done", "task.opened"]


async def test_only_what_is_there_can_be_moved(database: Database, seat: Seat) -> None:
    other = await a_house(database)
    theirs = await a_seat(database, other, await an_interview(database, other))
    assert not await move(database, seat, new_id(), TaskState.DONE)
    assert not await move(database, seat, await add(database, theirs, None), TaskState.DONE)
    assert not await move(database, seat, await add(database, seat, None, environment="staging"), TaskState.DONE)
    assert (await listed(database, theirs, state=TaskState.OPEN)).total == 1


async def test_the_list_is_newest_first_and_counts_all(database: Database, house: House, seat: Seat) -> None:
    elsewhere = await a_seat(database, house, await an_interview(database, house))
    first, second = [await add(database, seat, None, text) for text in ("One?", "Two?")]
    third = await add(database, elsewhere, None)
    await add(database, seat, None, environment="staging")
    page = await listed(database, seat)
    assert ([task.id for task in page.rows], page.total) == ([third, second, first], 3)
    page = await listed(database, seat, window=RowRange(limit=1, offset=1))
    assert ([task.id for task in page.rows], page.total) == ([second], 3)
    page = await listed(database, seat, interview_id=seat.interview_id)
    assert ([task.id for task in page.rows], page.total) == ([second, first], 2)
    assert await listed(database, seat, window=RowRange(limit=5, offset=9)) == Page(rows=(), total=3)
