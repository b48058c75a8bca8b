"""Faults: what went wrong on our side in an attempt, and when. They never count against anyone."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id
from vivavoce.events.record import Event, record


class FaultKind(StrEnum):
    """What went wrong."""

    LINE_LOST = "line_lost"  # the page was online, and we did not answer it
    SERVER = "server"  # something of ours failed at what it does
    NO_DATABASE = "no_database"  # the database did not answer


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
    await record(
        connection,
        Event.ATTEMPT_FAULTED,
        merchant_id=merchant_id,
        subject_id=attempt_id,
        actor=told_by,
        data={"kind": kind.value},
    )


async def read_faults(connection: Connection, attempt_id: UUID) -> tuple[Fault, ...]:
    """The attempt's faults, in the order in which they began."""
    rows = await connection.fetch(
        "select kind, began_at, ended_at from faults where attempt_id = $1 order by began_at, id", attempt_id
    )
    return tuple(Fault(kind=FaultKind(row["kind"]), began_at=row["began_at"], ended_at=row["ended_at"]) for row in rows)
