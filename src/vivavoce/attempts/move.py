"""Moving an attempt from state to state: compare-and-set, with the event and the notes in the same transaction."""

from datetime import datetime
from uuid import UUID

from vivavoce.attempts.states import State, may_move
from vivavoce.db.database import Connection
from vivavoce.errors import Conflict
from vivavoce.events.record import Event, record
from vivavoce.jobs.leave import Note, leave


async def finish(connection: Connection, *, merchant_id: UUID, attempt_id: UUID, actor: str, now: datetime) -> None:
    """Every question was asked. Raises Conflict when the attempt is not under way."""
    await _move(connection, attempt_id, State.BEGUN, State.FINISHED, now)
    await record(connection, Event.ATTEMPT_FINISHED, merchant_id=merchant_id, subject_id=attempt_id, actor=actor)


async def submit(connection: Connection, *, merchant_id: UUID, attempt_id: UUID, actor: str, now: datetime) -> None:
    """The candidate hands it in; counting it up is left for later. Raises Conflict when it is not finished."""
    await _move(connection, attempt_id, State.FINISHED, State.SUBMITTED, now)
    await record(connection, Event.ATTEMPT_SUBMITTED, merchant_id=merchant_id, subject_id=attempt_id, actor=actor)
    await leave(connection, Note.TALLY_ATTEMPT, merchant_id=merchant_id, subject_id=attempt_id)


async def _move(connection: Connection, attempt_id: UUID, before: State, after: State, now: datetime) -> None:
    if not may_move(before, after):
        raise AssertionError(f"{before} to {after} is in no table")
    moved = await connection.fetchval(
        "update attempts set state = $3::text, updated_at = $4,"
        " finished_at = case when $3 = 'finished' then $4 else finished_at end,"
        " submitted_at = case when $3 = 'submitted' then $4 else submitted_at end"
        " where id = $1 and state = $2::text returning id",
        attempt_id,
        before.value,
        after.value,
        now,
    )
    if moved is None:
        raise Conflict("This attempt has moved on in the meantime. Please reload the page.")
