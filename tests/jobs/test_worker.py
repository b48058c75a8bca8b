"""Notes and the worker: a note is done if, and only if, what made it necessary was committed, whoever dies."""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID

import pytest
from procrastinate import RetryStrategy

from tests.builders import KEYS, a_draft, a_house, a_seat, an_attempt, an_interview
from tests.databases import empty_database
from vivavoce.cli.worker import Errands, make_handlers
from vivavoce.conversation.happenings import Answered, HandedIn
from vivavoce.conversation.loop import happen
from vivavoce.db.address import DatabaseAddress
from vivavoce.db.database import Database, open_database
from vivavoce.db.ids import new_id
from vivavoce.db.upgrade import upgrade
from vivavoce.interviews.steps import SentQuestion
from vivavoce.jobs.leave import QUEUES, Note, leave
from vivavoce.jobs.worker import RETRIES, Handler, run_worker
from vivavoce.providers.raters import embedded_rater

ERRANDS = Errands(keys=KEYS, mailer=None, find_rater=embedded_rater)
MERCHANT = new_id()
SECONDS = 60  # at most, for what takes one, or ten where a worker died


class Queue:
    """A database of these tests' own, so that no other test's notes are in it."""

    def __init__(self, address: DatabaseAddress, database: Database) -> None:
        self.address = address
        self.database = database

    async def leave(self, subject_id: UUID) -> None:
        async with self.database.tenant(MERCHANT) as connection:
            await leave(connection, Note.TALLY_ATTEMPT, merchant_id=MERCHANT, subject_id=subject_id)

    async def statuses(self, subject_id: UUID) -> list[str]:
        """Of the notes that are there for it: todo, doing or failed; a note that was done is gone."""
        async with self.database.tenant(MERCHANT) as connection:
            found = await connection.fetch(
                "select status::text from procrastinate_jobs where args ->> 'subject_id' = $1", str(subject_id)
            )
        return [row["status"] for row in found]

    async def is_gone(self, subject_id: UUID) -> bool:
        return await self.statuses(subject_id) == []

    @asynccontextmanager
    async def worked_on(
        self, handlers: Mapping[Note, Handler], *, retries: Mapping[str, RetryStrategy] = RETRIES
    ) -> AsyncIterator[None]:
        """A worker beside the block. If it ends by itself, its error is ours."""
        task = asyncio.create_task(run_worker(self.address, handlers, retries=retries))
        try:
            yield
            assert not task.done(), task.exception()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(scope="module")
