"""Judgements as they are kept: version by version, with everything that they rest on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from vivavoce.attempts.read import find_attempt
from vivavoce.attempts.scores import Scores, keep_scores
from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id
from vivavoce.scoring.amend import amend
from vivavoce.scoring.judgement import Judgement
from vivavoce.scoring.overturns import Overturn, find_held, read_overturns
from vivavoce.scoring.total import to_ten


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptJudgement:
    """A judgement as it counts. version: from 1. as_found: what the program found, before people changed anything.

    overturns: what they changed, the first one first, with what was changed again later.
    """

    judgement: Judgement
    as_found: Judgement
    overturns: tuple[Overturn, ...]
    version: int
    rater: str
    rubric_digest: str
    judged_at: datetime


_JUDGEMENT = TypeAdapter(Judgement)


async def save_judgement(
    connection: Connection,
    judgement: Judgement,
    *,
    merchant_id: UUID,
    attempt_id: UUID,
    rater: str,
    rubric_digest: str,
    now: datetime,
) -> int:
    """Adds the judgement as the next version, which it returns. The attempt must be locked."""
    scores = to_scores(judgement)
    version: int = await connection.fetchval(
        "insert into judgements (merchant_id, id, attempt_id, rater, rubric_digest, score, answers_score,"
        " session_score, result, judged_at, version)"
        " select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce(max(version), 0) + 1 from judgements"
        " where attempt_id = $3 returning version",
        merchant_id,
        new_id(),
        attempt_id,
        rater,
        rubric_digest,
        scores.overall,
        scores.answers,
        scores.session,
        pack_judgement(judgement),
        now,
    )
    return version


async def find_judgement(connection: Connection, attempt_id: UUID) -> KeptJudgement | None:
    """The latest judgement of the attempt, with what people changed of it; None while it waits for one."""
    row = await connection.fetchrow(
        "select *, exists (select from overturns where attempt_id = $1) as is_overturned"
        " from judgements where attempt_id = $1 order by version desc limit 1",
        attempt_id,
    )
    if row is None:
        return None
    as_found = unpack_judgement(row["result"])
    overturns = await read_overturns(connection, attempt_id) if row["is_overturned"] else ()
    return KeptJudgement(
        judgement=await _amend(connection, attempt_id, as_found, overturns) if overturns else as_found,
        as_found=as_found,
        overturns=overturns,
        version=row["version"],
        rater=row["rater"],
        rubric_digest=row["rubric_digest"],
        judged_at=row["judged_at"],
    )


LOOKED_AT = 200  # attempts, the newest
COUNT_TO_REVIEW = """
select count(*) from (
    select id from attempts
    where merchant_id = current_setting('app.merchant_id')::uuid and environment = $1 and state = 'submitted'
        and not is_test and judged_at is not null
    order by created_at desc, id desc limit $2
) as newest
where (
    select (result->'session'->>'needs_review')::boolean from judgements
    where merchant_id = current_setting('app.merchant_id')::uuid and attempt_id = newest.id
    order by version desc limit 1
)
"""


async def count_to_review(connection: Connection, *, environment: str) -> int:
    """In how many of the newest LOOKED_AT results a person must look before the score is used."""
    to_review: int = await connection.fetchval(COUNT_TO_REVIEW, environment, LOOKED_AT)
    return to_review


async def settle_scores(connection: Connection, attempt_id: UUID, *, now: datetime) -> Decimal | None:
    """Writes to the attempt what its judgement comes to, with what people changed of it. The score, 0 to 10.

    The attempt must be locked.
    """
    kept = await find_judgement(connection, attempt_id)
    assert kept is not None
    scores = to_scores(kept.judgement)
    await keep_scores(connection, attempt_id, scores, now=now)
    return scores.overall


def to_scores(judgement: Judgement) -> Scores:
    """The judgement's scores, 0 to 10, as rows keep them."""
    session = judgement.session
    return Scores(
        overall=to_decimal(session.score),
        answers=to_decimal(None if session.answers_score is None else to_ten(session.answers_score)),
        session=to_decimal(None if session.session_score is None else to_ten(session.session_score)),
        is_rough=judgement.is_rough,
    )


def to_decimal(score: Fraction | None) -> Decimal | None:
    """A score with three decimals, which is what rows are compared by; the exact one is in the result."""
    return None if score is None else round(Decimal(score.numerator) / Decimal(score.denominator), 3)


def pack_judgement(judgement: Judgement) -> dict[str, Any]:
    """As plain values that jsonb keeps; fractions as texts, exact."""
    packed: dict[str, Any] = _JUDGEMENT.dump_python(judgement, mode="json")
    return packed


def unpack_judgement(packed: dict[str, Any]) -> Judgement:
    """The judgement of its plain values."""
    return _JUDGEMENT.validate_python(packed)


async def _amend(
    connection: Connection, attempt_id: UUID, as_found: Judgement, overturns: Sequence[Overturn]
) -> Judgement:
    record = await find_attempt(connection, attempt_id, environment=None)
    assert record is not None
    definition = record.definition
    scored = {step.id for step in definition.steps if step.question.is_scored}
    answers = [kept.counting for kept in record.answers]
    skipped = sum(
        answer.counts_as_skipped and answer.follow_up is None and answer.step_id in scored for answer in answers
    )
    states, score = find_held(overturns)
    return amend(
        as_found,
        states,
        score=None if score is None else Fraction(score),
        weights=definition.settings.weights,
        asked=as_found.session.asked + skipped,
        language=definition.language,
    )
