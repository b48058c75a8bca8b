"""Templates: who the interviewer is, and by which means it speaks."""

from enum import StrEnum
from uuid import UUID

import asyncpg

from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import Conflict, NotFound


class Modality(StrEnum):
    """By which means the interviewer speaks."""

    VOICE = "voice"  # a voice without a face
    AVATAR = "avatar"  # a drawn character that moves as it speaks
    RECORDED = "recorded"  # everything is made beforehand


async def add_template(
    database: Database, *, merchant_id: UUID, name: str, slug: str, modality: Modality, language: str
) -> UUID:
    """The id of a new active template. Raises Conflict where the merchant has one of this slug."""
    template_id = new_id()
    try:
        async with database.tenant(merchant_id) as connection:
            await connection.execute(
                "insert into templates (merchant_id, id, slug, name, modality, language) values ($1, $2, $3, $4, "
                "$5, $6)",
                merchant_id,
                template_id,
                slug,
                name,
                modality.value,
                language,
            )
    except asyncpg.UniqueViolationError:
        raise Conflict(
            f"This merchant already has a template with the slug `{slug}`: choose another by --slug.", name="slug"
        ) from None
    return template_id


async def find_template(database: Database, *, merchant_id: UUID, slug: str) -> UUID:
    """The id of the merchant's template of this slug. Raises NotFound."""
    async with database.tenant(merchant_id) as connection:
        found: UUID | None = await connection.fetchval("select id from templates where slug = $1", slug)
    if found is None:
        raise NotFound(f"This merchant has no template `{slug}`.", name="template")
    return found
