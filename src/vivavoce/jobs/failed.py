"""Notes whose handler has failed for good: what somebody is to hear of, and can let be tried again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.jobs.leave import Note, leave

MOST_LISTED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedNote:
    """One of them. id: of its job."""

    id: int
    note: Note
    subject_id: UUID
    failed_at: datetime | None


async def list_failed(connection: Connection, merchant_id: UUID) -> list[FailedNote]:
    """A merchant's, the newest first, MOST_LISTED at most."""
    rows = await connection.fetch(
        "select id, task_name, (args->>'subject_id')::uuid as subject_id, (select max(at) from procrastinate_events"
        " where job_id = procrastinate_jobs.id) as failed_at from procrastinate_jobs"
        " where status = 'failed' and args->>'merchant_id' = $1 and task_name = any ($2) order by id desc limit $3",
        str(merchant_id),
        [note.value for note in Note],
        MOST_LISTED,
    )
    return [
        FailedNote(id=row["id"], note=Note(row["task_name"]), subject_id=row["subject_id"], failed_at=row["failed_at"])
        for row in rows
    ]


async def leave_again(connection: Connection, merchant_id: UUID, failed_id: int) -> bool:
    """Leaves it anew in place of the failed one; False: it is not this merchant's, or somebody has done so already."""
    row = await connection.fetchrow(
        "delete from procrastinate_jobs where id = $1 and status = 'failed' and args->>'merchant_id' = $2"
        " returning task_name, (args->>'subject_id')::uuid as subject_id",
        failed_id,
        str(merchant_id),
    )
    if row is None:
        return False
    await leave(connection, Note(row["task_name"]), merchant_id=merchant_id, subject_id=row["subject_id"])
    return True
