"""Versions: what an attempt is held by. Written when the first attempt begins with them, and never changed."""

from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.interviews.draft import Draft
from vivavoce.interviews.packing import pack_draft, unpack_draft
from vivavoce.interviews.read import Stored


async def pin_version(connection: Connection, stored: Stored) -> int:
    """Keeps the interview as it is now; its revision. `stored` must have been read with a lock in this transaction."""
    await connection.execute(
        "insert into versions (merchant_id, interview_id, revision, definition) values ($1, $2, $3, $4) on "
        "conflict do nothing",
        stored.merchant_id,
        stored.id,
        stored.revision,
        pack_draft(stored.draft),
    )
    return stored.revision


async def read_version(connection: Connection, interview_id: UUID, revision: int) -> Draft:
    """The interview as it was in that revision. It exists: attempts refer to it."""
    return unpack_draft(
        await connection.fetchval(
            "select definition from versions where interview_id = $1 and revision = $2", interview_id, revision
        )
    )
