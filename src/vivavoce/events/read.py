"""Reading what happened to one thing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from vivavoce.db.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class PastEvent:
    """An event as it is kept. kind: a word of `Event`, or of a later version's."""

    kind: str
    actor: str
    at: datetime
    data: dict[str, Any]


# An index finds the events of anything but of an interview, whose first one is left out of it (0039_long_console.sql).
EVENTS_OF = """
select kind, actor, at, data from events
where merchant_id = current_setting('app.merchant_id')::uuid and subject_id = $1 and kind <> 'interview.created'
order by id
"""


async def read_events_of(connection: Connection, subject_id: UUID) -> tuple[PastEvent, ...]:
    """Of this subject, which is no interview, the first one first."""
    rows = await connection.fetch(
        EVENTS_OF,
        subject_id,
    )
    return tuple(PastEvent(**row) for row in rows)
