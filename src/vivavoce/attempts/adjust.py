"""How a candidate wants an attempt to go: chosen on the start screen, changed when they like, unseen by any score."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from vivavoce.candidates.links import Seat
from vivavoce.db.database import Connection

TIME_FACTORS = (Decimal("1"), Decimal("1.25"), Decimal("1.5"), Decimal("2"))
PACES = ("faster", "normal", "slower")


class Shown(StrEnum):
    """How much of the interviewer there is to see."""

    MOVING = "moving"
    STILL = "still"  # a still picture
    UNSEEN = "unseen"  # the voice alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustments:
    """What a candidate chose; without any choice, what everybody gets.

    speaks: otherwise they type, and no microphone is asked for. pace: None: the interview's. time_factor: of every
    length that an answer is meant to have, and of the whole. accents: a locale by language, for the ear alone.
    checks_words: what was heard is shown after each spoken answer, to be put right before the next question.
    """

    speaks: bool = False
    pace: str | None = None
    time_factor: Decimal = TIME_FACTORS[0]
    accents: Mapping[str, str] = field(default_factory=dict)
    has_large_text: bool = False
    interviewer: Shown = Shown.MOVING
    checks_words: bool = False


async def find_adjustments(connection: Connection, attempt_id: UUID) -> Adjustments | None:
    """What was chosen for this attempt; None: nothing yet."""
    row = await connection.fetchrow(
        "select to_jsonb(adjustments) as adjusted from adjustments where attempt_id = $1", attempt_id
    )
    return None if row is None else to_adjustments(row["adjusted"])


async def find_latest_adjustments(connection: Connection, seat: Seat) -> Adjustments | None:
    """What this person chose last at this interview, for whichever attempt; None: nothing yet."""
    row = await connection.fetchrow(
        "select to_jsonb(adjustments) as adjusted from adjustments"
        " join attempts using (merchant_id) where attempts.id = adjustments.attempt_id"
        " and interview_id = $1 and candidate_id = $2 order by number desc limit 1",
        seat.interview_id,
        seat.candidate_id,
    )
    return None if row is None else to_adjustments(row["adjusted"])


def to_adjustments(row: Mapping[str, Any] | None) -> Adjustments:
    """From a row as JSON; None: there is none."""
    if row is None:
        return Adjustments()
    factor = Decimal(str(row["time_factor"]))
    return Adjustments(
        speaks=row["speaks"],
        pace=row["pace"],
        time_factor=next(known for known in TIME_FACTORS if known == factor),
        accents=row["accents"],
        has_large_text=row["has_large_text"],
        interviewer=Shown(row["interviewer"]),
        checks_words=row["checks_words"],
    )


async def save_adjustments(
    connection: Connection, adjustments: Adjustments, *, merchant_id: UUID, attempt_id: UUID, now: datetime
) -> None:
    """Keeps what was chosen, in place of what was chosen before."""
    await connection.execute(
        "insert into adjustments (merchant_id, attempt_id, speaks, pace, time_factor, accents, has_large_text,"
        " interviewer, checks_words, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        " on conflict (merchant_id, attempt_id) do update set (speaks, pace, time_factor, accents, has_large_text,"
        " interviewer, checks_words, changed_at) = (excluded.speaks, excluded.pace, excluded.time_factor,"
        " excluded.accents, excluded.has_large_text, excluded.interviewer, excluded.checks_words, excluded.changed_at)",
        merchant_id,
        attempt_id,
        adjustments.speaks,
        adjustments.pace,
        adjustments.time_factor,
        dict(adjustments.accents),
        adjustments.has_large_text,
        adjustments.interviewer.value,
        adjustments.checks_words,
        now,
    )
