"""Recording what happened to an attempt or to a task, in the environment that it belongs to; one round trip."""

from typing import Any
from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id
from vivavoce.events.record import Event


async def record_attempt(
    connection: Connection, event: Event, *, attempt_id: UUID, actor: str, data: dict[str, Any] | None = None
) -> None:
    """Adds the event to the caller's transaction, with a note for each listener that wants it."""
    await connection.execute(
        "select tell_event(merchant_id, environment, $2, $3, id, $4, $5) from attempts where id = $1",
        attempt_id,
        new_id(),
        event.value,
        actor,
        data or {},
    )


async def record_task(connection: Connection, event: Event, *, task_id: UUID, actor: str) -> None:
    """The same of a task that is there already."""
    await connection.execute(
        "select tell_event(merchant_id, environment, $2, $3, id, $4) from tasks where id = $1",
        task_id,
        new_id(),
        event.value,
        actor,
    )
