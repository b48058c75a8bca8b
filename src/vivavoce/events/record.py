"""Recording what happened: one row in the transaction of the thing itself."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from vivavoce.db.ids import new_id

if TYPE_CHECKING:
    import asyncpg

    from vivavoce.db.database import Connection


class Event(StrEnum):
    """What can happen. The subject's id stands in the row; what a person said never does."""

    INTERVIEW_CREATED = "interview.created"
    CANDIDATE_INVITED = "candidate.invited"
    ATTEMPT_BEGUN = "attempt.begun"
    ATTEMPT_FINISHED = "attempt.finished"
    ATTEMPT_SUBMITTED = "attempt.submitted"
    ATTEMPT_TALLIED = "attempt.tallied"


async def record(
    connection: "Connection[asyncpg.Record]",
    event: Event,
    *,
    merchant_id: UUID,
    subject_id: UUID,
    actor: str,
    data: dict[str, Any] | None = None,
) -> None:
    """Adds the event to the caller's transaction."""
    await connection.execute(
        "insert into events (merchant_id, id, kind, subject_id, actor, data) values ($1, $2, $3, $4, $5, $6)",
        merchant_id,
        new_id(),
        event.value,
        subject_id,
        actor,
        data or {},
    )
