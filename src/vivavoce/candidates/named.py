"""People by a part of their name or e-mail address."""

from uuid import UUID

from vivavoce.db.database import Connection

MOST_NAMED = 2_000
# Read in the index alone, the newest first; `folded` is made by the database (0039_long_console.sql).
NAMED = """
select id from candidates
where merchant_id = current_setting('app.merchant_id')::uuid and erasing_at is null
    and strpos(folded, lower($1::text)) > 0
order by id desc limit $2
"""


async def find_named(connection: Connection, part: str) -> list[UUID] | None:
    """Whoever has it in their name or address, the newest first; None: they are more than MOST_NAMED."""
    rows = await connection.fetch(NAMED, part, MOST_NAMED + 1)
    return None if len(rows) > MOST_NAMED else [row["id"] for row in rows]
