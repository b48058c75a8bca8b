"""What happens after somebody has sent their interview, in the merchant's words, and within how many days they hear."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from vivavoce.db.database import Connection, Database
from vivavoce.errors import Invalid
from vivavoce.events.record import Event, record

LONGEST_TEXT = 600  # characters
MOST_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class NextSteps:
    """text: '': ours, which promises nothing but that a person decides. days: None: no day is promised."""

    text: str = ""
    days: int | None = None


async def read_next_steps(connection: Connection, merchant_id: UUID) -> NextSteps:
    """What the merchant of the connection's tenant says."""
    kept = await connection.fetchval("select next_steps from merchants where id = $1", merchant_id)
    return NextSteps(**(kept or {}))


async def set_next_steps(
    database: Database, *, text: str | None, days: int | None, merchant_id: UUID, actor: str
) -> NextSteps:
    """Says it from now on. None: it stays; an empty text, or 0 days, takes it away. Raises Invalid."""
    changes: dict[str, Any] = {}
    if text is not None:
        changes["text"] = _checked(text)
    if days is not None:
        if not 0 <= days <= MOST_DAYS:
            raise Invalid(f"Expected 1 to {MOST_DAYS} days, or 0 to promise none.", name="days")
        changes["days"] = days or None
    async with database.tenant(merchant_id) as connection:
        await connection.execute(
            "update merchants set next_steps = next_steps || $1 where id = $2", changes, merchant_id
        )
        await record(
            connection,
            Event.NEXT_STEPS_CHANGED,
            merchant_id=merchant_id,
            environment=None,
            subject_id=merchant_id,
            actor=actor,
            data={"changed": sorted(changes)},
        )
        return await read_next_steps(connection, merchant_id)


def _checked(text: str) -> str:
    given = " ".join(text.split())
    if not given.isprintable():
        raise Invalid("Expected text that can be printed.", name="text")
    if len(given) > LONGEST_TEXT:
        raise Invalid(f"Expected at most {LONGEST_TEXT} characters.", name="text")
    return given
