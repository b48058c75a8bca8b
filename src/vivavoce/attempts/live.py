"""Who is in an interview now: at which question, by which means, and what failed; nothing of what is said."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from vivavoce.db.database import Connection

LIVE_FOR = timedelta(minutes=15)  # since the last sign of life
MOST_LISTED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveAttempt:
    """An attempt under way. answered: how many questions were; asked_of: how many there are; faults: of ours.

    seen_at: the last sign of life. speaks: None where nothing was chosen.
    """

    id: UUID
    candidate_id: UUID
    candidate_name: str
    interview_name: str
    begun_at: datetime
    seen_at: datetime
    answered: int
    asked_of: int
    speaks: bool | None
    faults: int
    is_finished: bool


LIVE = """
select attempts.id, attempts.candidate_id, coalesce(nullif(candidates.name, ''), email, '') as candidate_name,
    interviews.name as interview_name, begun_at, seen_at, state = 'finished' as is_finished,
    (select count(distinct step_id) from answers where answers.merchant_id = attempts.merchant_id
        and attempt_id = attempts.id and answered_at is not null) as answered,
    jsonb_array_length(definition->'steps') as asked_of,
    (select speaks from adjustments where adjustments.merchant_id = attempts.merchant_id
        and attempt_id = attempts.id) as speaks,
    (select count(*) from faults where faults.merchant_id = attempts.merchant_id and attempt_id = attempts.id) as faults
from (
    select *, greatest(begun_at, arrived_at, finished_at, (
        select max(answered_at) from answers where answers.merchant_id = under_way.merchant_id
            and attempt_id = under_way.id
    )) as seen_at
    from attempts as under_way
    where merchant_id = current_setting('app.merchant_id')::uuid and environment = $1 and not is_test
        and state in ('begun', 'finished') and created_at > $2 and erasing_at is null
) as attempts
join interviews on (interviews.merchant_id, interviews.id) = (attempts.merchant_id, attempts.interview_id)
join candidates on (candidates.merchant_id, candidates.id) = (attempts.merchant_id, attempts.candidate_id)
join versions on (versions.merchant_id, versions.interview_id, versions.revision)
    = (attempts.merchant_id, attempts.interview_id, attempts.revision)
where seen_at > $3
order by begun_at, attempts.id limit $4
"""


async def list_live(connection: Connection, *, environment: str, now: datetime) -> list[LiveAttempt]:
    """Those who gave a sign of life within LIVE_FOR, who began first first; MOST_LISTED at most."""
    rows = await connection.fetch(LIVE, environment, now - timedelta(days=1), now - LIVE_FOR, MOST_LISTED)
    return [LiveAttempt(**dict(row)) for row in rows]
