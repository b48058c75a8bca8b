"""Views of the list of results that a person keeps: a name, and what the list's address asks for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id
from vivavoce.errors import Conflict, Invalid

MOST_VIEWS = 50
LONGEST_VIEW_NAME = 80
LONGEST_QUERY = 2_000


class TooManyViews(Conflict):
    """You keep fifty views already. Delete one first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """One of them. query: what follows the question mark in the address."""

    id: UUID
    name: str
    query: str


async def save_view(
    connection: Connection, *, merchant_id: UUID, owner: str, name: str, query: str, now: datetime
) -> None:
    """Keeps the view; one of the same name is replaced. Raises Invalid, TooManyViews."""
    called = " ".join(name.replace("\0", "").split())
    if not called or len(called) > LONGEST_VIEW_NAME:
        raise Invalid(f"Give the view a name of 1 to {LONGEST_VIEW_NAME} characters.", name="name")
    if len(query) > LONGEST_QUERY or "\0" in query:
        raise Invalid("This view is too long to keep. Ask for less.", name="query")
    others = await connection.fetchval(
        "select count(*) from saved_views where owner = $1 and name <> $2", owner, called
    )
    if others >= MOST_VIEWS:
        raise TooManyViews
    await connection.execute(
        "insert into saved_views (merchant_id, id, owner, name, query, saved_at) values ($1, $2, $3, $4, $5, $6)"
        " on conflict (merchant_id, owner, name) do update set query = excluded.query, saved_at = excluded.saved_at",
        merchant_id,
        new_id(),
        owner,
        called,
        query,
        now,
    )


async def read_views(connection: Connection, *, owner: str) -> tuple[SavedView, ...]:
    """Somebody's views, by their names."""
    rows = await connection.fetch("select id, name, query from saved_views where owner = $1 order by name", owner)
    return tuple(SavedView(**row) for row in rows)


async def remove_view(connection: Connection, view_id: UUID, *, owner: str) -> None:
    """Removes it, if it is theirs; done again, it has no further effect."""
    await connection.execute("delete from saved_views where id = $1 and owner = $2", view_id, owner)
