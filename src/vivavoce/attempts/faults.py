"""Faults: what went wrong on our side in an attempt, and when. They never count against anyone."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from vivavoce.attempts.record import record_attempt
from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id
from vivavoce.events.record import Event


class FaultKind(StrEnum):
    """What went wrong."""

    LINE_LOST = "line_lost"  # the page was online, and we did not answer it
    SERVER = "server"  # something of ours failed at what it does
    NO_DATABASE = "no_database"  # the database did not answer
    NO_EAR = "no_ear"  # nothing of ours could hear; the candidate typed
    NO_VOICE = "no_voice"  # nothing of ours could say a line
    SOUND_LOST = "sound_lost"  # sound was recorded and did not reach us
    SOUND_UNKEPT = "sound_unkept"  # we could not keep it
    LAG = "lag"  # the next words came too late
    CUT_OFF = "cut_off"  # we took the candidate's turn for over, and it was not
    DOUBTFUL = "doubtful"  # much of an answer may have been misheard
    NOBODY_HEARD = "nobody_heard"  # not a word came, whatever was asked


# Any of these gives the attempt back to whoever has not handed in yet; of the others it takes too many.
GRAVE = frozenset({FaultKind.LINE_LOST, FaultKind.SERVER, FaultKind.NO_DATABASE, FaultKind.NOBODY_HEARD})
# An attempt with more faults than this was not held under the conditions that others have: it is marked as not
# comparable, and may be taken once more for nothing. A conversation has about eight to twelve turns; with four faults
# about every third was disturbed, and no reader can tell any more which answers would have been other ones.
MOST_FAULTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One of them. ended_at: None where nobody saw the end."""

    kind: FaultKind
    began_at: datetime
    ended_at: datetime | None


async def add_fault(
    connection: Connection,
    kind: FaultKind,
    *,
    merchant_id: UUID,
    attempt_id: UUID,
    told_by: Literal["server", "page"],
    began_at: datetime,
    ended_at: datetime | None,
    key: UUID | None = None,
) -> None:
    """Adds the fault. key: the page's, the same whenever it tells this fault again; told twice, it is one."""
    added = await connection.fetchval(
        "insert into faults (merchant_id, id, attempt_id, kind, told_by, key, began_at, ended_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)"
        " on conflict (merchant_id, attempt_id, key) do nothing returning id",
        merchant_id,
        new_id(),
        attempt_id,
        kind.value,
        told_by,
        key,
        began_at,
        ended_at,
    )
    if added is None:
        return
    await record_attempt(
        connection,
        Event.ATTEMPT_FAULTED,
        attempt_id=attempt_id,
        actor=told_by,
        data={"kind": kind.value},
    )
    await _mark(connection, merchant_id=merchant_id, attempt_id=attempt_id, told_by=told_by, now=ended_at or began_at)


async def _mark(connection: Connection, *, merchant_id: UUID, attempt_id: UUID, told_by: str, now: datetime) -> None:
    """Marks the attempt when it has had too many faults by now."""
    marked = await connection.fetchval(
        "update attempts set not_comparable_at = $2 where id = $1 and not_comparable_at is null"
        " and (select count(*) from faults where attempt_id = $1) > $3 returning id",
        attempt_id,
        now,
        MOST_FAULTS,
    )
    if marked is not None:
        await record_attempt(
            connection,
            Event.ATTEMPT_NOT_COMPARABLE,
            attempt_id=attempt_id,
            actor=told_by,
            data={"most_faults": MOST_FAULTS},
        )


async def read_faults(connection: Connection, attempt_id: UUID) -> tuple[Fault, ...]:
    """The attempt's faults, in the order in which they began."""
    rows = await connection.fetch(
        "select kind, began_at, ended_at from faults where attempt_id = $1 order by began_at, id", attempt_id
    )
    return tuple(Fault(kind=FaultKind(row["kind"]), began_at=row["began_at"], ended_at=row["ended_at"]) for row in rows)
