"""Previews: how an attempt would be judged, for its candidate's own results page, before it is handed in.

A preview counts for nothing: what is handed in is judged anew, and that judgement is the one. `preview.py` makes it, in
a worker. Here it is read, which loads nothing that judges.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter

from vivavoce.attempts.corrections import count_corrections
from vivavoce.db.database import Connection
from vivavoce.scoring.interval import Interval
from vivavoce.scoring.judgement import Judgement
from vivavoce.scoring.judgements import find_judgement, pack_judgement, to_decimal, unpack_judgement

_INTERVAL: TypeAdapter[Interval | None] = TypeAdapter(Interval | None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a candidate may see, as far as their interview shows it.

    interval: of the overall score, 0 to 10. is_current: whether no words were corrected since. corrections: how many
    had been made when its answers were read; None: it is how the attempt was judged after it was sent.
    """

    judgement: Judgement
    interval: Interval | None
    is_current: bool
    corrections: int | None = None


async def find_preview(connection: Connection, attempt_id: UUID) -> Preview | None:
    """The attempt's preview; None while there is none."""
    row = await connection.fetchrow("select corrections, result from previews where attempt_id = $1", attempt_id)
    if row is None:
        return None
    return Preview(
        judgement=unpack_judgement(row["result"]["judgement"]),
        interval=_INTERVAL.validate_python(row["result"]["interval"]),
        is_current=row["corrections"] == await count_corrections(connection, attempt_id),
        corrections=row["corrections"],
    )


async def find_shown(connection: Connection, attempt_id: UUID) -> Preview | None:
    """What was, or would have been, shown of an attempt that was sent: its preview, else how it was judged."""
    preview = await find_preview(connection, attempt_id)
    if preview is not None and preview.is_current:
        return preview
    kept = await find_judgement(connection, attempt_id)
    return None if kept is None else Preview(judgement=kept.judgement, interval=None, is_current=True)


async def save_preview(
    connection: Connection,
    judgement: Judgement,
    interval: Interval | None,
    *,
    merchant_id: UUID,
    attempt_id: UUID,
    corrections: int,
    now: datetime,
) -> bool:
    """Keeps the preview in place of an earlier one. False: there is a later one, which stays.

    corrections: how many had been made when its answers were read. The attempt must be locked.
    """
    kept = await connection.fetchval(
        "insert into previews (merchant_id, attempt_id, corrections, score, result, judged_at)"
        " values ($1, $2, $3, $4, $5, $6)"
        " on conflict (merchant_id, attempt_id) do update set corrections = excluded.corrections,"
        " score = excluded.score, result = excluded.result, judged_at = excluded.judged_at"
        " where previews.corrections <= excluded.corrections returning attempt_id",
        merchant_id,
        attempt_id,
        corrections,
        to_decimal(judgement.session.score),
        {"judgement": pack_judgement(judgement), "interval": _INTERVAL.dump_python(interval, mode="json")},
        now,
    )
    return kept is not None
