"""Whoever wants to hear of events hears each that is committed, in order, whatever else is being written."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from tests.builders import KEYS, House, a_draft, a_house, a_seat, an_attempt, an_interview
from tests.databases import empty_database
from vivavoce.cli.worker import Errands, make_handlers
from vivavoce.db.address import DatabaseAddress
from vivavoce.db.database import Connection, Database, open_database
from vivavoce.db.ids import new_id
from vivavoce.db.upgrade import upgrade
from vivavoce.events import tell
from vivavoce.events.listeners import add_listener, find_listener, remove_listener
from vivavoce.events.record import Event, record
from vivavoce.events.tell import NobodyHears, StillWriting, Told, tell_events
from vivavoce.jobs.leave import QUEUES, Note
from vivavoce.jobs.worker import run_worker
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT
from vivavoce.providers.raters import embedded_rater

SECONDS = 60  # at most, for what takes one


class Ear:
    """Keeps what it is told; raises at what it is told to refuse, once."""

    def __init__(self) -> None:
        self.heard: list[Told] = []
        self.refuses: set[int] = set()
        self.told = asyncio.Condition()

    async def hear(self, listener_id: UUID, event: Told) -> None:
        if event.number in self.refuses:
            self.refuses.remove(event.number)
            raise ConnectionError("not now")
        self.heard.append(event)
        async with self.told:
            self.told.notify_all()

    async def until(self, count: int) -> None:
        """Waits until it was told so many."""
        async with self.told:
            await self.told.wait_for(lambda: len(self.heard) >= count)

    @property
    def subjects(self) -> list[UUID]:
        return [event.subject_id for event in self.heard]


async def a_listener(database: Database, house: House, **changes: Any) -> UUID:
    given: dict[str, Any] = {"environment": DEFAULT_ENVIRONMENT, "name": "ear"} | changes
    async with database.tenant(house.merchant.id) as connection:
        return await add_listener(connection, merchant_id=house.merchant.id, **given)


async def happened(connection: Connection, house: House, event: Event = Event.INTERVIEW_VOICED, **changes: Any) -> UUID:
    """The subject of an event that is new."""
    subject_id = new_id()
    given: dict[str, Any] = {"environment": DEFAULT_ENVIRONMENT} | changes
    await record(connection, event, merchant_id=house.merchant.id, subject_id=subject_id, actor="test", **given)
    return subject_id


async def happen_now(database: Database, house: House, event: Event = Event.INTERVIEW_VOICED, **changes: Any) -> UUID:
    async with database.tenant(house.merchant.id) as connection:
        return await happened(connection, house, event, **changes)


async def told(database: Database, house: House, listener_id: UUID, ear: Ear) -> None:
    await tell_events(database, {"ear": ear.hear}, merchant_id=house.merchant.id, listener_id=listener_id)


async def notes(database: Database, house: House) -> list[UUID]:
    """The listeners for whom a note waits."""
    async with database.tenant(house.merchant.id) as connection:
        rows = await connection.fetch(
            "select args ->> 'subject_id' as id from procrastinate_jobs where task_name = $1 and queue_name = $2"
            " and args ->> 'merchant_id' = $3 order by id",
            Note.TELL_EVENTS.value,
            QUEUES[Note.TELL_EVENTS],
            str(house.merchant.id),
        )
    return [UUID(row["id"]) for row in rows]


async def test_what_happened_is_told_in_order_and_once(database: Database, house: House) -> None:
    await happen_now(database, house)  # before anybody listened
    listener_id, ear = await a_listener(database, house), Ear()
    subjects = [await happen_now(database, house) for _ in range(3)]
    await told(database, house, listener_id, ear)
    await told(database, house, listener_id, ear)
    assert ear.subjects == subjects
    assert [event.number for event in ear.heard] == sorted(event.number for event in ear.heard)
    (first, *_) = ear.heard
    assert (first.merchant_id, first.environment, first.kind) == (house.merchant.id, "production", "interview.voiced")
    assert (first.actor, first.data) == ("test", {})


async def test_of_two_at_once_the_one_that_commits_last_is_told_all_the_same(database: Database, house: House) -> None:
    """The earlier number is committed later: it is waited for, and comes first."""
    listener_id, ear = await a_listener(database, house), Ear()
    async with database.tenant(house.merchant.id) as slow:
        earlier = await happened(slow, house)
        later = await happen_now(database, house)
        telling = asyncio.create_task(told(database, house, listener_id, ear))
        # By far as long as it would take if it did not wait.
        assert await asyncio.wait([telling], timeout=1) == (set(), {telling})
        assert ear.subjects == []
    await telling
    assert ear.subjects == [earlier, later]


async def test_what_is_rolled_back_is_waited_for_and_never_told(database: Database, house: House) -> None:
    listener_id, ear = await a_listener(database, house), Ear()
    telling: list[asyncio.Task[None]] = []
    later: list[UUID] = []

    async def break_off() -> None:
        async with database.tenant(house.merchant.id) as slow:
            await happened(slow, house)
            later.append(await happen_now(database, house))
            telling.append(asyncio.create_task(told(database, house, listener_id, ear)))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await break_off()
    await asyncio.gather(*telling)
    assert ear.subjects == later


async def test_a_writer_that_is_stuck_stops_nobody_s_writing_and_loses_nothing(
    database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tell, "WRITERS_SECONDS", 0)
    listener_id, ear = await a_listener(database, house), Ear()
    async with database.tenant(house.merchant.id) as slow:
        earlier = await happened(slow, house)
        later = [await happen_now(database, house) for _ in range(3)]
        with pytest.raises(StillWriting):
            await told(database, house, listener_id, ear)
        assert ear.subjects == []
    await told(database, house, listener_id, ear)
    assert ear.subjects == [earlier, *later]


async def test_another_merchant_s_writer_is_not_waited_for(
    database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tell, "WRITERS_SECONDS", 0)
    other = await a_house(database)
    listener_id, ear = await a_listener(database, house), Ear()
    async with database.tenant(other.merchant.id) as slow:
        await happened(slow, other)
        subject = await happen_now(database, house)
        await told(database, house, listener_id, ear)
    assert ear.subjects == [subject]


async def test_twenty_writers_at_once_are_all_told_in_the_order_of_their_numbers(
    database: Database, house: House
) -> None:
    listener_id, ear = await a_listener(database, house), Ear()

    async def write(number: int) -> list[UUID]:
        async with database.tenant(house.merchant.id) as connection:
            return [await happened(connection, house, data={"of": number}) for _ in range(5)]

    writing = [asyncio.create_task(write(number)) for number in range(20)]
    while not all(task.done() for task in writing):
        await told(database, house, listener_id, ear)
    await told(database, house, listener_id, ear)
    assert sorted(ear.subjects) == sorted(subject for task in writing for subject in task.result())
    numbers = [event.number for event in ear.heard]
    assert numbers == sorted(set(numbers))


async def test_a_listener_hears_its_kinds_its_environment_and_what_concerns_the_whole_merchant(
    database: Database, house: House
) -> None:
    kinds = [Event.INTERVIEW_VOICED, Event.LOOK_CHANGED]
    listener_id, ear = await a_listener(database, house, kinds=kinds), Ear()
    await happen_now(database, house, Event.INTERVIEW_MOVED)
    await happen_now(database, house, environment="staging")
    foreign = await a_house(database)
    await happen_now(database, foreign)
    assert await notes(database, house) == []
    here = await happen_now(database, house)
    everywhere = await happen_now(database, house, Event.LOOK_CHANGED, environment=None)
    await happen_now(database, house, Event.INTERVIEW_MOVED)
    await told(database, house, listener_id, ear)
    assert ear.subjects == [here, everywhere]
    async with database.tenant(house.merchant.id) as connection:
        listener = await find_listener(connection, listener_id)
        assert listener is not None
        assert listener.cursor == await connection.fetchval("select max(number) from events")


async def test_more_than_is_read_at_once_is_told_to_the_last(
    database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tell, "MOST_AT_ONCE", 2)
    listener_id, ear = await a_listener(database, house), Ear()
    subjects = [await happen_now(database, house) for _ in range(4)]
    await told(database, house, listener_id, ear)
    assert ear.subjects == subjects


async def test_what_could_not_be_handed_over_comes_first_the_next_time(database: Database, house: House) -> None:
    listener_id, ear = await a_listener(database, house), Ear()
    subjects = [await happen_now(database, house) for _ in range(3)]
    async with database.tenant(house.merchant.id) as connection:
        numbers = [row["number"] for row in await connection.fetch("select number from events order by number")]
    ear.refuses = {numbers[1]}
    with pytest.raises(ConnectionError):
        await told(database, house, listener_id, ear)
    assert ear.subjects == subjects[:1]
    await told(database, house, listener_id, ear)
    assert ear.subjects == subjects


async def test_of_two_that_tell_at_once_one_leaves_the_rest_to_the_other(database: Database, house: House) -> None:
    """A worker that slept, and the one that took its note: an event may be told twice, and none is left out."""
    listener_id, ear = await a_listener(database, house), Ear()
    subjects = [await happen_now(database, house) for _ in range(5)]
    await asyncio.gather(told(database, house, listener_id, ear), told(database, house, listener_id, ear))
    assert list(dict.fromkeys(ear.subjects)) == subjects
    assert len(ear.subjects) <= 2 * len(subjects)


async def test_a_note_is_left_where_somebody_wants_it_and_one_is_enough(database: Database, house: House) -> None:
    await happen_now(database, house)
    assert await notes(database, house) == []
    one, other = sorted([await a_listener(database, house), await a_listener(database, house, name="other")])
    await happen_now(database, house)
    await happen_now(database, house)
    assert await notes(database, house) == [one, other]


async def test_nobody_is_told_of_what_is_gone_or_unknown(database: Database, house: House) -> None:
    foreign = await a_house(database)
    listener_id, ear = await a_listener(database, house), Ear()
    subject = await happen_now(database, house)
    await told(database, foreign, listener_id, ear)  # another merchant's
    with pytest.raises(NobodyHears, match="'ear'"):
        await tell_events(database, {}, merchant_id=house.merchant.id, listener_id=listener_id)
    assert ear.subjects == []
    await told(database, house, listener_id, ear)
    assert ear.subjects == [subject]
    await happen_now(database, house)
    async with database.tenant(house.merchant.id) as connection:
        assert await remove_listener(connection, listener_id)
        assert not await remove_listener(connection, listener_id)
    await told(database, house, listener_id, ear)
    assert ear.subjects == [subject]


@pytest.fixture
async def own(address: DatabaseAddress) -> AsyncIterator[tuple[DatabaseAddress, Database]]:
    """A database of this test's own, so that its worker has no other test's notes."""
    with empty_database(address) as empty:
        upgrade(empty)
        async with open_database(empty, connections=4) as database:
            yield empty, database


async def test_a_worker_tells_of_an_interview_and_of_its_attempt(own: tuple[DatabaseAddress, Database]) -> None:
    """From the one statement that creates an interview to the listener of a worker."""
    address, database = own
    house, ear = await a_house(database), Ear()
    wants = [Event.INTERVIEW_CREATED, Event.CANDIDATE_INVITED, Event.ATTEMPT_BEGUN]
    listener_id = await a_listener(database, house, kinds=wants)
    interview_id = await an_interview(database, house, a_draft(house))
    assert await notes(database, house) == [listener_id]
    errands = Errands(keys=KEYS, mailer=None, find_rater=embedded_rater, hearers={"ear": ear.hear})
    async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as group:
        working = group.create_task(run_worker(address, make_handlers(database, errands)))
        await ear.until(1)
        seat = await a_seat(database, house, interview_id)
        attempt_id = await an_attempt(database, seat)
        await ear.until(3)
        working.cancel()
    assert [event.kind for event in ear.heard] == [event.value for event in wants]
    assert {event.environment for event in ear.heard} == {DEFAULT_ENVIRONMENT}
    assert ear.subjects[0] == interview_id
    assert ear.subjects[2] == attempt_id
