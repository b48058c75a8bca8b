"""Moving an attempt from state to state: compare-and-set, with the event and the notes in the same transaction."""

from datetime import datetime
from uuid import UUID

from vivavoce.attempts.grants import add_grant
from vivavoce.attempts.record import record_attempt
from vivavoce.attempts.states import AttemptState, Ending, leading_to
from vivavoce.db.database import Connection
from vivavoce.errors import Conflict, NotFound
from vivavoce.events.record import Event
from vivavoce.jobs.leave import Note, leave


class NotHandedIn(Conflict):
    """Only an attempt that was handed in, and is the person's latest, can be sent back."""


class WithoutFault(Conflict):
    """Nothing went wrong on our side in this attempt: it can't be set aside for that."""


async def finish(
    connection: Connection,
    *,
    merchant_id: UUID,
    attempt_id: UUID,
    actor: str,
    now: datetime,
    ending: Ending = Ending.ALL_ASKED,
) -> None:
    """No further question comes; what it costs is left for later. Raises Conflict when it is not under way."""
    await _move(connection, attempt_id, AttemptState.FINISHED, now, ending=ending)
    await record_attempt(
        connection,
        Event.ATTEMPT_FINISHED,
        attempt_id=attempt_id,
        actor=actor,
        data={"ending": ending.value},
    )
    await leave(connection, Note.CHARGE_ATTEMPT, merchant_id=merchant_id, subject_id=attempt_id)


async def submit(connection: Connection, *, merchant_id: UUID, attempt_id: UUID, actor: str, now: datetime) -> None:
    """The candidate hands it in; tallying it is left for later. Raises Conflict when it is not finished."""
    await _move(connection, attempt_id, AttemptState.SUBMITTED, now)
    await record_attempt(connection, Event.ATTEMPT_SUBMITTED, attempt_id=attempt_id, actor=actor)
    await leave(connection, Note.TALLY_ATTEMPT, merchant_id=merchant_id, subject_id=attempt_id)


async def give_back(connection: Connection, *, merchant_id: UUID, attempt_id: UUID, actor: str, now: datetime) -> None:
    """The merchant sends it back: its person may make one more attempt. What was answered stays to be read.

    Raises NotFound, and NotHandedIn for an attempt in any other state, or with a later one after it.
    """
    attempt = await connection.fetchrow("select interview_id, candidate_id from attempts where id = $1", attempt_id)
    if attempt is None:
        raise NotFound
    await take_turn(connection, attempt["candidate_id"])
    latest = await connection.fetchval(
        "select id from attempts where interview_id = $1 and candidate_id = $2 order by number desc limit 1",
        attempt["interview_id"],
        attempt["candidate_id"],
    )
    if latest != attempt_id:
        raise NotHandedIn
    try:
        await _move(connection, attempt_id, AttemptState.RETURNED, now)
    except Conflict:
        raise NotHandedIn from None
    await connection.execute("update attempts set decision = null where id = $1", attempt_id)
    await add_grant(
        connection,
        merchant_id=merchant_id,
        interview_id=attempt["interview_id"],
        candidate_id=attempt["candidate_id"],
        attempt_id=attempt_id,
        actor=actor,
    )
    await record_attempt(connection, Event.ATTEMPT_RETURNED, attempt_id=attempt_id, actor=actor)


async def keep_after_all(connection: Connection, attempt_id: UUID, *, now: datetime) -> bool:
    """Undoes that it was sent back: it is submitted again. False: it was not, or its person has begun anew since.

    It is no move of its own (`states.py`): only undoing a decision comes here, under the person's lock.
    """
    kept = await connection.fetchval(
        "update attempts set state = 'submitted', updated_at = $2 where id = $1 and state = 'returned'"
        " and not exists (select from attempts later where later.interview_id = attempts.interview_id"
        " and later.candidate_id = attempts.candidate_id and later.number > attempts.number) returning id",
        attempt_id,
        now,
    )
    return kept is not None


async def abandon(connection: Connection, *, merchant_id: UUID, attempt_id: UUID, actor: str, now: datetime) -> None:
    """It is left for good, and counts as an attempt used. Raises Conflict when it is not under way."""
    await _move(connection, attempt_id, AttemptState.ABANDONED, now)
    await record_attempt(connection, Event.ATTEMPT_ABANDONED, attempt_id=attempt_id, actor=actor)


async def set_aside(connection: Connection, *, merchant_id: UUID, attempt_id: UUID, actor: str, now: datetime) -> None:
    """It is put away for a fault of ours, and does not count as one used.

    Raises Conflict when it is not under way, WithoutFault when no fault is on record.
    """
    if not await connection.fetchval("select exists (select from faults where attempt_id = $1)", attempt_id):
        raise WithoutFault
    await _move(connection, attempt_id, AttemptState.FAILED, now)
    await record_attempt(connection, Event.ATTEMPT_FAILED, attempt_id=attempt_id, actor=actor)
    await leave(connection, Note.CHARGE_ATTEMPT, merchant_id=merchant_id, subject_id=attempt_id)


async def take_turn(connection: Connection, candidate_id: UUID) -> None:
    """Waits until nobody else begins an attempt of this person, or sends one back, and keeps it so to the commit.

    Not the strongest lock: what only refers to the person, as a task does, must not wait for it.
    """
    await connection.execute("select from candidates where id = $1 for no key update", candidate_id)


async def _move(
    connection: Connection, attempt_id: UUID, after: AttemptState, now: datetime, *, ending: Ending | None = None
) -> None:
    moved = await connection.fetchval(
        "update attempts set state = $3::text, updated_at = $4, ending = coalesce($5, ending),"
        " finished_at = case when $3 = 'finished' then $4 else finished_at end,"
        " submitted_at = case when $3 = 'submitted' then $4 else submitted_at end"
        " where id = $1 and state = any ($2) returning id",
        attempt_id,
        [state.value for state in leading_to(after)],
        after.value,
        now,
        None if ending is None else ending.value,
    )
    if moved is None:
        raise Conflict("Something changed in another window. Please reload the page.")
