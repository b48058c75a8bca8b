"""Tallying an attempt after it was handed in, before it is judged: how much was answered, and how long it took."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from vivavoce.attempts.answer import Answer, Branch
from vivavoce.attempts.facts import gather_facts
from vivavoce.attempts.keep import Kept, read_answers, read_branches
from vivavoce.attempts.record import record_attempt
from vivavoce.db.database import Database
from vivavoce.events.record import Event
from vivavoce.interviews.draw import draw_steps
from vivavoce.interviews.steps import Step
from vivavoce.interviews.versions import read_version
from vivavoce.jobs.leave import Note, leave


async def tally_attempt(database: Database, *, merchant_id: UUID, attempt_id: UUID, now: datetime) -> None:
    """Writes coverage (of what this attempt was meant to ask) and length, once: done again, it changes nothing.

    Before that the facts of integrity are gathered, in a transaction of their own: nothing here reads them.
    """
    async with database.tenant(merchant_id) as connection:
        await gather_facts(connection, attempt_id, now=now)
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
        branches = await read_branches(connection, attempt_id)
        drawn = draw_steps(version.steps, share=version.settings.share_asked, seed=attempt["seed"])
        await connection.execute(
            "update attempts set coverage_percent = $2, talk_seconds = $3, tallied_at = $4, updated_at = $4 "
            "where id = $1",
            attempt_id,
            _cover(drawn, [turn.counting for turn in kept], branches),
            _measure(kept, begun_at=attempt["begun_at"]),
            now,
        )
        await record_attempt(connection, Event.ATTEMPT_TALLIED, attempt_id=attempt_id, actor="worker")
        await leave(connection, Note.MAIL_RECEIPT, merchant_id=merchant_id, subject_id=attempt_id)
        await leave(connection, Note.SCORE_ATTEMPT, merchant_id=merchant_id, subject_id=attempt_id)


def _cover(drawn: Sequence[Step], answers: Sequence[Answer], branches: Sequence[Branch]) -> Decimal:
    """The share of the steps that were meant to be asked and were answered, in percent; follow-ups do not count, and
    what somebody would rather not answer counts as skipped.

    A conditional step was meant to be asked if that was decided; where it was not yet, if its parent was answered.
    """
    answered = {answer.step_id for answer in answers if answer.follow_up is None and not answer.counts_as_skipped}
    decided = {branch.step_id: branch.is_asked for branch in branches}
    meant = {step.id for step in drawn if step.parent_id is None or decided.get(step.id, step.parent_id in answered)}
    return round(Decimal(100 * len(answered & meant)) / len(meant), 2)


def _measure(kept: Sequence[Kept], *, begun_at: datetime) -> Decimal:
    """Seconds with the page open; where nobody measured them, those from the beginning to the last answer."""
    spent = sum(turn.answer.spent_seconds for turn in kept)
    length = spent or ((kept[-1].answered_at - begun_at).total_seconds() if kept else 0.0)
    return round(Decimal(length), 1)
