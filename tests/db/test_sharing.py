"""Connections are shared fairly, and nobody waits for a row with a connection in hand."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.builders import a_house, a_seat, an_attempt, an_interview
from vivavoce.clock import now
from vivavoce.conversation.happenings import Arrived
from vivavoce.conversation.loop import happen
from vivavoce.db.address import DatabaseAddress
from vivavoce.db.database import MOST_BESIDE_OTHERS, Database, open_database
from vivavoce.db.sharing import MOST_WAITING, FairShare, LatestUsers, OneByOne
from vivavoce.errors import Unavailable

LOUD, QUIET, CALM = "loud", "quiet", "calm"


async def settle() -> None:
    """Lets everything run that can."""
    for _ in range(10):
        await asyncio.sleep(0)


class Crowd:
    """Tasks that each wait for a place. came: whose they were, in the order in which they got one."""

    def __init__(self, share: FairShare) -> None:
        self.share = share
        self.came: list[str] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def add(self, *names: str) -> list["asyncio.Task[None]"]:
        added = [asyncio.create_task(self._enter(name)) for name in names]
        self.tasks += added
        await settle()
        return added

    async def leave(self, name: str) -> None:
        self.share.leave(name)
        await settle()

    async def _enter(self, name: str) -> None:
        await self.share.enter(name)
        self.came.append(name)


@pytest.fixture
async def crowd() -> AsyncIterator[Crowd]:
    gathered = Crowd(FairShare(4))
    yield gathered
    for task in gathered.tasks:
        task.cancel()


async def test_whoever_is_alone_may_have_every_place(crowd: Crowd) -> None:
    await crowd.add(*[LOUD] * 4)
    assert crowd.came == [LOUD] * 4


async def test_a_place_that_becomes_free_goes_to_whoever_holds_the_fewest(crowd: Crowd) -> None:
    await crowd.add(*[LOUD] * 50)
    await crowd.add(QUIET)
    await crowd.leave(LOUD)
    assert crowd.came == [LOUD] * 4 + [QUIET]


async def test_whoever_holds_as_many_as_they_may_waits_beside_free_places() -> None:
    most = {LOUD: 2, QUIET: 4}
    crowd = Crowd(FairShare(4, most_of=lambda whose: most[str(whose)]))
    await crowd.add(*[LOUD] * 5)
    assert crowd.came == [LOUD] * 2
    await crowd.add(QUIET)
    assert crowd.came == [LOUD] * 2 + [QUIET]
    await crowd.leave(LOUD)
    assert crowd.came == [LOUD] * 2 + [QUIET] + [LOUD]
    most[LOUD] = 4  # nobody minds any more: the next one who leaves lets all of them in
    await crowd.leave(LOUD)
    assert crowd.came == [LOUD] * 2 + [QUIET] + [LOUD] * 3
    for task in crowd.tasks:
        assert task.done()


def test_of_who_uses_something_the_last_other_one_is_known() -> None:
    users = LatestUsers()
    assert users.others_at(LOUD) == float("-inf")
    for whose, at in ((QUIET, 1.0), (LOUD, 2.0), (LOUD, 3.0)):
        users.note(whose, at)
    assert [users.others_at(whose) for whose in (LOUD, QUIET, CALM)] == [1.0, 3.0, 3.0]
    users.note(CALM, 4.0)
    assert [users.others_at(whose) for whose in (LOUD, QUIET, CALM)] == [4.0, 4.0, 3.0]


async def test_two_who_want_much_end_with_half_each(crowd: Crowd) -> None:
    await crowd.add(*[LOUD] * 50)
    await crowd.add(*[QUIET] * 50)
    for _ in range(2):
        await crowd.leave(LOUD)
    for name in (LOUD, QUIET) * 5:
        await crowd.leave(name)
    assert crowd.came[4:6] == [QUIET, QUIET]
    assert crowd.came[6:].count(LOUD) == crowd.came[6:].count(QUIET) == 5


async def test_among_those_who_hold_as_few_it_goes_in_turn(crowd: Crowd) -> None:
    await crowd.add(*[LOUD] * 4)
    await crowd.add(QUIET, QUIET, CALM, CALM)
    for _ in range(4):
        await crowd.leave(LOUD)
    assert crowd.came[4:] == [QUIET, CALM, QUIET, CALM]


async def test_whoever_gave_up_waiting_takes_no_place_with_them(crowd: Crowd) -> None:
    await crowd.add(*[LOUD] * 4)
    waiting, granted = await crowd.add(QUIET, CALM)
    waiting.cancel()
    await settle()
    crowd.share.leave(LOUD)
    granted.cancel()  # in the moment in which it gets its place
    await settle()
    for _ in range(3):
        await crowd.leave(LOUD)
    await crowd.add(*[QUIET] * 5)
    assert crowd.came == [LOUD] * 4 + [QUIET] * 4


async def test_one_row_is_had_by_one_at_a_time_in_the_order_of_coming() -> None:
    rows, key, order = OneByOne(), uuid4(), []

    async def have(number: int) -> None:
        async with rows.turn(key):
            order.append(("in", number))
            await settle()
            order.append(("out", number))

    async with asyncio.TaskGroup() as group:
        for number in range(3):
            group.create_task(have(number))
        async with rows.turn(uuid4()):
            pass  # of another row: at once
    assert order == [(what, number) for number in range(3) for what in ("in", "out")]
    assert not rows._queues


async def test_where_too_many_wait_for_one_row_the_next_one_is_sent_away() -> None:
    rows, key = OneByOne(), uuid4()

    async def have() -> None:
        async with rows.turn(key):
            await asyncio.Event().wait()

    tasks = [asyncio.create_task(have()) for _ in range(MOST_WAITING)]
    await settle()
    with pytest.raises(Unavailable):
        async with rows.turn(key):
            pass
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    async with rows.turn(key):
        pass


async def test_a_merchant_that_wants_every_connection_leaves_the_next_one_to_another(address: DatabaseAddress) -> None:
    loud, quiet = uuid4(), uuid4()
    order: list[UUID] = []

    async def use(database: Database, merchant_id: UUID) -> None:
        async with database.tenant(merchant_id) as connection:
            order.append(merchant_id)
            await connection.execute("select pg_sleep(0.05)")

    async with open_database(address, connections=2) as database, asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(use(database, loud))
        await settle()
        group.create_task(use(database, quiet))
    assert order.index(quiet) <= 3


async def test_messages_of_one_attempt_wait_without_a_connection(address: DatabaseAddress) -> None:
    async with open_database(address, connections=2) as database:
        house = await a_house(database)
        interview = await an_interview(database, house)
        seat = await a_seat(database, house, interview)
        attempt = await an_attempt(database, seat)
        with psycopg.connect(address.admin_url) as other_server:
            other_server.execute("select from attempts where id = %s for update", [attempt])
            loud = [asyncio.create_task(happen(database, seat, attempt, Arrived(), now=now())) for _ in range(10)]
            await settle()
            async with asyncio.timeout(20), database.tenant(house.merchant.id) as connection:
                assert await connection.fetchval("select 1") == 1
            assert not any(task.done() for task in loud)
        told = await asyncio.gather(*loud)
        assert len(told) == 10


async def test_beside_others_conversations_of_one_merchant_have_few_connections(
    address: DatabaseAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vivavoce.db.database.BESIDE_SECONDS", 600.0)  # however slow this machine is
    inside, most, go = 0, 0, asyncio.Event()

    async def talk(database: Database) -> None:
        nonlocal inside, most
        async with database.tenant(loud, alone_with=uuid4()):
            inside += 1
            most = max(most, inside)
            await go.wait()
            inside -= 1

    loud, calm = uuid4(), uuid4()
    async with open_database(address, connections=24) as database:
        for is_alone, expected in ((True, 6), (False, MOST_BESIDE_OTHERS)):
            most = 0
            go.clear()
            if not is_alone:
                await database.run("select 1", merchant_id=calm)
            talking = [asyncio.create_task(talk(database)) for _ in range(12)]
            async with asyncio.timeout(30):
                while inside < expected:  # noqa: ASYNC110 - what it waits for tells nobody
                    await asyncio.sleep(0.01)
                go.set()
                await asyncio.gather(*talking)
            assert most == expected
