"""Comments: what people write to each other about an attempt. The candidate never reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vivavoce.attempts.decider import Decider, check_words
from vivavoce.attempts.record import record_attempt
from vivavoce.db.database import Connection
from vivavoce.db.ids import first_id, new_id
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A comment that somebody is named in. candidate_name: an address where there is no name; '' where neither is."""

    attempt_id: UUID
    text: str
    person: str
    written_at: datetime
    candidate_name: str
    interview_name: str


# Ids begin with the time. Of those who were named, whoever has written under the result since has answered.
MENTIONS = """
select attempt_id, text, person, written_at, interviews.name as interview_name,
    coalesce(nullif(candidates.name, ''), candidates.email, '') as candidate_name
from comments join attempts on attempts.id = attempt_id join interviews on interviews.id = interview_id
    join candidates on candidates.id = candidate_id
where comments.merchant_id = current_setting('app.merchant_id')::uuid and mentions <> '{}' and $1 = any (mentions)
    and comments.id > $2 and written_by <> $1 and attempts.environment = $3 and attempts.erasing_at is null
    and not exists (
        select from comments as later where later.merchant_id = comments.merchant_id
            and later.attempt_id = comments.attempt_id and later.written_by = $1
            and later.id > comments.id
    )
order by comments.id desc limit $4
"""


async def list_mentions(
    connection: Connection, account: str, *, environment: str, since: datetime, limit: int
) -> tuple[Mention, ...]:
    """What others wrote to this account, which has not answered yet; the newest first."""
    rows = await connection.fetch(MENTIONS, account, first_id(since), environment, limit)
    return tuple(Mention(**row) for row in rows)


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
