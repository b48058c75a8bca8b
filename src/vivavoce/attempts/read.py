"""Reading an attempt: for its merchant, with everything that was asked and answered."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from vivavoce.attempts.keep import Kept, read_answers
from vivavoce.attempts.states import State
from vivavoce.db.database import Connection
from vivavoce.interviews.draft import Draft
from vivavoce.interviews.versions import read_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An attempt and what it was held by. coverage_percent, talk_seconds: None until they were counted."""

    id: UUID
    interview_id: UUID
    candidate_id: UUID
    number: int
    is_test: bool
    state: State
    begun_at: datetime
    finished_at: datetime | None
    submitted_at: datetime | None
    tallied_at: datetime | None
    coverage_percent: Decimal | None
    talk_seconds: Decimal | None
    definition: Draft
    answers: tuple[Kept, ...]


async def find_attempt(connection: Connection, attempt_id: UUID, *, environment: str) -> Record | None:
    """The attempt, within the connection's tenant and this environment, or None."""
    row = await connection.fetchrow(
        "select * from attempts where id = $1 and environment = $2", attempt_id, environment
    )
    if row is None:
        return None
    return Record(
        id=row["id"],
        interview_id=row["interview_id"],
        candidate_id=row["candidate_id"],
        number=row["number"],
        is_test=row["is_test"],
        state=State(row["state"]),
        begun_at=row["begun_at"],
        finished_at=row["finished_at"],
        submitted_at=row["submitted_at"],
        tallied_at=row["tallied_at"],
        coverage_percent=row["coverage_percent"],
        talk_seconds=row["talk_seconds"],
        definition=await read_version(connection, row["interview_id"], row["revision"]),
        answers=await read_answers(connection, attempt_id),
    )