async def queue(address: DatabaseAddress) -> AsyncIterator[Queue]:
    with empty_database(address) as own:
        upgrade(own)
        async with open_database(own, connections=4) as database:
            yield Queue(own, database)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Waits until it holds; fails when it does not in time."""
    end = time.monotonic() + SECONDS
    while not await condition():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.05)


def noting(seen: list[UUID]) -> Mapping[Note, Handler]:
    """Handlers that write down what they were given."""

    async def note(merchant_id: UUID, subject_id: UUID) -> None:
        assert merchant_id == MERCHANT
        seen.append(subject_id)

    return dict.fromkeys(Note, note)


# --- Who does what -------------------------------------------------------------------------------------------------


def test_every_kind_of_note_has_its_one_handler(database: Database) -> None:
    handlers = make_handlers(database, ERRANDS)
    assert set(handlers) == set(Note)
    assert len(set(handlers.values())) == len(Note)


def test_every_kind_of_note_has_its_queue() -> None:
    assert set(QUEUES) == set(Note)


async def test_a_worker_that_lacks_a_handler_does_not_start(address: DatabaseAddress) -> None:
    with pytest.raises(ValueError, match="tally_attempt"):
        await run_worker(address, {})


async def test_what_goes_on_beside_the_notes_ends_the_worker_where_it_fails(queue: Queue) -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await run_worker(queue.address, noting([]), beside=[fail])


# --- What is done --------------------------------------------------------------------------------------------------


async def test_a_note_is_done_once_its_transaction_has_committed_and_never_where_it_was_rolled_back(
    queue: Queue,
) -> None:
    undone, before, while_running = new_id(), new_id(), new_id()

    async def leave_and_fail() -> None:
        async with queue.database.tenant(MERCHANT) as connection:
            await leave(connection, Note.TALLY_ATTEMPT, merchant_id=MERCHANT, subject_id=undone)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await leave_and_fail()
    await queue.leave(before)
    seen: list[UUID] = []
    async with queue.worked_on(noting(seen)):
        await until(lambda: queue.is_gone(before))
        with pytest.raises(ZeroDivisionError):
            await leave_and_fail()
        async with queue.database.tenant(MERCHANT) as connection:
            await leave(connection, Note.TALLY_ATTEMPT, merchant_id=MERCHANT, subject_id=while_running)
            assert await queue.is_gone(while_running), "not there before the commit"
        await until(lambda: queue.is_gone(while_running))
    assert seen == [before, while_running]


async def test_what_was_handed_in_is_counted_up_and_judged(queue: Queue) -> None:
    house = await a_house(queue.database)
    interview_id = await an_interview(queue.database, house, a_draft(house, questions=[SentQuestion(text="Why?")]))
    seat = await a_seat(queue.database, house, interview_id)
    attempt_id = await an_attempt(queue.database, seat)
    for happening in (Answered(key=new_id(), number=1, text="So."), HandedIn(key=new_id())):
        await happen(queue.database, seat, attempt_id, happening, now=datetime.now(UTC))
    assert await queue.statuses(attempt_id) == ["todo", "todo"], "to be charged, and to be tallied"
    async with queue.worked_on(make_handlers(queue.database, ERRANDS)):
        await until(lambda: queue.is_gone(attempt_id))
    async with queue.database.tenant(seat.merchant_id) as connection:
        row = await connection.fetchrow("select * from attempts where id = $1", attempt_id)
    assert row is not None
    assert (row["coverage_percent"], row["tallied_at"] is not None, row["judged_at"] is not None) == (100, True, True)


async def test_two_workers_share_the_notes(queue: Queue) -> None:
    subjects = [new_id() for _ in range(20)]
    for subject in subjects:
        await queue.leave(subject)
    seen: list[UUID] = []

    async def all_gone() -> bool:
        return all([await queue.is_gone(subject) for subject in subjects])

    async with queue.worked_on(noting(seen)), queue.worked_on(noting(seen)):
        await until(all_gone)
    assert Counter(seen) == Counter(subjects)


@pytest.mark.slow
async def test_a_note_that_fails_is_tried_again(queue: Queue) -> None:
    subject, tries = new_id(), 0

    async def fail_twice(merchant_id: UUID, subject_id: UUID) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise ConnectionError

    await queue.leave(subject)
    async with queue.worked_on(dict.fromkeys(Note, fail_twice)):
        await until(lambda: queue.is_gone(subject))
    assert tries == 3


@pytest.mark.slow
async def test_a_note_that_always_fails_stays_to_be_seen(queue: Queue) -> None:
    subject, tries = new_id(), 0

    async def fail(merchant_id: UUID, subject_id: UUID) -> None:
        nonlocal tries
        tries += 1
        raise ConnectionError

    async def has_failed() -> bool:
        return await queue.statuses(subject) == ["failed"]

    await queue.leave(subject)
    at_once = dict.fromkeys(QUEUES.values(), RetryStrategy(max_attempts=3))
    async with queue.worked_on(dict.fromkeys(Note, fail), retries=at_once):
        await until(has_failed)
    assert tries == 4


@pytest.mark.nightly
@pytest.mark.slow
async def test_a_judgement_outlives_a_fault_of_some_seconds(queue: Queue) -> None:
    subject, tried_at = new_id(), list[float]()

    async def fail_thrice(merchant_id: UUID, subject_id: UUID) -> None:
        tried_at.append(time.monotonic())
        if len(tried_at) < 4:
            raise ConnectionError

    await queue.leave(subject)
    async with queue.worked_on(dict.fromkeys(Note, fail_thrice)):
        await until(lambda: queue.is_gone(subject))
    assert tried_at[3] - tried_at[0] > 2 + 4 + 8 - 1  # the queue's clock is another one than ours


# --- Who dies meanwhile --------------------------------------------------------------------------------------------

HOLDER = """
import asyncio, sys
from vivavoce.db.address import DatabaseAddress
from vivavoce.jobs.leave import Note
from vivavoce.jobs.worker import run_worker

async def hold(merchant_id, subject_id):
    print("holding", subject_id, flush=True)
    await asyncio.sleep(3600)

app_url, admin_url, takes_role = sys.argv[1:]
address = DatabaseAddress(app_url=app_url, admin_url=admin_url, takes_role=takes_role == "True")
asyncio.run(run_worker(address, dict.fromkeys(Note, hold)))
"""


@pytest.mark.slow
async def test_a_note_that_a_killed_worker_held_is_done_by_another(queue: Queue) -> None:
    subject = new_id()
    await queue.leave(subject)
    address = queue.address
    command = [sys.executable, "-c", HOLDER, address.app_url, address.admin_url, str(address.takes_role)]
    holder = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        assert holder.stdout is not None
        line = await holder.stdout.readline()
        assert line.decode().split() == ["holding", str(subject)]
        assert await queue.statuses(subject) == ["doing"]
    finally:
        holder.kill()
        await holder.wait()
    seen: list[UUID] = []
    async with queue.worked_on(noting(seen)):
        await until(lambda: queue.is_gone(subject))
    assert seen == [subject]
