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

    INTERVIEW_CREATED = "interview.created"  # subject: the interview
    CANDIDATE_INVITED = "candidate.invited"  # subject: the invitation; data: the interview's id
    ATTEMPT_BEGUN = "attempt.begun"  # subject: the attempt; its person has agreed to what is needed
    ATTEMPT_FINISHED = "attempt.finished"  # subject: the attempt; every question was asked
    ATTEMPT_SUBMITTED = "attempt.submitted"  # subject: the attempt; its person has handed it in
    ATTEMPT_TALLIED = "attempt.tallied"  # subject: the attempt; a worker has counted it up


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
