"""Listeners: who wants to hear of a merchant's events in one environment, and how far they have heard."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id
from vivavoce.events.record import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class EventListener:
    """Somebody who wants to hear.

    name: which of the worker's listeners the events are handed to (cli/worker.py). kinds: None: all. cursor: the number
    of the last event that was handed over or passed over.
    """

    id: UUID
    environment: str
    name: str
    kinds: frozenset[str] | None
    cursor: int


async def add_listener(
    connection: Connection,
    *,
    merchant_id: UUID,
    environment: str,
    name: str,
    kinds: Collection[Event] | None = None,
) -> UUID:
    """Adds a listener, which hears what is committed from then on; its id.

    environment: it hears of this one, and of what concerns the merchant as a whole. kinds: None: all.
    """
    listener_id = new_id()
    await connection.execute(
        "insert into event_listeners (merchant_id, id, environment, name, kinds, cursor)"
        " select $1, $2, $3, $4, $5, coalesce(max(number), 0) from events",
        merchant_id,
        listener_id,
        environment,
        name,
        None if kinds is None else [kind.value for kind in kinds],
    )
    return listener_id


async def remove_listener(connection: Connection, listener_id: UUID) -> bool:
    """Removes the listener: it hears nothing any more, whatever was left for it. False: there is none."""
    removed = await connection.fetchval("delete from event_listeners where id = $1 returning id", listener_id)
    return removed is not None


async def find_listener(connection: Connection, listener_id: UUID) -> EventListener | None:
    """The listener; None where it was removed."""
    row = await connection.fetchrow("select * from event_listeners where id = $1", listener_id)
    if row is None:
        return None
    return EventListener(
        id=row["id"],
        environment=row["environment"],
        name=row["name"],
        kinds=None if row["kinds"] is None else frozenset(row["kinds"]),
        cursor=row["cursor"],
    )


async def advance(connection: Connection, listener: EventListener, *, cursor: int) -> bool:
    """Puts the cursor further, by compare-and-set. False: somebody else did, or the listener was removed."""
    advanced = await connection.fetchval(
        "update event_listeners set cursor = $2 where id = $1 and cursor = $3 returning id",
        listener.id,
        cursor,
        listener.cursor,
    )
    return advanced is not None
