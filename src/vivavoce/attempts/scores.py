"""What an attempt keeps of how it was judged: for lists, and for what its person may still do.

The judgement itself, with all that it rests on, is scoring's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import asyncpg

from vivavoce.attempts.answer import Answer, find_doubts
from vivavoce.attempts.consent import Purpose
from vivavoce.attempts.consent_log import has_agreed
from vivavoce.attempts.heard_words import read_words
from vivavoce.attempts.keep import read_answers
from vivavoce.attempts.states import AttemptState
from vivavoce.db.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Of one judgement, each 0 to 10; None where nothing could be judged.

    answers: by the questions' own expectations. session: by the interview's. is_rough: by a rough rater alone, whose
    scores are not shown without saying so.
    """

    overall: Decimal | None
    answers: Decimal | None
    session: Decimal | None
    is_rough: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What there is to judge of an attempt. answers: with the words that count, in order of their turns.

    doubts: by turn, the stretches that an ear was unsure of; none where the candidate set the words right.
    may_be_read: the candidate agreed to a program's comparison. Who began where no program reads the language was not
    asked, and no model that was set later may read what they said.
    """

    interview_id: UUID
    revision: int
    answers: tuple[Answer, ...]
    doubts: Mapping[int, Sequence[tuple[int, int]]]
    may_be_read: bool


async def read_waiting(connection: Connection, attempt_id: UUID) -> Material | None:
    """What there is to judge; None unless the attempt was handed in and waits for a judgement."""
    row = await connection.fetchrow(
        "select interview_id, revision from attempts where id = $1 and judged_at is null and submitted_at is not null",
        attempt_id,
    )
    return None if row is None else await _gather(connection, attempt_id, row)


async def read_finished(connection: Connection, attempt_id: UUID) -> Material | None:
    """What there is to preview; None unless the attempt is finished and was not handed in yet."""
    row = await connection.fetchrow(
        "select interview_id, revision from attempts where id = $1 and state = $2",
        attempt_id,
        AttemptState.FINISHED.value,
    )
    return None if row is None else await _gather(connection, attempt_id, row)


async def mark_judged(connection: Connection, attempt_id: UUID, scores: Scores, *, now: datetime) -> bool:
    """Keeps the scores and locks the attempt. False: it waits for no judgement, and nothing changed."""
    marked = await connection.fetchval(
        "update attempts set score = $2, answers_score = $3, session_score = $4, is_score_rough = $5, judged_at = $6,"
        " updated_at = $6 where id = $1 and judged_at is null and submitted_at is not null returning id",
        attempt_id,
        scores.overall,
        scores.answers,
        scores.session,
        scores.is_rough,
        now,
    )
    return marked is not None


async def keep_scores(connection: Connection, attempt_id: UUID, scores: Scores, *, now: datetime) -> None:
    """Keeps what a judgement comes to after a person changed it. The attempt must be locked."""
    await connection.execute(
        "update attempts set score = $2, answers_score = $3, session_score = $4, updated_at = $5 where id = $1",
        attempt_id,
        scores.overall,
        scores.answers,
        scores.session,
        now,
    )


async def lock_judged(connection: Connection, attempt_id: UUID) -> bool:
    """Locks the attempt to the commit. False: nothing of it was judged yet."""
    locked = await connection.fetchval(
        "select id from attempts where id = $1 and submitted_at is not null and erasing_at is null for no key update",
        attempt_id,
    )
    return locked is not None


async def mark_to_judge_again(connection: Connection, attempt_id: UUID, *, now: datetime) -> bool:
    """Lets the attempt wait for another judgement; until it comes, the scores stay. False: it never had one."""
    marked = await connection.fetchval(
        "update attempts set judged_at = null, updated_at = $2"
        " where id = $1 and judged_at is not null and erasing_at is null returning id",
        attempt_id,
        now,
    )
    return marked is not None


async def lock_finished(connection: Connection, attempt_id: UUID) -> bool:
    """Locks the attempt to the commit. False: it is not waiting to be handed in any more."""
    locked = await connection.fetchval(
        "select id from attempts where id = $1 and state = $2 for update", attempt_id, AttemptState.FINISHED.value
    )
    return locked is not None


async def keep_preview_score(connection: Connection, attempt_id: UUID, score: Decimal | None) -> None:
    """Keeps the score that the attempt would get, 0 to 10. The attempt must be locked, by `lock_finished`."""
    await connection.execute("update attempts set preview_score = $2 where id = $1", attempt_id, score)


async def find_score_before(connection: Connection, attempt_id: UUID) -> tuple[int, Decimal] | None:
    """The number and the score, 0 to 10, of the same person's last attempt before this one that has a score."""
    row = await connection.fetchrow(
        "select before.number, coalesce(before.score, before.preview_score) as score from attempts this"
        " join attempts before on (before.interview_id, before.candidate_id) = (this.interview_id, this.candidate_id)"
        " and before.number < this.number and coalesce(before.score, before.preview_score) is not null"
        " where this.id = $1 order by before.number desc limit 1",
        attempt_id,
    )
    return None if row is None else (row["number"], row["score"])


async def _gather(connection: Connection, attempt_id: UUID, row: asyncpg.Record) -> Material:
    answers, words = await read_answers(connection, attempt_id), await read_words(connection, attempt_id)
    return Material(
        interview_id=row["interview_id"],
        revision=row["revision"],
        answers=tuple(kept.counting for kept in answers),
        doubts={
            kept.answer.number: find_doubts(words[kept.answer.number])
            for kept in answers
            if kept.answer.number in words and kept.correction is None
        },
        may_be_read=await has_agreed(connection, Purpose.JUDGED_BY_PROGRAM, attempt_id),
    )
