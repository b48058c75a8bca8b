"""Leaving an attempt to be judged anew. Apart from the judging itself, whose models a server does not load."""

from datetime import datetime
from uuid import UUID

from vivavoce.attempts.record import record_attempt
from vivavoce.attempts.scores import mark_to_judge_again
from vivavoce.db.database import Database
from vivavoce.errors import NotFound
from vivavoce.events.record import Event
from vivavoce.jobs.leave import Note, leave


async def judge_again(database: Database, *, merchant_id: UUID, attempt_id: UUID, actor: str, now: datetime) -> None:
    """Leaves the attempt to be judged anew; the earlier versions stay. Raises NotFound unless it was judged before."""
    async with database.tenant(merchant_id) as connection:
        if not await mark_to_judge_again(connection, attempt_id, now=now):
            raise NotFound("There is no such attempt that was judged before.")
        await record_attempt(connection, Event.ATTEMPT_TO_JUDGE_AGAIN, attempt_id=attempt_id, actor=actor)
        await leave(connection, Note.SCORE_ATTEMPT, merchant_id=merchant_id, subject_id=attempt_id)
