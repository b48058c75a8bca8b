"""A merchant's results as a list: one row a person and interview, with the latest attempt."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from vivavoce.attempts.states import AttemptState
from vivavoce.db.database import Connection
from vivavoce.db.pages import Page, RowRange
from vivavoce.interviews.draft import Kind


class SortOrder(StrEnum):
    """Which row comes first; among equals the newest attempt."""

    NEWEST = "newest"  # the one that was begun last
    OLDEST = "oldest"
    CHANGED = "changed"  # the one that changed last
    SCORE = "score"  # the highest; those without a score last


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAttempt:
    """Somebody at an interview: who, at which, and how the latest attempt stands."""

    attempt_id: UUID
    merchant_id: UUID
    interview_id: UUID
    interview_name: str
    kind: Kind
    language: str
    candidate_id: UUID
    candidate_name: str
    candidate_email: str | None
    external_id: str | None
    state: AttemptState
    is_test: bool
    judged_at: datetime | None
    score: Decimal | None  # this and the next two: 0 to 10, of the latest judgement
    answers_score: Decimal | None
    session_score: Decimal | None
    is_score_rough: bool  # by a rough rater alone
    talk_seconds: Decimal | None
    created_at: datetime
    updated_at: datetime


# The latest attempt of each person at each interview: the one that no other has a greater number than. The total stands
# in each row; where the window holds nothing, in one row alone that is no result.
# The merchant is named though row-level security holds it anyway: other policies let rows through by other conditions,
# and by either of two no index is found. What is counted, sorted or passed over is looked at in indexes alone, of the
# attempts and of the interviews of that kind; of what is shown the rows are read by their keys. A part of a name has no
# index (pg_trgm is not on every server): every person's name is read then, once.
LIST = """
with found as (
    select attempts.id, attempts.created_at, attempts.updated_at, attempts.score
    from attempts
    where attempts.merchant_id = current_setting('app.merchant_id')::uuid
        and attempts.environment = $1 and attempts.state = any ($3)
        and ($4::uuid is null or attempts.interview_id = $4)
        and ($5::uuid is null or attempts.candidate_id = $5)
        and attempts.interview_id in (
            select id from interviews
            where merchant_id = current_setting('app.merchant_id')::uuid and environment = $1 and kind = $2
        )
        and ($6::text is null or attempts.candidate_id in (
            select id from candidates
            where merchant_id = current_setting('app.merchant_id')::uuid
                and (strpos(lower(name), lower($6)) > 0 or strpos(email, lower($6)) > 0)
        ))
        and not exists (
            select from attempts as later
            where later.merchant_id = current_setting('app.merchant_id')::uuid
                and later.interview_id = attempts.interview_id
                and later.candidate_id = attempts.candidate_id and later.number > attempts.number
        )
), page as (
    select attempts.*, interviews.name as interview_name, interviews.kind, interviews.language,
        candidates.name as candidate_name, candidates.email, candidates.external_id, chosen.place
    from (
            select id, row_number() over (
                order by case $7 when 'score' then score end desc nulls last,
                    case $7 when 'oldest' then null when 'changed' then updated_at else created_at end desc,
                    case $7 when 'oldest' then created_at end, id desc
            ) as place
            from found order by place limit $8 offset $9
        ) as chosen
        join attempts on attempts.merchant_id = current_setting('app.merchant_id')::uuid
            and attempts.id = chosen.id
        join interviews on (interviews.merchant_id, interviews.id) = (attempts.merchant_id, attempts.interview_id)
        join candidates on (candidates.merchant_id, candidates.id) = (attempts.merchant_id, attempts.candidate_id)
)
select counted.total, page.*
from (select count(*) as total from found) as counted left join page on true
order by page.place
"""


async def list_results(
    connection: Connection,
    *,
    environment: str,
    kind: Kind,
    states: Collection[AttemptState],
    interview_id: UUID | None,
    candidate_id: UUID | None,
    person_part: str | None,
    order: SortOrder,
    window: RowRange,
) -> Page[ListedAttempt]:
    """The rows. person_part: a part of the person's name or e-mail; None: any."""
    rows = await connection.fetch(
        LIST,
        environment,
        kind.value,
        [state.value for state in states],
        interview_id,
        candidate_id,
        person_part,
        order.value,
        window.limit,
        window.offset,
    )
    return Page(
        total=rows[0]["total"],
        rows=tuple(
            ListedAttempt(
                attempt_id=row["id"],
                merchant_id=row["merchant_id"],
                interview_id=row["interview_id"],
                interview_name=row["interview_name"],
                kind=Kind(row["kind"]),
                language=row["language"],
                candidate_id=row["candidate_id"],
                candidate_name=row["candidate_name"],
                candidate_email=row["email"],
                external_id=row["external_id"],
                state=AttemptState(row["state"]),
                is_test=row["is_test"],
                judged_at=row["judged_at"],
                score=row["score"],
                answers_score=row["answers_score"],
                session_score=row["session_score"],
                is_score_rough=row["is_score_rough"],
                talk_seconds=row["talk_seconds"],
                created_at=row["created_at"],
                updated_at=row["updated_at"],
            )
            for row in rows
            if row["id"] is not None
        ),
    )
