"""What a candidate thought of the interview: for the merchant to read, and never part of a judgement."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vivavoce.db.database import Connection

LONGEST_REMARK = 5_000  # characters; the rest is not kept
RATINGS = range(1, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """rating: 1 (poor) to 5 (good); None: not said. text: may be empty."""

    rating: int | None = None
    text: str = ""


async def save_remark(
    connection: Connection, remark: Remark, *, merchant_id: UUID, attempt_id: UUID, now: datetime
) -> None:
    """Keeps it in place of what was said before; an empty one is kept only to take another back."""
    text = remark.text.replace("\0", "").replace("\r\n", "\n").strip()[:LONGEST_REMARK]
    rating = remark.rating if remark.rating in RATINGS else None
    await connection.execute(
        "insert into remarks (merchant_id, attempt_id, rating, text, made_at) select $1, $2, $3, $4, $5"
        " where $3::smallint is not null or $4 <> '' or exists (select from remarks where attempt_id = $2)"
        " on conflict (merchant_id, attempt_id) do update"
        " set rating = excluded.rating, text = excluded.text, made_at = excluded.made_at",
        merchant_id,
        attempt_id,
        rating,
        text,
        now,
    )


async def read_remark(connection: Connection, attempt_id: UUID) -> Remark | None:
    """What was said; None: nothing."""
    row = await connection.fetchrow("select rating, text from remarks where attempt_id = $1", attempt_id)
    return None if row is None else Remark(rating=row["rating"], text=row["text"])
