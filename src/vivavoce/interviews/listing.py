"""A merchant's interviews as a list, and how many of them are live."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.db.pages import Page, Window
from vivavoce.interviews.draft import Kind, Settings, Status, Visibility
from vivavoce.interviews.packing import unpack_settings
from vivavoce.interviews.templates import Modality


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
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
    settings: Settings
    created_at: datetime
    updated_at: datetime


# The total stands in each row; where the window holds nothing, in one row alone that is no interview.
LIST = """
with found as (
    select id, updated_at from interviews
    where environment = $1 and kind = $2 and ($3::text is null or strpos(lower(name), lower($3)) > 0)
        and status = any ($4)
), page as (
    select interviews.*, templates.modality
    from (select id from found order by updated_at desc, id desc limit $5 offset $6) as chosen
        join interviews using (id)
        join templates on (templates.merchant_id, templates.id) = (interviews.merchant_id, interviews.template_id)
)
select counted.total, page.*
from (select count(*) as total from found) as counted left join page on true
order by page.updated_at desc, page.id desc
"""


async def list_interviews(
    connection: Connection,
    *,
    environment: str,
    kind: Kind,
    status: Status | None,
    name_part: str | None,
    window: Window,
) -> Page[Listed]:
    """The interviews, changed last first. status: None for all but the deleted ones."""
    statuses = [one.value for one in Status if one is not Status.DELETED] if status is None else [status.value]
    rows = await connection.fetch(LIST, environment, kind.value, name_part, statuses, window.limit, window.offset)
    return Page(
        total=rows[0]["total"],
        rows=tuple(
            Listed(
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
    settings: Settings


async def list_open(
    connection: Connection, *, environment: str, kinds: Collection[Kind], now: datetime, before: UUID | None, limit: int
) -> Page[Open]:
    """What anybody may take now, the newest first. before: goes on after that one; total: with what is not shown yet.

    What has closed is left out here, not by the statement: its last day is a text, as the caller sent it.
    """
    rows = await connection.fetch(
        "select id, name, location, kind, language, settings from interviews"
        " where environment = $1 and status = 'active' and visibility = 'listed' and kind = any ($2)"
        " and ($3::uuid is null or id < $3) order by id desc",
        environment,
        [kind.value for kind in kinds],
        before,
    )
    found = (
        Open(
            id=row["id"],
            name=row["name"],
            location=row["location"],
            kind=Kind(row["kind"]),
            language=row["language"],
            settings=unpack_settings(row["settings"]),
        )
        for row in rows
    )
    still = [one for one in found if one.settings.closes_at is None or now < one.settings.closes_at]
    return Page(total=len(still), rows=tuple(still[:limit]))


async def count_live(connection: Connection, *, environment: str) -> int:
    """How many interviews can be taken."""
    found: int = await connection.fetchval(
        "select count(*) from interviews where environment = $1 and status = 'active'", environment
    )
    return found


async def has_interview(connection: Connection, interview_id: UUID, *, environment: str) -> bool:
    """Whether there is one with this id, or was: what was answered at a deleted one can still be read."""
    found: bool = await connection.fetchval(
        "select exists (select from interviews where id = $1 and environment = $2)", interview_id, environment
    )
    return found
