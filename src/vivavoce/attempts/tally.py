"""Counting up an attempt after it was handed in: how much of it was answered, and how long it took."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from vivavoce.attempts.keep import read_answers
from vivavoce.db.database import Database
from vivavoce.events.record import Event, record
from vivavoce.interviews.draw import draw_steps
from vivavoce.interviews.versions import read_version


async def tally_attempt(database: Database, *, merchant_id: UUID, attempt_id: UUID, now: datetime) -> None:
    """Writes coverage (of what this attempt was meant to ask) and length, once: done again, it changes nothing."""
    async with database.tenant(merchant_id) as connection:
        attempt = await connection.fetchrow(
            "select interview_id, revision, seed, begun_at from attempts"
            " where id = $1 and tallied_at is null for update",
            attempt_id,
        )
        if attempt is None:
            return
        version = await read_version(connection, attempt["interview_id"], attempt["revision"])
        kept = await read_answers(connection, attempt_id)
        answered = {one.answer.step_id for one in kept if not one.answer.is_skipped}
        drawn = draw_steps(version.steps, share=version.settings.share_asked, seed=attempt["seed"])
        meant = [step for step in drawn if step.parent_id is None or step.parent_id in answered]
        length = (kept[-1].answered_at - attempt["begun_at"]).total_seconds() if kept else 0.0
        await connection.execute(
            "update attempts set coverage_percent = $2, talk_seconds = $3, tallied_at = $4, updated_at = $4 "
            "where id = $1",
            attempt_id,
            round(Decimal(100 * len(answered)) / len(meant), 2),
            round(Decimal(length), 1),
            now,
        )
        await record(connection, Event.ATTEMPT_TALLIED, merchant_id=merchant_id, subject_id=attempt_id, actor="worker")
