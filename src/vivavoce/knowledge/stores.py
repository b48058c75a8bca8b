"""Stores: named places for documents, which an interview or one of its questions is grounded in."""

from uuid import UUID

from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.errors import Conflict, NotFound


async def add_store(database: Database, *, merchant_id: UUID, name: str, slug: str) -> UUID:
    """The id of a new, empty store.

    Where the merchant has one of this slug already: its id if it has this name too, so that a command can be repeated;
    else raises Conflict.
    """
    async with database.tenant(merchant_id) as connection:
        made: UUID | None = await connection.fetchval(
            "insert into stores (merchant_id, id, slug, name) values ($1, $2, $3, $4)"
            " on conflict (merchant_id, slug) do nothing returning id",
            merchant_id,
            new_id(),
            slug,
            name,
        )
        if made is not None:
            return made
        row = await connection.fetchrow("select id, name from stores where slug = $1", slug)
    if row is None or row["name"] != name:
        raise Conflict(
            f"This merchant already has a store with the slug `{slug}` and another name: choose another slug by"
            " --slug.",
            name="slug",
        )
    store_id: UUID = row["id"]
    return store_id


async def find_store(database: Database, *, merchant_id: UUID, slug: str) -> UUID:
    """The id of the merchant's store of this slug. Raises NotFound."""
    async with database.tenant(merchant_id) as connection:
        store_id: UUID | None = await connection.fetchval("select id from stores where slug = $1", slug)
    if store_id is None:
        raise NotFound(f"This merchant has no store `{slug}`.", name="store")
    return store_id
