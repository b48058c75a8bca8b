"""Portals: what a merchant's people can open. Each merchant has some of them."""

from enum import StrEnum
from uuid import UUID

from vivavoce.db.database import Database


class Portal(StrEnum):
    """One of them."""

    INTERVIEW = "interview"  # candidates are interviewed
    COACHING = "coaching"  # people practise


async def has_portal(database: Database, merchant_id: UUID, portal: Portal) -> bool:
    """Whether the merchant has it."""
    async with database.tenant(merchant_id) as connection:
        found: bool = await connection.fetchval(
            "select exists (select from merchants where id = $1 and $2 = any (portals))", merchant_id, portal.value
        )
    return found
