"""Composing a session before anybody wants to hear or see it: whoever presses a quote is not to wait for it."""

from uuid import UUID

from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.states import AttemptState
from vivavoce.db.database import Database
from vivavoce.errors import NotFound
from vivavoce.recordings.compose import open_recording
from vivavoce.recordings.film import DrawFaces


async def compose_session(
    database: Database, store: RecordingStore, draw: DrawFaces | None, *, merchant_id: UUID, attempt_id: UUID
) -> None:
    """Composes what is not there yet of an attempt that was sent; of others, and where nothing is there, nothing.

    draw: None: nobody is drawn beside its candidate. Raises FilesAway, NoSpace, NotComposed and SealBroken.
    """
    async with database.tenant(merchant_id) as connection:
        state = await connection.fetchval("select state from attempts where id = $1", attempt_id)
    if state != AttemptState.SUBMITTED.value:
        return
    try:
        await open_recording(database, store, merchant_id=merchant_id, attempt_id=attempt_id, number=None, draw=draw)
    except NotFound:  # erased meanwhile, or of an attempt that was made by typing
        return
