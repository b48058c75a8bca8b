"""A merchant's candidates as the list of the wire tells them: who they are, and how often they were interviewed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.db.pages import Page, RowRange


class CandidateTab(StrEnum):
    """Which candidates are listed."""

    INTERVIEWED = "interviewed"  # has begun an interview
    NO_ACTION = "no_action"  # was let in, and has begun nothing


class CandidateSource(StrEnum):
    """How they came."""

    INVITED = "invited"  # somebody made them a link
    REGISTERED = "registered"  # by themselves alone


class CandidateOrder(StrEnum):
    """In which order."""

    NEWEST = "newest"
    OLDEST = "oldest"
    NAME = "name"
    NAME_BACKWARDS = "name_backwards"


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateFilter:
    """What is asked for. None: it does not matter.

    person_part: of the name or the e-mail. after: the last of the page before, in the order of age; the total is then
    of those who follow.
    """

    tab: CandidateTab | None = None
    source: CandidateSource | None = None
    person_part: str | None = None
    after: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCandidate:
    """A candidate in the list. attempts: that count; last_at: when the latest began."""

    id: UUID
    merchant_id: UUID
    name: str
    email: str | None
    phone: str | None
    external_id: str | None
    created_at: datetime
    attempts: int
    last_at: datetime | None
    is_invited: bool


_OWN = "merchant_id = current_setting('app.merchant_id')::uuid"
# An invitation of somebody who came by themselves has no link, and ends when it begins (candidates/entrance.py).
_INVITED = """exists (
    select from invitations where invitations.{own} and candidate_id = candidates.id and environment = $1
        and not is_test {how}
)"""
_WITH_LINK = _INVITED.replace("{how}", "and expires_at > created_at")
_BEGUN = """exists (
    select from attempts where attempts.{own} and candidate_id = candidates.id and environment = $1 and not is_test
)"""
_TABS = {CandidateTab.INTERVIEWED: " and " + _BEGUN, CandidateTab.NO_ACTION: " and not " + _BEGUN}
_BY_THEMSELVES = _INVITED.replace("{how}", "and expires_at <= created_at")  # found first: they may be few among many
_SOURCES = {
    CandidateSource.INVITED: " and " + _WITH_LINK,
    CandidateSource.REGISTERED: f" and {_BY_THEMSELVES} and not {_WITH_LINK}",
}
# Ids begin with the time.
_ORDERS = {
    CandidateOrder.NEWEST: "id desc",
    CandidateOrder.OLDEST: "id",
    CandidateOrder.NAME: "folded, id",
    CandidateOrder.NAME_BACKWARDS: "folded desc, id desc",
}
LIST = """
with chosen as materialized (
    select id, row_number() over () as place from (
        select id from candidates where {wanted} order by {order} limit $2 offset $3
    ) as page
)
select candidates.id, candidates.merchant_id, name, email, phone, external_id, candidates.created_at,
    {with_link} as is_invited,
    (select count(*) from attempts where attempts.{own} and candidate_id = candidates.id and environment = $1
        and not is_test) as attempts,
    (select max(begun_at) from attempts where attempts.{own} and candidate_id = candidates.id and environment = $1
        and not is_test) as last_at
from chosen join candidates on candidates.{own} and candidates.id = chosen.id
order by chosen.place
"""
# Nobody has begun, or came by themselves, who was not let in. So each of these is counted by itself, in an index alone
# that has them in their order (grouped first, it takes seven times as long), and the rest is a difference. Whoever is
# being erased is taken off. Of whoever is erased, attempts stay as empty rows, and no invitation does.
COUNT = """
select (
    select count(distinct candidate_id) from {table} where {table}.{own} and environment = $1 and not is_test {how}
) - (
    select count(*) from candidates where candidates.{own} and erasing_at is not null {erased} and exists (
        select from {table} where {table}.{own} and candidate_id = candidates.id and environment = $1 and not is_test
            {how}
    )
)
"""
BY_THEMSELVES = """and expires_at <= created_at and not exists (
    select from invitations as linked where linked.{own} and linked.candidate_id = invitations.candidate_id
        and linked.environment = $1 and not linked.is_test and linked.expires_at > linked.created_at
)"""
COUNT_SEARCHED = "select count(*) from candidates where {wanted}"


async def list_candidates(
    connection: Connection, *, environment: str, wanted: CandidateFilter, order: CandidateOrder, window: RowRange
) -> Page[ListedCandidate]:
    """Whoever was let in to an interview of this environment, trials aside, and is not erased."""
    total = await _count(connection, wanted, order=order, environment=environment)
    if total <= window.offset:
        return Page(rows=(), total=total)  # to find that nobody is there, everybody would be looked at
    given = [value for value in (wanted.person_part, wanted.after) if value is not None]
    rows = await connection.fetch(
        candidate_statement(wanted, order=order), environment, window.limit, window.offset, *given
    )
    return Page(rows=tuple(ListedCandidate(**row) for row in rows), total=total)


def candidate_statement(wanted: CandidateFilter, *, order: CandidateOrder) -> str:
    """LIST with what is asked for, and nothing else: a condition that is not there costs nothing."""
    statement = LIST.replace("{wanted}", _wanted(wanted, order=order, first=4)).replace("{order}", _ORDERS[order])
    return statement.replace("{with_link}", _WITH_LINK).replace("{own}", _OWN)


def _wanted(wanted: CandidateFilter, *, order: CandidateOrder, first: int) -> str:
    """The condition. first: the number of its first parameter; the environment is $1."""
    text = "" if wanted.person_part is None else f" and strpos(folded, lower(${first}::text)) > 0"
    after = (
        ""
        if wanted.after is None
        else f" and candidates.id {_side(order)} ${first + (wanted.person_part is not None)}::uuid"
    )
    tab = "" if wanted.tab is None else _TABS[wanted.tab]
    source = "" if wanted.source is None else _SOURCES[wanted.source]
    return (
        "candidates.{own} and erasing_at is null"
        + text
        + after
        + " and "
        + _INVITED.replace("{how}", "")
        + tab
        + source
    )


async def _count(connection: Connection, wanted: CandidateFilter, *, order: CandidateOrder, environment: str) -> int:
    if wanted.person_part is not None or (wanted.tab is not None and wanted.source is not None):
        given = [value for value in (wanted.person_part, wanted.after) if value is not None]
        statement = COUNT_SEARCHED.replace("{wanted}", _wanted(wanted, order=order, first=2)).replace("{own}", _OWN)
        people: int = await connection.fetchval(statement, environment, *given)
        return people

    async def count(table: str, how: str = "") -> int:
        after = "" if wanted.after is None else f" and candidate_id {_side(order)} $2::uuid"
        erased = "" if table == "attempts" else "and erased_at is null"
        statement = COUNT.replace("{how}", how + after).replace("{table}", table).replace("{erased}", erased)
        people: int = await connection.fetchval(
            statement.replace("{own}", _OWN), environment, *(() if wanted.after is None else (wanted.after,))
        )
        return people

    if wanted.tab is CandidateTab.INTERVIEWED:
        return await count("attempts")
    if wanted.source is CandidateSource.REGISTERED:
        return await count("invitations", BY_THEMSELVES)
    let_in = await count("invitations")
    if wanted.tab is CandidateTab.NO_ACTION:
        return let_in - await count("attempts")
    return let_in - await count("invitations", BY_THEMSELVES) if wanted.source is CandidateSource.INVITED else let_in


def _side(order: CandidateOrder) -> str:
    return ">" if order is CandidateOrder.OLDEST else "<"
