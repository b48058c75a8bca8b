"""Templates: who the interviewer is, and by which means it speaks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import asyncpg

from vivavoce.db.database import Connection, Database
from vivavoce.db.ids import new_id
from vivavoce.db.pages import Page, RowRange
from vivavoce.errors import Conflict, NotFound


class Modality(StrEnum):
    """By which means the interviewer speaks."""

    VOICE = "voice"  # a voice without a face
    AVATAR = "avatar"  # a drawn character that moves as it speaks
    RECORDED = "recorded"  # everything is made beforehand


class TemplateStatus(StrEnum):
    """Where a template stands in its life."""

    DRAFT = "draft"  # being set up
    ACTIVE = "active"  # can be chosen
    ARCHIVED = "archived"  # put away; interviews that have it keep it
    DELETED = "deleted"  # gone for everyone but the interviews that have it


class Character(StrEnum):
    """Which drawn person the interviewer is."""

    ROBIN = "robin"  # short hair
    KIM = "kim"  # long hair


class Background(StrEnum):
    """What is behind it."""

    ROOM = "room"
    PLAIN = "plain"  # nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Interviewer:
    """Who interviews, as a conversation needs it.

    voice: the locale that it speaks in its own language, as en-GB; None: the interview's. may_interrupt: whether who
    speaks over it stops it.
    """

    modality: Modality = Modality.AVATAR
    character: Character = Character.ROBIN
    background: Background = Background.ROOM
    voice: str | None = None
    may_interrupt: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """An interviewer that interviews can have."""

    id: UUID
    merchant_id: UUID
    name: str
    status: TemplateStatus
    language: str
    interviewer: Interviewer
    created_at: datetime
    updated_at: datetime


TEMPLATES = """
select * from templates
where ($1::text is null or modality = $1) and status = any ($2) and ($3::text is null or language = $3)
    and ($4::text is null or strpos(lower(name), lower($4)) > 0 or language = any ($5))
order by updated_at desc, id desc
"""


async def list_templates(
    connection: Connection,
    *,
    modality: Modality | None,
    statuses: Sequence[TemplateStatus],
    language: str | None,
    name_part: str | None,
    or_languages: Sequence[str],
    window: RowRange,
) -> Page[Template]:
    """The templates, changed last first. A merchant has few, so all are read.

    None: any. A template of one of `or_languages` needs no part of its name.
    """
    chosen = (
        modality and modality.value,
        [status.value for status in statuses],
        language,
        name_part,
        list(or_languages),
    )
    rows = await connection.fetch(TEMPLATES, *chosen)
    return Page(
        total=len(rows),
        rows=tuple(
            Template(
                id=row["id"],
                merchant_id=row["merchant_id"],
                name=row["name"],
                status=TemplateStatus(row["status"]),
                language=row["language"],
                interviewer=to_interviewer(row),
                created_at=row["created_at"],
                updated_at=row["updated_at"],
            )
            for row in rows[window.offset : window.offset + window.limit]
        ),
    )


async def read_interviewer(connection: Connection, template_id: UUID) -> Interviewer:
    """Who interviews by this template. Raises NotFound."""
    row = await connection.fetchrow("select * from templates where id = $1", template_id)
    if row is None:
        raise NotFound("There is no such template.", name="template")
    return to_interviewer(row)


def to_interviewer(row: "asyncpg.Record | Mapping[str, Any]") -> Interviewer:
    """From a row of `templates`, or one as JSON."""
    return Interviewer(
        modality=Modality(row["modality"]),
        character=Character(row["character"]),
        background=Background(row["background"]),
        voice=row["voice"],
        may_interrupt=row["may_interrupt"],
    )


async def add_template(
    database: Database,
    *,
    merchant_id: UUID,
    name: str,
    slug: str,
    language: str,
    interviewer: Interviewer | None = None,
) -> UUID:
    """The id of a new active template.

    Where the merchant has one of this slug already: its id if it is the same in everything that is asked for here, so
    that a command can be repeated; else raises Conflict.
    """
    who = interviewer or Interviewer()
    template_id = new_id()
    async with database.tenant(merchant_id) as connection:
        made: UUID | None = await connection.fetchval(
            "insert into templates (merchant_id, id, slug, name, language, modality, character, background, voice,"
            " may_interrupt) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
            " on conflict (merchant_id, slug) do nothing returning id",
            merchant_id,
            template_id,
            slug,
            name,
            language,
            who.modality.value,
            who.character.value,
            who.background.value,
            who.voice,
            who.may_interrupt,
        )
        if made is not None:
            return made
        row = await connection.fetchrow("select * from templates where slug = $1", slug)
    if row is None or not _is_same(row, name=name, language=language, interviewer=who):
        raise Conflict(
            f"This merchant already has a template with the slug `{slug}` and other settings: choose another slug by"
            " --slug.",
            name="slug",
        )
    known_id: UUID = row["id"]
    return known_id


def _is_same(row: asyncpg.Record, *, name: str, language: str, interviewer: Interviewer) -> bool:
    """Whether this template could have been added by these words, and can still be chosen."""
    asked = (name, language, TemplateStatus.ACTIVE.value)
    return (row["name"], row["language"], row["status"]) == asked and to_interviewer(row) == interviewer


async def find_template(database: Database, *, merchant_id: UUID, slug: str) -> UUID:
    """The id of the merchant's template of this slug. Raises NotFound."""
    async with database.tenant(merchant_id) as connection:
        template_id: UUID | None = await connection.fetchval("select id from templates where slug = $1", slug)
    if template_id is None:
        raise NotFound(f"This merchant has no template `{slug}`.", name="template")
    return template_id
