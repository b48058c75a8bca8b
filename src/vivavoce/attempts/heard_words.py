"""How spoken answers were heard, word by word, and what candidates have heard of our words."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from vivavoce.attempts.answer import HeardWord, PlayedLine, Playout
from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id

MOST_PLAYED = 2_000  # in one attempt; more are a page gone wild


async def save_words(
    connection: Connection,
    words: Sequence[HeardWord],
    *,
    merchant_id: UUID,
    attempt_id: UUID,
    number: int,
    key: UUID,
    now: datetime,
) -> None:
    """Adds the words of the answer in this turn. The attempt must be locked."""
    await connection.execute(
        "insert into hearings (merchant_id, attempt_id, number, key, words, heard_at) values ($1, $2, $3, $4, $5, $6)",
        merchant_id,
        attempt_id,
        number,
        key,
        [[word.text, round(word.start, 2), round(word.end, 2), _round(word.probability)] for word in words],
        now,
    )


async def save_played(
    connection: Connection, played: Playout, *, merchant_id: UUID, attempt_id: UUID, now: datetime
) -> None:
    """Adds what was heard of our words. Told twice, it is one; beyond MOST_PLAYED nothing is added."""
    await connection.execute(
        "insert into playouts"
        " (merchant_id, id, attempt_id, number, key, seconds, of_seconds, is_interrupted, how, at, lines)"
        " select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $12"
        " where (select count(*) from playouts where attempt_id = $3) < $11"
        " on conflict (merchant_id, attempt_id, key) do nothing",
        merchant_id,
        new_id(),
        attempt_id,
        played.number,
        played.key,
        round(played.seconds, 2),
        round(played.of_seconds, 2),
        played.is_interrupted,
        played.how,
        now,
        MOST_PLAYED,
        [asdict(line) for line in played.lines],
    )


async def read_words(
    connection: Connection, attempt_id: UUID, *, turns: Collection[int] | None = None
) -> dict[int, tuple[HeardWord, ...]]:
    """The words of each spoken answer, by its turn. turns: None: of all."""
    rows = await connection.fetch(
        "select number, words from hearings where attempt_id = $1 and ($2::int[] is null or number = any($2))",
        attempt_id,
        None if turns is None else list(turns),
    )
    return {
        row["number"]: tuple(
            HeardWord(text=text, start=start, end=end, probability=sure) for text, start, end, sure in row["words"]
        )
        for row in rows
    }


async def read_ends(connection: Connection, attempt_id: UUID) -> dict[int, float]:
    """Where the last word of each spoken answer ends, by its turn; in seconds of the attempt's sound."""
    rows = await connection.fetch(
        "select number, (words->-1->>2)::float as until from hearings where attempt_id = $1", attempt_id
    )
    return {row["number"]: row["until"] for row in rows if row["until"] is not None}


async def read_heard_at(connection: Connection, attempt_id: UUID) -> dict[int, tuple[float, datetime]]:
    """The same with the moment at which the answer was kept, by the turn."""
    rows = await connection.fetch(
        "select number, (words->-1->>2)::float as until, heard_at from hearings where attempt_id = $1", attempt_id
    )
    return {row["number"]: (row["until"], row["heard_at"]) for row in rows if row["until"] is not None}


async def read_played(connection: Connection, attempt_id: UUID) -> tuple[Playout, ...]:
    """What was heard of our words, in the order in which it was told."""
    rows = await connection.fetch("select * from playouts where attempt_id = $1 order by id", attempt_id)
    return tuple(
        Playout(
            key=row["key"],
            number=row["number"],
            seconds=float(row["seconds"]),
            of_seconds=float(row["of_seconds"]),
            is_interrupted=row["is_interrupted"],
            how=row["how"],
            lines=tuple(PlayedLine(**line) for line in row["lines"]),
        )
        for row in rows
    )


def _round(probability: float | None) -> float | None:
    return None if probability is None else round(probability, 3)
