"""Comments: what people write to each other about an attempt. The candidate never reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vivavoce.attempts.decider import Decider, check_words
from vivavoce.attempts.record import record_attempt
from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id
from vivavoce.errors import Invalid, NotFound
from vivavoce.events.record import Event

MOST_MENTIONS = 20
LONGEST_COMMENT = 5_000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment as it is kept. mentions: accounts that are to read it."""

    id: UUID
    text: str
    mentions: tuple[str, ...]
    person: str
    account: str
    written_at: datetime


async def add_comment(
    connection: Connection,
    attempt_id: UUID,
    text: str,
    decider: Decider,
    *,
    merchant_id: UUID,
    mentions: Sequence[str] = (),
    now: datetime,
) -> UUID:
    """The id of the new comment. Raises NotFound, and Invalid for one without words."""
    said = check_words(text, field="text", most=LONGEST_COMMENT)
    if not said:
        raise Invalid("Write something first.", name="text")
    whom = tuple(dict.fromkeys(mentions))
    if len(whom) > MOST_MENTIONS:
        raise Invalid(f"Expected at most {MOST_MENTIONS} people.", name="mentions")
    if not await connection.fetchval("select exists (select from attempts where id = $1)", attempt_id):
        raise NotFound
    comment_id = new_id()
    await connection.execute(
        "insert into comments (merchant_id, id, attempt_id, text, mentions, written_by, person, written_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)",
        merchant_id,
        comment_id,
        attempt_id,
        said,
        list(whom),
        decider.id,
        decider.name,
        now,
    )
    await record_attempt(
        connection,
        Event.RESULT_COMMENTED,
        attempt_id=attempt_id,
        actor=decider.actor,
        data={"comment_id": str(comment_id), "mentions": list(whom)},
    )
    return comment_id


async def read_comments(connection: Connection, attempt_id: UUID) -> tuple[Comment, ...]:
    """The comments, the first one first."""
    rows = await connection.fetch("select * from comments where attempt_id = $1 order by written_at, id", attempt_id)
    return tuple(
        Comment(
            id=row["id"],
            text=row["text"],
            mentions=tuple(row["mentions"]),
            person=row["person"],
            account=row["written_by"],
            written_at=row["written_at"],
        )
        for row in rows
    )
