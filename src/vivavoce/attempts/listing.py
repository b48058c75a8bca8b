"""A merchant's results as a list: one row a person and interview, with the latest attempt."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import asyncpg

from vivavoce.attempts.facts import to_fact
from vivavoce.attempts.integrity import FactKind, IntegrityFact
from vivavoce.attempts.states import AttemptState
from vivavoce.candidates.named import find_named
from vivavoce.db.database import Connection
from vivavoce.db.pages import Page, RowRange
from vivavoce.interviews.draft import Kind


class SortOrder(StrEnum):
    """Which row comes first; among equals the newest attempt."""

    NEWEST = "newest"  # the one that was begun last
    OLDEST = "oldest"
    CHANGED = "changed"  # the one that changed last
    SCORE = "score"  # the highest; last those without one, or whose interview asks to be rated blind first


class ResultTab(StrEnum):
    """A part of the list. What is archived stands in ARCHIVED alone, and where no tab is asked for."""

    UNDECIDED = "undecided"  # sent, and nobody has decided yet
    SHORTLIST = "shortlist"
    SELECTED = "selected"
    REJECTED = "rejected"
    COMPLETED = "completed"  # no question is open, sent or not
    INCOMPLETE = "incomplete"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFilter:
    """Which results. person_part: a part of the person's name or e-mail. None, wherever it stands: any."""

    kind: Kind = Kind.INTERVIEW
    tab: ResultTab | None = None
    interview_id: UUID | None = None
    candidate_id: UUID | None = None
    person_part: str | None = None
    emoji: str | None = None
    facts: tuple[FactKind, ...] = ()  # of which any stands


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPlace:
    """A row's place in the list: its moment in the order that is asked for, and its attempt."""

    moment: datetime
    attempt_id: UUID


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
    is_rated_blind: bool  # nobody is to see the scores before they have rated: not in a list either
    talk_seconds: Decimal | None
    decision: str | None  # selected or rejected, by a person
    is_shortlisted: bool
    archived_at: datetime | None
    emoji: str | None
    created_at: datetime
    updated_at: datetime
    facts: tuple[IntegrityFact, ...]  # that stand


# The latest attempt of each person at each interview: the one that no other has a greater number than. The total stands
# in each row; where the window holds nothing, in one row alone that is no result.
# The merchant is named though row-level security holds it anyway: other policies let rows through by other conditions,
# and by either of two no index is found. What is counted, sorted or passed over is looked at in indexes alone, of the
# attempts and of the interviews of that kind; of what is shown the rows are read by their keys. A condition stands
# in the statement only where it is wanted: on one that may be null no plan can count.
_TABS = {
    None: "true",
    ResultTab.UNDECIDED: "attempts.state = 'submitted' and attempts.decision is null and attempts.archived_at is null",
    ResultTab.SHORTLIST: "attempts.is_shortlisted and attempts.archived_at is null",
    ResultTab.SELECTED: "attempts.decision = 'selected' and attempts.archived_at is null",
    ResultTab.REJECTED: "attempts.decision = 'rejected' and attempts.archived_at is null",
    ResultTab.COMPLETED: "attempts.state in ('finished', 'submitted', 'returned') and attempts.archived_at is null",
    ResultTab.INCOMPLETE: "attempts.state in ('begun', 'abandoned', 'failed') and attempts.archived_at is null",
    ResultTab.ARCHIVED: "attempts.archived_at is not null",
}
_FOUND = """
    from attempts
    where attempts.merchant_id = current_setting('app.merchant_id')::uuid
        and attempts.environment = $1 and {conditions}
        and attempts.interview_id in (
            select id from interviews
            where merchant_id = current_setting('app.merchant_id')::uuid and environment = $1 and kind = $2
        )
        and not exists (
            select from attempts as later
            where later.merchant_id = current_setting('app.merchant_id')::uuid
                and later.interview_id = attempts.interview_id
                and later.candidate_id = attempts.candidate_id and later.number > attempts.number
        )
"""
_WITH_FACT = """exists (
            select from integrity_facts as facts
            where facts.merchant_id = current_setting('app.merchant_id')::uuid and facts.attempt_id = attempts.id
                and facts.struck_at is null and facts.kind = any (${n}::text[])
        )"""
