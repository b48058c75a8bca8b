"""Revoking what lets a person in: every link to an interview, every session that came of one, and every sign-in.

Nothing is deleted: the invitations say when they were revoked, and what was issued up to then opens no more. Whoever is
invited anew gets a link that does.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vivavoce.candidates.links import Identity, LinkClosed, LinkRevoked, Seat
from vivavoce.db.database import Connection
from vivavoce.events.record import Event, record

REVOKED, CLOSED = "revoked", "closed"  # as the function why_shut tells it


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """Whose links. interview_id: None for all of the person's interviews in this environment."""

    merchant_id: UUID
    environment: str
    candidate_id: UUID
    interview_id: UUID | None = None


async def revoke_links(connection: Connection, whom: Whom, *, actor: str) -> int:
    """Revokes them, with an event for each interview; at how many there was something to revoke.

    The person's sign-ins at this merchant end as well, since a link leads to one. Said again, it changes nothing.
    """
    rows = await connection.fetch(
        "update invitations set revoked_at = clock_timestamp(), expires_at = least(expires_at, clock_timestamp())"
        " where candidate_id = $1 and environment = $2 and ($3::uuid is null or interview_id = $3)"
        " and revoked_at is null returning interview_id",
        whom.candidate_id,
        whom.environment,
        whom.interview_id,
    )
    interviews = sorted({row["interview_id"] for row in rows})
    for interview_id in interviews:
        await record(
            connection,
            Event.LINK_REVOKED,
            merchant_id=whom.merchant_id,
            environment=whom.environment,
            subject_id=whom.candidate_id,
            actor=actor,
            data={"interview_id": str(interview_id)},
        )
    return len(interviews)


async def find_revoked_at(connection: Connection, *, interview_id: UUID, candidate_id: UUID) -> datetime | None:
    """When the person's links to this interview were revoked; None where one still opens, or there was never one."""
    moment: datetime | None = await connection.fetchval(
        "select case when bool_and(revoked_at is not null) then max(revoked_at) end from invitations"
        " where interview_id = $1 and candidate_id = $2",
        interview_id,
        candidate_id,
    )
    return moment


async def find_why_shut(connection: Connection, seat: Seat) -> str | None:
    """REVOKED or CLOSED; None: it opens."""
    why: str | None = await connection.fetchval(
        "select why_shut($1, $2, $3, $4)", seat.merchant_id, seat.interview_id, seat.candidate_id, seat.issued_at
    )
    return why


async def require_open(connection: Connection, seat: Seat) -> None:
    """Raises LinkRevoked and LinkClosed."""
    refuse_shut(await find_why_shut(connection, seat))


def refuse_shut(why: str | None) -> None:
    """Raises what stands for REVOKED and for CLOSED."""
    if why == REVOKED:
        raise LinkRevoked
    if why == CLOSED:
        raise LinkClosed


async def is_signed_in(connection: Connection, identity: Identity) -> bool:
    """Whether nothing of this person was revoked since they signed in."""
    was_revoked: bool = await connection.fetchval(
        "select exists (select from invitations where candidate_id = $1 and revoked_at >= $2)",
        identity.candidate_id,
        identity.issued_at,
    )
    return not was_revoked


async def read_clock(connection: Connection) -> datetime:
    """When something is issued: by the one clock that all servers share."""
    moment: datetime = await connection.fetchval("select clock_timestamp()")
    return moment
