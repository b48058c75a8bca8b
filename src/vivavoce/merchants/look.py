"""How a merchant's pages look: its colour, its logo, its name there.

A sub-merchant without a look has its parent's colour and logo; it is always called by a name of its own.
"""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from vivavoce.db.database import Connection, Database
from vivavoce.errors import Invalid
from vivavoce.events.record import Event, record
from vivavoce.merchants.accent import to_colour

MOST_GENERATIONS = 5  # of parents that are asked
LONGEST_NAME = 80

FIND = """
select m.parent_id, m.slug, coalesce(l.name, m.name) as name, l.merchant_id is not null as has_look, l.colour,
    l.logo_format, l.logo_digest, l.logo_width, l.logo_height, l.lost_by_day, l.lost_by_evening
from merchants m left join looks l on l.merchant_id = m.id where m.id = $1
"""


SET_LOGO = """
update looks set logo = $2, logo_format = $3, logo_digest = $4, logo_width = $5, logo_height = $6, lost_by_day = $7,
    lost_by_evening = $8, changed_at = now()
where merchant_id = $1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """A picture as it is kept. format: `png`, `jpeg` or `webp`.

    lost_by_day, lost_by_evening: too much of it looks like the page there; it is laid on a plate of the other theme's.
    """

    format: str
    picture: bytes
    width: int
    height: int
    lost_by_day: bool
    lost_by_evening: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LookChange:
    """What is to change of a look. None: it stays; an empty text takes it away."""

    colour: str | None = None
    name: str | None = None
    logo: Logo | None = None
    removes_logo: bool = False

    def told(self) -> list[str]:
        """The names of what changes."""
        has_logo = self.logo is not None or self.removes_logo
        named = {"colour": self.colour is not None, "logo": has_logo, "name": self.name is not None}
        return [name for name, is_changed in named.items() if is_changed]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoShown:
    """A logo as a page names it. lost_by_day, lost_by_evening: where it needs a plate behind it."""

    slug: str  # of the merchant whose it is
    digest: str
    width: int
    height: int
    lost_by_day: bool
    lost_by_evening: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a merchant's pages look. colour: as the merchant gave it; None: ours. logo: None: the name stands there."""

    name: str
    colour: str | None
    logo: LogoShown | None


async def find_look(database: Database, merchant_id: UUID) -> Look | None:
    """The merchant's look, or its parent's under the merchant's own name; None: ours."""
    asked: UUID | None = merchant_id
    name = ""
    for _ in range(MOST_GENERATIONS):
        if asked is None:
            return None
        async with database.tenant(asked) as connection:
            row = await connection.fetchrow(FIND, asked)
        if row is None:
            return None
        name = name or row["name"]
        if row["has_look"]:
            return _to_look(row, name)
        asked = row["parent_id"]
    return None


async def find_logo(connection: Connection, merchant_id: UUID) -> tuple[str, bytes, str] | None:
    """The merchant's own logo: its format, its bytes and their digest. connection: of its tenant."""
    row = await connection.fetchrow(
        "select logo_format, logo, logo_digest from looks where merchant_id = $1 and logo is not null", merchant_id
    )
    return None if row is None else (row["logo_format"], row["logo"], row["logo_digest"])


async def set_look(database: Database, change: LookChange, *, merchant_id: UUID, actor: str) -> None:
    """Changes what the merchant's pages look like; a look with nothing in it is none. Raises Invalid."""
    colour = to_colour(change.colour) if change.colour else None
    name = _to_name(change.name) if change.name else None
    async with database.tenant(merchant_id) as connection:
        await connection.execute("insert into looks (merchant_id) values ($1) on conflict do nothing", merchant_id)
        if change.colour is not None:
            await connection.execute("update looks set colour = $2 where merchant_id = $1", merchant_id, colour)
        if change.name is not None:
            await connection.execute("update looks set name = $2 where merchant_id = $1", merchant_id, name)
        if change.logo is not None or change.removes_logo:
            await connection.execute(SET_LOGO, merchant_id, *_to_columns(change.logo))
        await connection.execute(
            "delete from looks where merchant_id = $1 and num_nulls(colour, name, logo) = 3", merchant_id
        )
        await record(
            connection,
            Event.LOOK_CHANGED,
            merchant_id=merchant_id,
            environment=None,
            subject_id=merchant_id,
            actor=actor,
            data={"changed": change.told()},
        )


def _to_columns(logo: Logo | None) -> tuple[Any, ...]:
    if logo is None:
        return (None, None, None, None, None, False, False)
    digest = hashlib.sha256(logo.picture).hexdigest()[:16]
    drawn = (logo.picture, logo.format, digest, logo.width, logo.height)
    return (*drawn, logo.lost_by_day, logo.lost_by_evening)


def _to_name(text: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise Invalid(f"A name has 1 to {LONGEST_NAME} visible characters.", name="name")
    return name


def _to_look(row: Any, name: str) -> Look:
    logo = None
    if row["logo_digest"] is not None:
        logo = LogoShown(
            slug=row["slug"],
            digest=row["logo_digest"],
            width=row["logo_width"],
            height=row["logo_height"],
            lost_by_day=row["lost_by_day"],
            lost_by_evening=row["lost_by_evening"],
        )
    return Look(name=name, colour=row["colour"], logo=logo)
