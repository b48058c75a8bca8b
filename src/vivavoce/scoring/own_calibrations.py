"""What the marks of a merchant's own people told of scores: made by `vivavoce calibrate`, kept version by version."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.events.record import Event, record
from vivavoce.scoring.interval import OWN, Calibration
from vivavoce.scoring.judgements import unpack_judgement
from vivavoce.scoring.ratings import Measured

LEVEL = 0.9  # the share of answers whose interval is to hold the mark


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSource:
    """An answer that was judged. rater: who judged, as the judgement has it. sure: higher, where it is surer."""

    score: float
    sure: float
    rater: str


async def save_calibration(
    connection: Connection, measured: Measured, *, merchant_id: UUID, rater: str, actor: str, now: datetime
) -> int:
    """Keeps it as the merchant's next version, which it returns. It counts for what the same rater judges after."""
    version: int = await connection.fetchval(
        "insert into calibrations (merchant_id, version, rater, answers, definition, made_at)"
        " select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5 from calibrations where merchant_id = $1"
        " returning version",
        merchant_id,
        rater,
        measured.count,
        _pack(measured),
        now,
    )
    await record(
        connection,
        Event.CALIBRATED,
        merchant_id=merchant_id,
        environment=None,
        subject_id=merchant_id,
        actor=actor,
        data={"version": version, "answers": measured.count},
    )
    return version


async def find_own_calibrations(connection: Connection) -> Mapping[str, Calibration]:
    """The merchant's newest calibration of each rater, by the rater's name as judgements have it."""
    rows = await connection.fetch(
        "select distinct on (rater) rater, version, definition from calibrations order by rater, version desc"
    )
    return {
        row["rater"]: Calibration(
            rater=row["rater"],
            version=str(row["version"]),
            level=row["definition"]["level"],
            corpora=(OWN,),
            residuals=tuple(row["definition"]["residuals"]),
        )
        for row in rows
    }


async def find_judged(connection: Connection, answer_ids: list[UUID]) -> dict[UUID, JudgedSource]:
    """What the newest judgements say of these answers, by the answer's id; those that have a score of their own."""
    rows = await connection.fetch(
        "select a.id, a.step_id, j.rater, j.result from answers a join lateral ("
        "  select rater, result from judgements where attempt_id = a.attempt_id order by version desc limit 1"
        ") j on true where a.id = any($1)",
        answer_ids,
    )
    by_answer = {}
    for row in rows:
        judgement = unpack_judgement(row["result"])
        judged = judgement.answer_of(row["step_id"])
        if judged is not None and judged.score is not None and judged.verdicts:
            # A person is asked first, whatever the verdicts say.
            sure = sum(verdict.p for verdict in judged.verdicts) / len(judged.verdicts) - judged.needs_review
            by_answer[row["id"]] = JudgedSource(score=float(judged.score), sure=sure, rater=row["rater"])
    return by_answer


def _pack(measured: Measured) -> dict[str, Any]:
    """Without NaN, which jsonb does not hold."""
    packed: dict[str, Any] = _without_nan(asdict(measured) | {"level": LEVEL})
    return packed


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    return None if isinstance(value, float) and value != value else value
