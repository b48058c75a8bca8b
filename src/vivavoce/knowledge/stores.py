"""Stores: named places for documents, which an interview or one of its questions is grounded in."""

from uuid import UUID

import asyncpg

from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import Conflict, NotFound


async def add_store(database: Database, *, merchant_id: UUID, name: str, slug: str) -> UUID:
    """The id of a new, empty store. Raises Conflict where the merchant has one of this slug."""
    store_id = new_id()
    try:
        async with database.tenant(merchant_id) as connection:
            await connection.execute(
                "insert into stores (merchant_id, id, slug, name) values ($1, $2, $3, $4)",
                merchant_id,
                store_id,
                slug,
                name,
            )
    except asyncpg.UniqueViolationError:
        raise Conflict(
            f"This merchant already has a store with the slug `{slug}`: choose another by --slug.", name="slug"
        ) from None
    return store_id


async def find_store(database: Database, *, merchant_id: UUID, slug: str) -> UUID:
    """The id of the merchant's store of this slug. Raises NotFound."""
    async with database.tenant(merchant_id) as connection:
        found: UUID | None = await connection.fetchval("select id from stores where slug = $1", slug)
    if found is None:
        raise NotFound(f"This merchant has no store `{slug}`.", name="store")
    return found
