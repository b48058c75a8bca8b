"""Stores: named places for documents, which an interview or one of its questions is grounded in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vivavoce.db.database import Connection, Database
from vivavoce.db.ids import new_id, to_id
from vivavoce.errors import Conflict, NotFound
from vivavoce.events.record import Event, record

LIST = """
select id, slug, name, environment, created_at,
    (select count(*) from documents where documents.merchant_id = stores.merchant_id
        and store_id = stores.id) as documents
from stores where removed_at is null and ($1::text is null or environment is null or environment = $1)
order by id
"""
# $1: a store; $2: an environment, whose are its own and those of every one; null: whichever.
OPEN = "id = $1 and removed_at is null and ($2::text is null or environment is null or environment = $2)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A store. environment: whose it is; None: every environment's."""

    id: UUID
    slug: str
    name: str
    environment: str | None
    documents: int
    created_at: datetime


async def add_store(
    database: Database, *, merchant_id: UUID, name: str, slug: str, actor: str, environment: str | None = None
) -> UUID:
    """The id of a new, empty store.

    Where the merchant has one of this slug already: its id if it has this name too, so that a command can be repeated;
    else raises Conflict. environment: None: it serves every environment.
    """
    async with database.tenant(merchant_id) as connection:
        made: UUID | None = await connection.fetchval(
            "insert into stores (merchant_id, id, slug, name, environment) values ($1, $2, $3, $4, $5)"
            " on conflict (merchant_id, slug) where removed_at is null do nothing returning id",
            merchant_id,
            new_id(),
            slug,
            name,
            environment,
        )
        if made is not None:
            await record(
                connection,
                Event.STORE_ADDED,
                merchant_id=merchant_id,
                environment=environment,
                subject_id=made,
                actor=actor,
            )
            return made
        row = await connection.fetchrow(
            "select id, name, environment from stores where slug = $1 and removed_at is null", slug
        )
    if row is None or row["name"] != name or row["environment"] != environment:
        raise Conflict(
            f"This merchant already has a store with the slug `{slug}` and another name: choose another slug by"
            " --slug.",
            name="slug",
        )
    store_id: UUID = row["id"]
    return store_id


async def find_store(database: Database, *, merchant_id: UUID, slug: str) -> UUID:
    """The id of the merchant's store of this slug, or of this id. Raises NotFound."""
    async with database.tenant(merchant_id) as connection:
        store_id: UUID | None = await connection.fetchval(
            "select id from stores where (slug = $1 or id = $2) and removed_at is null", slug, to_id(slug)
        )
    if store_id is None:
        raise NotFound(f"This merchant has no store `{slug}`.", name="store")
    return store_id


async def list_stores(connection: Connection, *, environment: str | None) -> list[Store]:
    """The merchant's stores, the oldest first. environment: None: of all."""
    return [Store(**row) for row in await connection.fetch(LIST, environment)]


async def is_store(connection: Connection, store_id: UUID, *, environment: str | None) -> bool:
    """Whether this is a store of this environment, or of every one."""
    there: bool = await connection.fetchval(
        f"select exists (select from stores where {OPEN})",  # noqa: S608
        store_id,
        environment,
    )
    return there


async def rename_store(
    connection: Connection, store_id: UUID, *, name: str, environment: str | None, actor: str
) -> bool:
    """Gives a store another name; False where there is none."""
    row = await connection.fetchrow(
        f"update stores set name = $3 where {OPEN} returning merchant_id, environment",  # noqa: S608
        store_id,
        environment,
        name,
    )
    if row is not None:
        await record(connection, Event.STORE_RENAMED, **row, subject_id=store_id, actor=actor)
    return row is not None


async def remove_store(
    connection: Connection, store_id: UUID, *, environment: str | None, actor: str, now: datetime
) -> bool:
    """Erases a store's documents, and closes it; False where there is none. Interviews that name it go on without."""
    row = await connection.fetchrow(
        f"update stores set removed_at = $3 where {OPEN} returning merchant_id, environment",  # noqa: S608
        store_id,
        environment,
        now,
    )
    if row is None:
        return False
    # By a statement of its own: it sees what was being added while the first one waited.
    erased = await connection.fetchval(
        "with erased as (delete from documents where store_id = $1 returning id) select count(*) from erased", store_id
    )
    await record(connection, Event.STORE_REMOVED, **row, subject_id=store_id, actor=actor, data={"documents": erased})
    return True
