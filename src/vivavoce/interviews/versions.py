"""Versions: what an attempt is held by. Written when the first attempt begins with them, and never changed."""

from dataclasses import dataclass
from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.interviews.draft import Draft
from vivavoce.interviews.packing import pack_draft, unpack_draft
from vivavoce.interviews.read import Stored
from vivavoce.interviews.templates import Interviewer, to_interviewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """What an attempt is held by: the interview as it was, and who interviews, as they are now."""

    definition: Draft
    interviewer: Interviewer


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


async def read_pinned(connection: Connection, interview_id: UUID, revision: int) -> Pinned:
    """The interview as it was in that revision, with its interviewer, in one statement. It exists."""
    row = await connection.fetchrow(
        "select definition, to_jsonb(templates) as template from versions"
        " join templates on templates.id = (definition ->> 'template_id')::uuid"
        " where interview_id = $1 and revision = $2",
        interview_id,
        revision,
    )
    assert row is not None
    return Pinned(definition=unpack_draft(row["definition"]), interviewer=to_interviewer(row["template"]))
