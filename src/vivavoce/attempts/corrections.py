"""Corrections: the words of an answer as the candidate set them right. What was heard or typed first stays beside it.

This is the one place for them, whether they are made while the conversation goes on or on the results page.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from vivavoce.attempts.answer import MOST_CORRECTIONS
from vivavoce.attempts.record import record_attempt
from vivavoce.attempts.states import UNDER_WAY, AttemptState
from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id
from vivavoce.errors import Conflict, Invalid, NotFound
from vivavoce.events.record import Event

LONGEST_CORRECTION = 20_000  # characters, as of an answer


class CorrectionPlace(StrEnum):
    """Where a correction was made."""

    CONVERSATION = "conversation"  # right after the answer
    RESULTS = "results"  # on the results page, before handing in


async def correct(
    connection: Connection,
    *,
    merchant_id: UUID,
    attempt_id: UUID,
    number: int,
    text: str,
    made_in: CorrectionPlace,
    now: datetime,
    key: UUID | None = None,
    may_empty: bool = False,
    choice: int | None = None,
    is_refused: bool | None = None,
) -> bool:
    """Sets the words of this turn's answer right; whether they are other ones now. The attempt must be locked.

    text: all of the answer; its own first words take every correction back. A question that was skipped has no first
    words, and may get some. key: made by the page. may_empty: the conductor has said so of an answer that was misheard,
    or of a choice that was none first. choice: which one it is now, whose words are the text; None for own words.
    is_refused: whether they say no more than that somebody would rather not answer.
    Raises NotFound where nothing of the candidate's stands in that turn, or a choice that was to get own words;
    Conflict once it is handed in; and Invalid.
    """
    row = await connection.fetchrow(
        "select state, candidate_id, answers.text, is_skipped, choice,"
        " (select text from corrections where attempt_id = $1 and number = $2 order by id desc limit 1) as corrected,"
        " (select count(*) from corrections where attempt_id = $1) as count"
        " from attempts join answers on attempt_id = attempts.id and answers.number = $2 where attempts.id = $1",
        attempt_id,
        number,
    )
    if row is None or (row["choice"] is not None and choice is None):
        raise NotFound("There are no words in this turn that could be corrected.")
    if AttemptState(row["state"]) not in UNDER_WAY or row["count"] >= MOST_CORRECTIONS:
        raise Conflict("These words can’t be changed any more.")
    wanted = text.replace("\0", "").replace("\r\n", "\n").strip()
    if not wanted and not row["is_skipped"] and not may_empty:
        raise Invalid("An answer can’t be emptied.", name="text")
    if len(wanted) > LONGEST_CORRECTION:
        raise Invalid(f"Expected at most {LONGEST_CORRECTION:,} characters.", name="text")
    if wanted == row["text"].strip():
        wanted = row["text"]
    if wanted == (row["text"] if row["corrected"] is None else row["corrected"]):
        return False
    await connection.execute(
        "insert into corrections"
        " (merchant_id, id, attempt_id, number, text, made_in, made_at, key, choice, is_refused)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        merchant_id,
        new_id(),
        attempt_id,
        number,
        wanted,
        made_in.value,
        now,
        key,
        choice,
        is_refused,
    )
    await record_attempt(
        connection,
        Event.ANSWER_CORRECTED,
        attempt_id=attempt_id,
        actor=f"candidate {row['candidate_id']}",
        data={"number": number, "made_in": made_in.value},
    )
    return True


async def count_corrections(connection: Connection, attempt_id: UUID) -> int:
    """How many were made: what was judged before the last one is out of date."""
    count: int = await connection.fetchval("select count(*) from corrections where attempt_id = $1", attempt_id)
    return count


async def read_words_after(connection: Connection, attempt_id: UUID, corrections: int) -> dict[int, str]:
    """The words that counted after so many corrections, by turn: what a judgement of then has read."""
    rows = await connection.fetch(
        "with made as (select number, text, id from corrections where attempt_id = $1 order by id limit $2)"
        " select number, coalesce("
        "(select made.text from made where made.number = answers.number order by made.id desc limit 1), text) as text"
        " from answers where attempt_id = $1",
        attempt_id,
        corrections,
    )
    return {row["number"]: row["text"] for row in rows}


async def find_last_correction(connection: Connection, attempt_id: UUID) -> datetime | None:
    """When the last one was made; None: nothing was corrected."""
    made_at: datetime | None = await connection.fetchval(
        "select max(made_at) from corrections where attempt_id = $1", attempt_id
    )
    return made_at
