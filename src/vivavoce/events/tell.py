"""Telling a listener what happened: every event that it wants, once it is committed, in order, at least once.

An event's number is taken before its transaction commits, so a later one may be seen first. What is read here is
settled: the newest number is looked up, and then whoever is writing at that moment is waited for. Nobody waits in order
to write (the SQL of `tell_event` says how).
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from vivavoce.db.database import Connection, Database
from vivavoce.errors import Unavailable, VivavoceError
from vivavoce.events.listeners import EventListener, advance, find_listener
from vivavoce.events.record import Event

MOST_AT_ONCE = 100  # read in one transaction; each is handed over in none
LOOK_SECONDS = 0.05  # between two looks at whether the writers are done
# No transaction is open across a network call, so a writer takes milliseconds; one that takes longer is stuck, and the
# note is taken up again.
WRITERS_SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event as a listener is told of it. number: rises from event to event of one merchant, with holes.

    id: the same each time that it is told. environment: None where it concerns the merchant as a whole.
    """

    merchant_id: UUID
    number: int
    id: UUID
    environment: str | None
    kind: str
    subject_id: UUID
    actor: str
    at: datetime
    data: dict[str, Any]


Hear = Callable[[UUID, Told], Awaitable[None]]


class StillWriting(Unavailable):
    """A transaction that writes an event does not come to its end. What came before it is told once it does."""


class NobodyHears(VivavoceError):
    """This worker has no listener of the name that events are to be handed to."""


async def tell_events(database: Database, hearers: Mapping[str, Hear], *, merchant_id: UUID, listener_id: UUID) -> None:
    """Hands over what the listener has not heard yet; done again, it goes on where the last one came to.

    hearers: by their names; each takes the listener's id and the event, in no transaction. What one raises comes
    through, and the same event is handed over first the next time.
    Raises NobodyHears, and StillWriting.
    """
    async with database.tenant(merchant_id) as connection:
        listener = await find_listener(connection, listener_id)
        writers = await _find_writers(connection, merchant_id)
    if listener is None:
        return  # it was removed
    hear = hearers.get(listener.name)
    if hear is None:
        raise NobodyHears(f"This worker has no listener {listener.name!r}; known: {', '.join(sorted(hearers)) or '-'}.")
    # Those who found this note waiting have left none of their own.
    await _wait_for(database, merchant_id, writers)
    async with database.tenant(merchant_id) as connection:
        newest = await connection.fetchval("select max(number) from events where number > $1", listener.cursor)
        writers = await _find_writers(connection, merchant_id)
    if newest is None:
        return
    await _wait_for(database, merchant_id, writers)
    await _hand_over(database, hear, merchant_id, listener, newest)


async def _hand_over(database: Database, hear: Hear, merchant_id: UUID, listener: EventListener, newest: int) -> None:
    """Each event by itself, and the cursor after it; whoever finds the cursor moved leaves the rest to who moved it."""
    while listener.cursor < newest:
        async with database.tenant(merchant_id) as connection:
            events = await _read(connection, listener, newest)
        for event in events:
            await hear(listener.id, event)
            moved = await _move(database, merchant_id, listener, event.number)
            if moved is None:
                return
            listener = moved
        if len(events) < MOST_AT_ONCE:
            if listener.cursor < newest:
                await _move(database, merchant_id, listener, newest)  # past what it does not want
            return


async def _move(database: Database, merchant_id: UUID, listener: EventListener, cursor: int) -> EventListener | None:
    async with database.tenant(merchant_id) as connection:
        await connection.execute("set local synchronous_commit = off")  # what is lost with the disk is told again
        return replace(listener, cursor=cursor) if await advance(connection, listener, cursor=cursor) else None


async def _read(connection: Connection, listener: EventListener, newest: int) -> Sequence[Told]:
    rows = await connection.fetch(
        "select merchant_id, number, id, environment, kind, subject_id, actor, at, data from events"
        " where number > $1 and number <= $2 and ($3::text[] is null or kind = any ($3))"
        " and (environment is null or environment = $4) order by number limit $5",
        listener.cursor,
        newest,
        None if listener.kinds is None else sorted(listener.kinds),
        listener.environment,
        MOST_AT_ONCE,
    )
    return [Told(**row) for row in rows]


async def find_latest(
    connection: Connection, *, environment: str, kinds: Collection[Event], limit: int
) -> Sequence[Told]:
    """What happened last in this environment, of these kinds, the newest first."""
    rows = await connection.fetch(
        "select merchant_id, number, id, environment, kind, subject_id, actor, at, data from events"
        " where merchant_id = current_setting('app.merchant_id')::uuid and environment = $1 and kind = any ($2)"
        " order by number desc limit $3",
        environment,
        [kind.value for kind in kinds],
        limit,
    )
    return [Told(**row) for row in rows]


async def find_last(connection: Connection, kind: Event, *, subject_id: UUID) -> Told | None:
    """The last time that this happened to it; None: it never did, or that is forgotten."""
    row = await connection.fetchrow(
        "select merchant_id, number, id, environment, kind, subject_id, actor, at, data from events"
        " where subject_id = $1 and kind = $2 order by number desc limit 1",
        subject_id,
        kind.value,
    )
    return None if row is None else Told(**row)


async def _find_writers(connection: Connection, merchant_id: UUID) -> list[str]:
    writers: list[str] = await connection.fetchval("select event_writers($1)", merchant_id)
    return writers


async def _wait_for(database: Database, merchant_id: UUID, writers: Sequence[str]) -> None:
    """Until none of these transactions is open. Raises StillWriting."""
    waiting, end = set(writers), asyncio.get_running_loop().time() + WRITERS_SECONDS
    while waiting:
        if asyncio.get_running_loop().time() > end:
            raise StillWriting
        await asyncio.sleep(LOOK_SECONDS)
        async with database.tenant(merchant_id) as connection:
            waiting.intersection_update(await _find_writers(connection, merchant_id))
