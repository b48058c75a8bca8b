"""Merchants: made, found by slug or id, with their portals."""

import re
import unicodedata
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from vivavoce.db.database import Connection, Database
from vivavoce.db.ids import new_id, to_id
from vivavoce.errors import Conflict, Invalid, NotFound
from vivavoce.merchants.about import to_about
from vivavoce.merchants.portals import Portal

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_SLUG = 60
# By what candidates read it: its look's name, where it has one. Needs the tenant's connection.
SHOWN_NAME = "coalesce((select looks.name from looks where looks.merchant_id = merchants.id), merchants.name)"
FIND = """
select id, parent_id, slug, name, portals, {shown_name} as shown_name from merchants where slug = $1 or id = $2
""".replace("{shown_name}", SHOWN_NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merchant:
    """One tenant. shown_name: by which candidates know it, on every page and in every mail."""

    id: UUID
    parent_id: UUID | None
    slug: str
    name: str
    shown_name: str
    portals: tuple[str, ...]


async def add_merchant(
    database: Database,
    *,
    name: str,
    slug: str | None,
    parent_id: UUID | None,
    portals: tuple[str, ...],
    about: str = "",
) -> Merchant:
    """A new merchant. Raises Invalid for a bad name, slug or about, Conflict where the slug is taken."""
    says = to_about(about)
    merchant = Merchant(
        id=new_id(),
        parent_id=parent_id,
        slug=to_slug(name, slug),
        name=name.strip(),
        shown_name=name.strip(),
        portals=portals,
    )
    try:
        async with database.tenant(merchant.id) as connection:
            await connection.execute(
                "insert into merchants (id, parent_id, slug, name, portals, about) values ($1, $2, $3, $4, $5, $6)",
                merchant.id,
                merchant.parent_id,
                merchant.slug,
                merchant.name,
                list(merchant.portals),
                says,
            )
    except asyncpg.UniqueViolationError:
        raise Conflict(
            f"There is already a merchant with the slug `{merchant.slug}`: choose another by --slug.", name="slug"
        ) from None
    return merchant


async def find_merchant(database: Database, name: str) -> Merchant:
    """The merchant of this slug or id. Raises NotFound."""
    merchant_id = to_id(name)
    # What can be no slug is not asked for: the database takes no NUL.
    missing = NotFound(f"There is no merchant `{name}`: `vivavoce merchant add NAME` makes one.", name="merchant")
    if merchant_id is None and not SLUG.fullmatch(name):
        raise missing
    if merchant_id is None:
        async with database.by_slug(name) as connection:
            merchant_id = await connection.fetchval("select id from merchants where slug = $1", name)
    if merchant_id is None:
        raise missing
    async with database.tenant(merchant_id) as connection:
        row = await connection.fetchrow(FIND, None, merchant_id)
    if row is None:
        raise missing
    return _to_merchant(row)


async def read_merchant(connection: Connection, merchant_id: UUID) -> Merchant:
    """The merchant of the connection's tenant. It exists: whoever names it has it from us."""
    row = await connection.fetchrow(FIND, None, merchant_id)
    assert row is not None
    return _to_merchant(row)


async def read_portals(connection: Connection, merchant_id: UUID) -> frozenset[Portal]:
    """The portals that the merchant has; none where there is no such merchant."""
    names = await connection.fetchval("select portals from merchants where id = $1", merchant_id)
    return frozenset(Portal(name) for name in names or ())


def _to_merchant(row: asyncpg.Record) -> Merchant:
    return Merchant(
        id=row["id"],
        parent_id=row["parent_id"],
        slug=row["slug"],
        name=row["name"],
        shown_name=row["shown_name"],
        portals=tuple(row["portals"]),
    )


def to_slug(name: str, slug: str | None) -> str:
    """The slug that was given, or one made from the name: lower-case Latin letters and digits, joined by hyphens.

    Raises Invalid when there is no visible name, the given slug has another form, or the name yields none.
    """
    if not name.strip():
        raise Invalid("A name needs at least one visible character.", name="name")
    if slug is not None:
        if len(slug) > LONGEST_SLUG or not SLUG.fullmatch(slug):
            raise Invalid(
                "A slug has lower-case letters and digits, joined by single hyphens, 60 at most.", name="slug"
            )
        return slug
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    made = "-".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST_SLUG].strip("-")
    if not made:
        raise Invalid("This name yields no slug: give one by --slug.", name="slug")
    return made
