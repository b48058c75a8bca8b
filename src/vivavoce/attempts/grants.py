"""Grants: one more attempt for one person at one interview, given by the merchant."""

from datetime import datetime
from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id


async def add_grant(
    connection: Connection,
    *,
    merchant_id: UUID,
    interview_id: UUID,
    candidate_id: UUID,
    attempt_id: UUID,
    actor: str,
) -> None:
    """Adds the grant that sending this attempt back comes with. A second one for the same attempt adds nothing;
    one that was withdrawn holds again.
    """
    await connection.execute(
        "insert into grants (merchant_id, id, interview_id, candidate_id, attempt_id, actor)"
        " values ($1, $2, $3, $4, $5, $6) on conflict (merchant_id, attempt_id) do update set withdrawn_at = null",
        merchant_id,
        new_id(),
        interview_id,
        candidate_id,
        attempt_id,
        actor,
    )


async def withdraw_grant(connection: Connection, attempt_id: UUID, *, now: datetime) -> None:
    """Withdraws the grant of this attempt, since sending it back was undone."""
    await connection.execute("update grants set withdrawn_at = $2 where attempt_id = $1", attempt_id, now)


async def count_grants(connection: Connection, *, interview_id: UUID, candidate_id: UUID) -> int:
    """How many more goes this person was given at this interview."""
    granted: int = await connection.fetchval(
        "select count(*) from grants where interview_id = $1 and candidate_id = $2 and withdrawn_at is null",
        interview_id,
        candidate_id,
    )
    return granted
