"""When an interview's fixed lines are to be spoken: as soon as somebody comes near it, and never twice for a revision.

Much of what is created is never taken, or not for weeks: a voice for all of it would keep the worker from those who
wait.
"""

from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.interviews.draft import Status
from vivavoce.interviews.read import Stored
from vivavoce.jobs.leave import Note, leave

# The first of all who come at once finds it unwanted; the others wait for its row, and find it wanted.
WANT = """
update interviews set voice_wanted_revision = revision
where id = $1 and status = 'active' and voice_wanted_revision is distinct from revision
returning id
"""
WANT_AGAIN = """
update interviews set voice_wanted_revision = revision
where id = $1 and status = 'active' and voice_wanted_revision is not null and voiced_revision is distinct from revision
returning id
"""


async def want_voice(connection: Connection, stored: Stored) -> None:
    """Leaves the note to speak this interview's lines, unless it was left for this revision before.

    stored: as it was read in this transaction; what is wanted already costs no statement.
    """
    if stored.draft.status is Status.ACTIVE and stored.voice_wanted_revision != stored.revision:
        await _leave_if(connection, WANT, stored)


async def want_voice_again(connection: Connection, stored: Stored) -> None:
    """The same after a change of the interview, where somebody had come near it before."""
    if stored.voice_wanted_revision is not None:
        await _leave_if(connection, WANT_AGAIN, stored)


async def _leave_if(connection: Connection, statement: str, stored: Stored) -> None:
    wanted: UUID | None = await connection.fetchval(statement, stored.id)
    if wanted is not None:
        await leave(connection, Note.PUBLISH_VOICE, merchant_id=stored.merchant_id, subject_id=stored.id)
