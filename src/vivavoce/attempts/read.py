"""Reading an attempt: for its merchant, with everything that was asked, answered, wished for, and went wrong."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from vivavoce.attempts.answer import Branch
from vivavoce.attempts.faults import Fault, read_faults
from vivavoce.attempts.keep import Kept, WishKept, read_answers, read_branches, read_wishes
from vivavoce.attempts.states import AttemptState, Ending
from vivavoce.db.database import Connection
from vivavoce.interviews.draft import Draft
from vivavoce.interviews.versions import read_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An attempt and what it was held by.

    ending: None while questions are asked. coverage_percent, talk_seconds: None until they were counted.
    judged_at: None while it waits for a judgement, the first or another. is_comparable: whether it was held under the
    conditions that others have; false where too much failed on our side.
    """

    id: UUID
    interview_id: UUID
    candidate_id: UUID
    number: int
    is_test: bool
    state: AttemptState
    ending: Ending | None
    begun_at: datetime
    finished_at: datetime | None
    submitted_at: datetime | None
    tallied_at: datetime | None
    judged_at: datetime | None
    coverage_percent: Decimal | None
    talk_seconds: Decimal | None
    definition: Draft
    answers: tuple[Kept, ...]
    branches: tuple[Branch, ...]
    wishes: tuple[WishKept, ...]
    faults: tuple[Fault, ...]
    is_comparable: bool


async def has_attempt(connection: Connection, attempt_id: UUID, *, environment: str) -> bool:
    """Whether there is such an attempt within the connection's tenant and this environment."""
    is_here: bool = await connection.fetchval(
        "select exists (select from attempts where merchant_id = current_setting('app.merchant_id')::uuid"
        " and id = $1 and environment = $2)",
        attempt_id,
        environment,
    )
    return is_here


async def find_attempt(connection: Connection, attempt_id: UUID, *, environment: str | None) -> Record | None:
    """The attempt, within the connection's tenant and this environment (None: any), or None."""
    row = await connection.fetchrow(
        "select * from attempts where merchant_id = current_setting('app.merchant_id')::uuid and id = $1"
        " and ($2::text is null or environment = $2)",
        attempt_id,
        environment,
    )
    if row is None:
        return None
    return Record(
        id=row["id"],
        interview_id=row["interview_id"],
        candidate_id=row["candidate_id"],
        number=row["number"],
        is_test=row["is_test"],
        state=AttemptState(row["state"]),
        ending=None if row["ending"] is None else Ending(row["ending"]),
        begun_at=row["begun_at"],
        finished_at=row["finished_at"],
        submitted_at=row["submitted_at"],
        tallied_at=row["tallied_at"],
        judged_at=row["judged_at"],
        coverage_percent=row["coverage_percent"],
        talk_seconds=row["talk_seconds"],
        definition=await read_version(connection, row["interview_id"], row["revision"]),
        answers=await read_answers(connection, attempt_id),
        branches=await read_branches(connection, attempt_id),
        wishes=await read_wishes(connection, attempt_id),
        faults=await read_faults(connection, attempt_id),
        is_comparable=row["not_comparable_at"] is None,
    )