# Of a part of a name that many have: whoever comes by is asked for theirs.
_NAMED = """exists (
            select from candidates
            where merchant_id = current_setting('app.merchant_id')::uuid and id = attempts.candidate_id
                and strpos(folded, lower(${n}::text)) > 0
        )"""
_SHOWN = """
    select attempts.*, interviews.name as interview_name, interviews.kind, interviews.language,
        interviews.blind_rating = 'required' as is_rated_blind,
        candidates.name as candidate_name, candidates.email, candidates.external_id, chosen.place, (
            select jsonb_agg(to_jsonb(facts)) from integrity_facts as facts
            where (facts.merchant_id, facts.attempt_id) = (attempts.merchant_id, attempts.id)
                and facts.struck_at is null
        ) as facts
    from ({chosen}) as chosen
        join attempts on attempts.merchant_id = current_setting('app.merchant_id')::uuid
            and attempts.id = chosen.id
        join interviews on (interviews.merchant_id, interviews.id) = (attempts.merchant_id, attempts.interview_id)
        join candidates on (candidates.merchant_id, candidates.id) = (attempts.merchant_id, attempts.candidate_id)
"""
_WINDOW = """
            select id, row_number() over (
                order by case $3 when 'score' then score end desc nulls last,
                    case $3 when 'oldest' then null when 'changed' then updated_at else created_at end desc,
                    case $3 when 'oldest' then created_at end, id desc
            ) as place
            from found order by place limit $4 offset $5
"""
_LIST = """
with found as (
    select attempts.id, attempts.created_at, attempts.updated_at,
        -- What nobody is to see before they have rated, no order tells either.
        case when $3::text = 'score' and not exists (
            select from interviews where interviews.merchant_id = current_setting('app.merchant_id')::uuid
                and interviews.id = attempts.interview_id and blind_rating = 'required'
        ) then attempts.score end as score
    {found}
), page as (
    {shown}
)
select counted.total, page.*
from (select count(*) as total from found) as counted left join page on true
order by page.place
""".replace("{shown}", _SHOWN.replace("{chosen}", _WINDOW))
# By key: as many rows as are wanted are looked at from the place on, however many there are. $3: how many; $4, $5: the
# place.
_FROM = """
    select attempts.id, row_number() over (order by attempts.{column} {way}, attempts.id {way}) as place
    {found}
    order by attempts.{column} {way}, attempts.id {way} limit $3
"""
_AFTER = "(attempts.{column}, attempts.id) {sign} ($4::timestamptz, $5::uuid)"
_KEYS = {
    SortOrder.NEWEST: {"column": "created_at", "way": "desc", "sign": "<"},
    SortOrder.OLDEST: {"column": "created_at", "way": "asc", "sign": ">"},
    SortOrder.CHANGED: {"column": "updated_at", "way": "desc", "sign": "<"},
}
_COUNT = "select count(*) from (select {found} limit $3) as counted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultQuery:
    """A statement, and what is given along with it."""

    statement: str
    arguments: tuple[object, ...]


async def list_results(
    connection: Connection,
    *,
    environment: str,
    wanted: ResultFilter,
    order: SortOrder,
    window: RowRange,
) -> Page[ListedAttempt]:
    """The rows of a window, with how many there are in all."""
    asked = await query_all(connection, environment=environment, wanted=wanted, order=order, window=window)
    rows = await connection.fetch(asked.statement, *asked.arguments)
    return Page(total=rows[0]["total"], rows=tuple(_to_listed(row) for row in rows if row["id"] is not None))


