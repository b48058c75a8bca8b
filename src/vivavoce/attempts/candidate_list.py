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
_SOURCES = {CandidateSource.INVITED: " and " + _WITH_LINK, CandidateSource.REGISTERED: " and not " + _WITH_LINK}
# Ids begin with the time.
_ORDERS = {
    CandidateOrder.NEWEST: "id desc",
    CandidateOrder.OLDEST: "id",
    CandidateOrder.NAME: "folded, id",
    CandidateOrder.NAME_BACKWARDS: "folded desc, id desc",
}
# The page goes by an index and the count by a join of its own: each as it is quickest.
LIST = """
with chosen as materialized (
    select id, row_number() over () as place from (
        select id from candidates where {wanted} order by {order} limit $2 offset $3
    ) as page
)
select counted.total, candidates.id, candidates.merchant_id, name, email, phone, external_id, candidates.created_at,
    {with_link} as is_invited,
    (select count(*) from attempts where attempts.{own} and candidate_id = candidates.id and environment = $1
        and not is_test) as attempts,
    (select max(begun_at) from attempts where attempts.{own} and candidate_id = candidates.id and environment = $1
        and not is_test) as last_at
from (select count(*) as total from candidates where {wanted}) as counted
    left join chosen on true
    left join candidates on candidates.{own} and candidates.id = chosen.id
order by chosen.place
"""


async def list_candidates(
    connection: Connection, *, environment: str, wanted: CandidateFilter, order: CandidateOrder, window: RowRange
) -> Page[ListedCandidate]:
    """Whoever was let in to an interview of this environment, trials aside, and is not erased."""
    given = [value for value in (wanted.person_part, wanted.after) if value is not None]
    rows = await connection.fetch(
        candidate_statement(wanted, order=order), environment, window.limit, window.offset, *given
    )
    return Page(
        total=rows[0]["total"],
        rows=tuple(
            ListedCandidate(**{name: value for name, value in row.items() if name != "total"})
            for row in rows
            if row["id"] is not None
        ),
    )


def candidate_statement(wanted: CandidateFilter, *, order: CandidateOrder) -> str:
    """LIST with what is asked for, and nothing else: a condition that is not there costs nothing."""
    text = "" if wanted.person_part is None else " and strpos(folded, lower($4::text)) > 0"
    after = (
        ""
        if wanted.after is None
        else f" and candidates.id {_side(order)} ${4 + (wanted.person_part is not None)}::uuid"
    )
    tab = "" if wanted.tab is None else _TABS[wanted.tab]
    source = "" if wanted.source is None else _SOURCES[wanted.source]
    wanted_ones = "candidates.{own} and erasing_at is null" + text + after + " and " + _INVITED.replace("{how}", "")
    statement = LIST.replace("{wanted}", wanted_ones + tab + source).replace("{order}", _ORDERS[order])
    return statement.replace("{with_link}", _WITH_LINK).replace("{own}", _OWN)


def _side(order: CandidateOrder) -> str:
    return ">" if order is CandidateOrder.OLDEST else "<"
