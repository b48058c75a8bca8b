"""More time for one person at one interview, set by the merchant: before they begin, or while they are at it.

Why is not asked for. It comes on top of the interview's longest time, before whatever the person chose themselves.
"""

from datetime import datetime
from uuid import UUID

from vivavoce.attempts.move import take_turn
from vivavoce.attempts.states import UNDER_WAY
from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id
from vivavoce.errors import Conflict, Invalid
from vivavoce.events.record import Event, record

MOST_MINUTES = 480


class TimeRuns(Conflict):
    """An attempt is under way, and this would take time from it. Wait until it is sent."""


async def set_extra_time(
    connection: Connection,
    *,
    merchant_id: UUID,
    environment: str,
    interview_id: UUID,
    candidate_id: UUID,
    minutes: int,
    actor: str,
    now: datetime,
) -> None:
    """So many minutes in place of those that were set before; 0: as everybody. Said again, it changes nothing.

    An attempt that is under way has them from its next step on. Raises Invalid, and TimeRuns where it would lose some.
    """
    if not 0 <= minutes <= MOST_MINUTES:
        raise Invalid(f"Expected a whole number from 0 to {MOST_MINUTES}.", name="minutes")
    await take_turn(connection, candidate_id)
    before = await find_extra_time(connection, interview_id=interview_id, candidate_id=candidate_id)
    if minutes == before:
        return
    if minutes < before and await connection.fetchval(
        "select exists (select from attempts where interview_id = $1 and candidate_id = $2 and state = any ($3))",
        interview_id,
        candidate_id,
        [state.value for state in UNDER_WAY],
    ):
        raise TimeRuns
    await connection.execute(
        "insert into extra_times (merchant_id, id, interview_id, candidate_id, minutes, actor, set_at)"
        " values ($1, $2, $3, $4, $5, $6, $7)",
        merchant_id,
        new_id(),
        interview_id,
        candidate_id,
        minutes,
        actor,
        now,
    )
    await record(
        connection,
        Event.EXTRA_TIME_SET,
        merchant_id=merchant_id,
        environment=environment,
        subject_id=candidate_id,
        actor=actor,
        data={"interview_id": str(interview_id), "minutes": minutes},
    )


async def find_extra_time(connection: Connection, *, interview_id: UUID, candidate_id: UUID) -> int:
    """The minutes that the person has more at this interview; 0: none."""
    minutes = await connection.fetchval(
        "select minutes from extra_times where candidate_id = $1 and interview_id = $2"
        " order by set_at desc, id desc limit 1",
        candidate_id,
        interview_id,
    )
    return int(minutes or 0)


async def list_extra_time(connection: Connection, candidate_id: UUID) -> dict[UUID, int]:
    """The minutes that the person has more, by interview; those with none are left out."""
    rows = await connection.fetch(
        "select distinct on (interview_id) interview_id, minutes from extra_times where candidate_id = $1"
        " order by interview_id, set_at desc, id desc",
        candidate_id,
    )
    return {row["interview_id"]: row["minutes"] for row in rows if row["minutes"]}