async def list_results_from(
    connection: Connection,
    *,
    environment: str,
    wanted: ResultFilter,
    order: SortOrder,
    after: ListPlace | None,
    limit: int,
) -> tuple[ListedAttempt, ...]:
    """The rows that follow a place, the first ones where there is none. order: any but by score."""
    asked = await query_from(connection, environment=environment, wanted=wanted, order=order, after=after, limit=limit)
    return tuple(_to_listed(row) for row in await connection.fetch(asked.statement, *asked.arguments))


async def count_results(connection: Connection, *, environment: str, wanted: ResultFilter, most: int) -> int:
    """How many there are, at most so many: who needs to know more counts for as long as it takes."""
    asked = await _ask(connection, _COUNT, wanted, environment, (most,))
    counted: int = await connection.fetchval(asked.statement, *asked.arguments)
    return counted


async def query_all(
    connection: Connection, *, environment: str, wanted: ResultFilter, order: SortOrder, window: RowRange
) -> ResultQuery:
    """What `list_results` asks the database."""
    return await _ask(connection, _LIST, wanted, environment, (order.value, window.limit, window.offset))


async def query_from(
    connection: Connection,
    *,
    environment: str,
    wanted: ResultFilter,
    order: SortOrder,
    after: ListPlace | None,
    limit: int,
) -> ResultQuery:
    """What `list_results_from` asks the database."""
    keys = _KEYS[order]
    statement = _SHOWN.replace("{chosen}", _FROM.replace("{column}", keys["column"]).replace("{way}", keys["way"]))
    return await _ask(
        connection,
        f"{statement} order by chosen.place",
        wanted,
        environment,
        (limit,) if after is None else (limit, after.moment, after.attempt_id),
        also=() if after is None else (_AFTER.format(**keys),),
    )


async def _ask(
    connection: Connection,
    statement: str,
    wanted: ResultFilter,
    environment: str,
    given: tuple[object, ...],
    *,
    also: tuple[str, ...] = (),
) -> ResultQuery:
    """The statement with the conditions of what is wanted in the place of {found}. given: from $3 on."""
    arguments: list[object] = [environment, wanted.kind.value, *given]
    conditions = [_TABS[wanted.tab], *also]

    def add(condition: str, value: object) -> None:
        arguments.append(value)
        conditions.append(condition.replace("{n}", str(len(arguments))))

    if wanted.interview_id is not None:
        add("attempts.interview_id = ${n}", wanted.interview_id)
    if wanted.candidate_id is not None:
        add("attempts.candidate_id = ${n}", wanted.candidate_id)
    if wanted.emoji is not None:
        add("attempts.emoji = ${n}::text", wanted.emoji)
    if wanted.facts:
        add(_WITH_FACT, [kind.value for kind in wanted.facts])
    if wanted.person_part is not None:
        people = await find_named(connection, wanted.person_part)
        if people is None:
            add(_NAMED, wanted.person_part)
        else:
            add("attempts.candidate_id = any (${n}::uuid[])", people)
    rows_of = _FOUND.replace("{conditions}", " and ".join(conditions))
    return ResultQuery(statement=statement.replace("{found}", rows_of), arguments=tuple(arguments))


def place_of(row: ListedAttempt, order: SortOrder) -> ListPlace:
    """Where this row stands in that order."""
    return ListPlace(moment=row.updated_at if order is SortOrder.CHANGED else row.created_at, attempt_id=row.attempt_id)


def _to_listed(row: asyncpg.Record) -> ListedAttempt:
    return ListedAttempt(
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
        is_rated_blind=row["is_rated_blind"],
        talk_seconds=row["talk_seconds"],
        decision=row["decision"],
        is_shortlisted=row["is_shortlisted"],
        archived_at=row["archived_at"],
        emoji=row["emoji"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        facts=tuple(to_fact(fact) for fact in row["facts"] or ()),
    )
