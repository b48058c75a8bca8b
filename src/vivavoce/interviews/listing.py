"""A merchant's interviews as a list, and how many of them are live."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.db.pages import Page, RowRange
from vivavoce.interviews.draft import InterviewSettings, Kind, Status, Visibility
from vivavoce.interviews.packing import unpack_settings
from vivavoce.interviews.templates import Modality


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedInterview:
    """An interview in the list."""

    id: UUID
    merchant_id: UUID
    environment: str
    name: str
    kind: Kind
    status: Status
    visibility: Visibility
    language: str
    speech_locale: str
    modality: Modality
    settings: InterviewSettings
    created_at: datetime
    updated_at: datetime


# The merchant is named though row-level security holds it anyway: another policy lets a row through by its id, and by
# either of two conditions no index is found. The total stands in each row; where the window holds nothing, in one row
# alone that is no interview. Rows that are counted or passed over are looked at in the index alone.
_FOUND = """
from interviews
where merchant_id = current_setting('app.merchant_id')::uuid and environment = $1 and kind = $2 and status = any ($3)
"""
_NAMED = " and strpos(lower(name), lower($6)) > 0"
_LIST = """
with page as (
    select interviews.*, templates.modality
    from (select id {found} order by updated_at desc, id desc limit $4 offset $5) as chosen
        join interviews on interviews.merchant_id = current_setting('app.merchant_id')::uuid
            and interviews.id = chosen.id
        join templates on (templates.merchant_id, templates.id) = (interviews.merchant_id, interviews.template_id)
)
select counted.total, page.*
from (select count(*) as total {found}) as counted left join page on true
order by page.updated_at desc, page.id desc
"""
LIST = _LIST.replace("{found}", _FOUND)
LIST_NAMED = _LIST.replace("{found}", _FOUND + _NAMED)  # reads every name: no index knows the parts of a name


async def list_interviews(
    connection: Connection,
    *,
    environment: str,
    kind: Kind,
    status: Status | None,
    name_part: str | None,
    window: RowRange,
) -> Page[ListedInterview]:
    """The interviews, changed last first. status: None for all but the deleted ones."""
    statuses = [state.value for state in Status if state is not Status.DELETED] if status is None else [status.value]
    given = (environment, kind.value, statuses, window.limit, window.offset)
    if name_part is None:
        rows = await connection.fetch(LIST, *given)
    else:
        rows = await connection.fetch(LIST_NAMED, *given, name_part)
    return Page(
        total=rows[0]["total"],
        rows=tuple(
            ListedInterview(
                id=row["id"],
                merchant_id=row["merchant_id"],
                environment=row["environment"],
                name=row["name"],
                kind=Kind(row["kind"]),
                status=Status(row["status"]),
                visibility=Visibility(row["visibility"]),
                language=row["language"],
                speech_locale=row["speech_locale"],
                modality=Modality(row["modality"]),
                settings=unpack_settings(row["settings"]),
                created_at=row["created_at"],
                updated_at=row["updated_at"],
            )
            for row in rows
            if row["id"] is not None
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """An interview on the public list."""

    id: UUID
    name: str
    location: str | None
    kind: Kind
    language: str
    settings: InterviewSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Openings:
    """A page of the public list. total: with what comes after it; None: more than MOST_COUNTED. has_more: after it."""

    rows: tuple[Open, ...]
    total: int | None
    has_more: bool


MOST_COUNTED = 1000
_OPEN = """
from interviews
where merchant_id = current_setting('app.merchant_id')::uuid and environment = $1 and status = 'active'
    and visibility = 'listed' and (closes_at is null or closes_at > $2)
    and id < coalesce($3, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid) and kind = any ($4)
"""
# Chosen by the index alone, and then read: what has closed is never looked at itself.
LIST_OPEN = """
select interviews.id, name, location, kind, language, settings
from (select id {open} order by id desc limit $5) as chosen
    join interviews on interviews.merchant_id = current_setting('app.merchant_id')::uuid
        and interviews.id = chosen.id
order by interviews.id desc
""".replace("{open}", _OPEN)
COUNT_OPEN = "select count(*) from (select {open} order by id desc limit $5) as counted".replace("{open}", _OPEN)


async def list_open(
    connection: Connection, *, environment: str, kinds: Collection[Kind], now: datetime, before: UUID | None, limit: int
) -> Openings:
    """What anybody may take now, the newest first. before: goes on after that one."""
    given = (environment, now, before, [kind.value for kind in kinds])
    rows = await connection.fetch(LIST_OPEN, *given, limit + 1)
    has_more = len(rows) > limit
    total = await connection.fetchval(COUNT_OPEN, *given, MOST_COUNTED + 1) if has_more else len(rows)
    return Openings(
        total=total if total <= MOST_COUNTED else None,
        has_more=has_more,
        rows=tuple(
            Open(
                id=row["id"],
                name=row["name"],
                location=row["location"],
                kind=Kind(row["kind"]),
                language=row["language"],
                settings=unpack_settings(row["settings"]),
            )
            for row in rows[:limit]
        ),
    )


async def count_live(connection: Connection, *, environment: str) -> int:
    """How many interviews can be taken."""
    live: int = await connection.fetchval(
        "select count(*) from interviews where merchant_id = current_setting('app.merchant_id')::uuid"
        " and environment = $1 and status = 'active'",
        environment,
    )
    return live


async def has_interview(connection: Connection, interview_id: UUID, *, environment: str) -> bool:
    """Whether there is one with this id, or was: what was answered at a deleted one can still be read."""
    is_here: bool = await connection.fetchval(
        "select exists (select from interviews where merchant_id = current_setting('app.merchant_id')::uuid"
        " and id = $1 and environment = $2)",
        interview_id,
        environment,
    )
    return is_here


# The index has each kind in its order: of each the newest are chosen, and of these.
NAMES = """
select interviews.id, name
from unnest($2::text[]) as kinds (one), lateral (
    select id, updated_at from interviews
    where merchant_id = current_setting('app.merchant_id')::uuid and environment = $1 and kind = kinds.one
        and status <> 'deleted'
    order by updated_at desc, id desc limit $3
) as chosen join interviews on interviews.merchant_id = current_setting('app.merchant_id')::uuid
    and interviews.id = chosen.id
order by chosen.updated_at desc, chosen.id desc limit $3
"""


async def list_interview_names(connection: Connection, *, environment: str, limit: int = 500) -> dict[UUID, str]:
    """The names of the interviews by their ids, those that were changed last first; deleted ones are left out."""
    rows = await connection.fetch(NAMES, environment, [kind.value for kind in Kind], limit)
    return {row["id"]: row["name"] for row in rows}
