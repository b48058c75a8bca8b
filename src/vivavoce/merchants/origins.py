"""Whose pages may call from a browser: each merchant names its origins, and begins with none."""

import re
from uuid import UUID

from vivavoce.db.database import Database
from vivavoce.errors import Invalid, NotFound
from vivavoce.events.record import Event, record

ORIGIN = re.compile(r"(https?)://([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?")
DEFAULT_PORTS = {"http": 80, "https": 443}
LONGEST_ORIGIN = 300


async def add_origin(database: Database, origin: str, *, merchant_id: UUID, actor: str) -> str:
    """Lets pages of this origin call, and says how a browser writes it. Raises Invalid for what is no origin."""
    written = to_origin(origin)
    async with database.tenant(merchant_id) as connection:
        added = await connection.fetchval(
            "insert into origins (merchant_id, origin) values ($1, $2) on conflict do nothing returning origin",
            merchant_id,
            written,
        )
        if added is not None:
            await record(
                connection,
                Event.ORIGIN_ADDED,
                merchant_id=merchant_id,
                environment=None,
                subject_id=merchant_id,
                actor=actor,
                data={"origin": written},
            )
    return written


async def remove_origin(database: Database, origin: str, *, merchant_id: UUID, actor: str) -> None:
    """Lets pages of this origin call no longer. Raises NotFound where they never could, Invalid for what is none."""
    written = to_origin(origin)
    async with database.tenant(merchant_id) as connection:
        removed = await connection.fetchval("delete from origins where origin = $1 returning origin", written)
        if removed is None:
            raise NotFound(f"{written} is none of the merchant's origins.", name="origin")
        await record(
            connection,
            Event.ORIGIN_REMOVED,
            merchant_id=merchant_id,
            environment=None,
            subject_id=merchant_id,
            actor=actor,
            data={"origin": written},
        )


async def list_origins(database: Database, *, merchant_id: UUID) -> list[str]:
    """The merchant's origins, in the order of the alphabet."""
    async with database.tenant(merchant_id) as connection:
        rows = await connection.fetch("select origin from origins order by origin")
    return [row["origin"] for row in rows]


def to_origin(text: str) -> str:
    """The origin as a browser writes it in its `Origin` header. Raises Invalid for anything else, `*` and `null` too.

    Source: RFC 6454, section 6.2: scheme and host in lower case, the port only where it is not the scheme's own.
    """
    parts = ORIGIN.fullmatch(text.strip().lower().removesuffix("/"))
    port = int(parts[3]) if parts and parts[3] else None
    if parts is None or len(text) > LONGEST_ORIGIN or (port is not None and not 1 <= port <= 65535):
        raise Invalid(
            "Expected the origin of a page, as `https://app.example` or `http://localhost:3000`: scheme, host and port,"
            " no path. `location.origin` in the page's own console says it.",
            name="origin",
        )
    scheme, host = parts[1], parts[2]
    return f"{scheme}://{host}" if port in (None, DEFAULT_PORTS[scheme]) else f"{scheme}://{host}:{port}"
