"""Grants: one more attempt for one person at one interview, given by the merchant."""

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
    """Adds the grant that sending this attempt back comes with. A second one for the same attempt adds nothing."""
    await connection.execute(
        "insert into grants (merchant_id, id, interview_id, candidate_id, attempt_id, actor)"
        " values ($1, $2, $3, $4, $5, $6) on conflict (merchant_id, attempt_id) do nothing",
        merchant_id,
        new_id(),
        interview_id,
        candidate_id,
        attempt_id,
        actor,
    )


async def count_grants(connection: Connection, *, interview_id: UUID, candidate_id: UUID) -> int:
    """How many more goes this person was given at this interview."""
    found: int = await connection.fetchval(
        "select count(*) from grants where interview_id = $1 and candidate_id = $2", interview_id, candidate_id
    )
    return found
