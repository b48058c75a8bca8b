"""The answers of an attempt: saved one by one, read together."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vivavoce.attempts.answer import Answer
from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An answer as it is stored."""

    id: UUID
    answer: Answer
    asked_at: datetime
    answered_at: datetime


async def save_answer(
    connection: Connection, answer: Answer, *, merchant_id: UUID, attempt_id: UUID, now: datetime
) -> None:
    """Adds the answer. The attempt must be locked: whoever holds the lock knows that the turn is still open.

    A question counts as asked when the one before it was answered, the first when the attempt began.
    """
    await connection.execute(
        "insert into answers (merchant_id, id, attempt_id, number, step_id, asked, language, text, choice, "
        "is_skipped, key, answered_at, interview_id, asked_at)"
        " select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, interview_id,"
        " coalesce((select max(answered_at) from answers where attempt_id = $3), begun_at)"
        " from attempts where id = $3",
        merchant_id,
        new_id(),
        attempt_id,
        answer.number,
        answer.step_id,
        answer.asked,
        answer.language,
        answer.text,
        answer.choice,
        answer.is_skipped,
        answer.key,
        now,
    )


async def read_answers(connection: Connection, attempt_id: UUID) -> tuple[Kept, ...]:
    """The answers so far, in the order of their turns."""
    rows = await connection.fetch("select * from answers where attempt_id = $1 order by number", attempt_id)
    return tuple(
        Kept(
            id=row["id"],
            answer=Answer(
                number=row["number"],
                step_id=row["step_id"],
                asked=row["asked"],
                language=row["language"],
                text=row["text"],
                choice=row["choice"],
                is_skipped=row["is_skipped"],
                key=row["key"],
            ),
            asked_at=row["asked_at"],
            answered_at=row["answered_at"],
        )
        for row in rows
    )
