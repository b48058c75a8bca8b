"""The ways in without a personal link: whose an interview is, and whether somebody who has signed in may take it."""

from dataclasses import dataclass
from uuid import UUID

from vivavoce.candidates.links import Identity, LinkRevoked, Seat
from vivavoce.candidates.revoke import find_revoked_at, read_clock
from vivavoce.db.database import Connection, Database
from vivavoce.db.ids import new_id
from vivavoce.events.record import Event, record
from vivavoce.interviews.draft import Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """An interview as its bare address leads to it."""

    merchant_id: UUID
    interview_id: UUID
    environment: str
    visibility: Visibility
    language: str

    @property
    def is_by_invitation(self) -> bool:
        """Whether only people who were invited may know anything of it."""
        return self.visibility is Visibility.INVITED


async def find_entrance(database: Database, interview_id: UUID) -> Entrance | None:
    """Whose interview it is; None where there is none, or it was deleted."""
    async with database.by_interview(interview_id) as connection:
        row = await connection.fetchrow(
            "select merchant_id, environment, visibility, language from interviews"
            " where id = $1 and status <> 'deleted'",
            interview_id,
        )
    if row is None:
        return None
    return Entrance(
        merchant_id=row["merchant_id"],
        interview_id=interview_id,
        environment=row["environment"],
        visibility=Visibility(row["visibility"]),
        language=row["language"],
    )


def seat_of_nobody(entrance: Entrance) -> Seat:
    """From where a stranger looks on: no person's, so nothing can be begun there."""
    return Seat(
        merchant_id=entrance.merchant_id,
        interview_id=entrance.interview_id,
        candidate_id=UUID(int=0),
        is_test=False,
    )


async def find_seat(database: Database, entrance: Entrance, identity: Identity) -> Seat | None:
    """Where this person may sit: whoever is invited, and anybody where no invitation is needed; else None.

    A trial is what the last invitation says. None too where the person belongs to another merchant or environment.
    Raises LinkRevoked for whoever was invited once, and is no more.
    """
    if (identity.merchant_id, identity.environment) != (entrance.merchant_id, entrance.environment):
        return None
    async with database.tenant(entrance.merchant_id) as connection:
        is_test = await find_invitation(connection, entrance.interview_id, identity.candidate_id)
        if is_test is None and entrance.is_by_invitation:
            revoked_at = await find_revoked_at(
                connection, interview_id=entrance.interview_id, candidate_id=identity.candidate_id
            )
            if revoked_at is not None:
                raise LinkRevoked
            return None
    return Seat(
        merchant_id=entrance.merchant_id,
        interview_id=entrance.interview_id,
        candidate_id=identity.candidate_id,
        is_test=is_test is True,
        issued_at=identity.issued_at,
    )


async def is_erased(connection: Connection, candidate_id: UUID) -> bool:
    """Whether what is kept of this person was erased, or is about to be: nobody comes in as them any more."""
    is_gone: bool = await connection.fetchval(
        "select exists (select from candidates where id = $1 and erasing_at is not null)", candidate_id
    )
    return is_gone


async def has_left(database: Database, identity: Identity) -> bool:
    """Whether whoever signed in as this person is a stranger by now, since everything of them was erased."""
    async with database.tenant(identity.merchant_id) as connection:
        return await is_erased(connection, identity.candidate_id)


async def find_invitation(connection: Connection, interview_id: UUID, candidate_id: UUID) -> bool | None:
    """Whether the person's last invitation to this interview is for a trial; None: there is none, or none any more.

    That its link has become too old does not matter: the person signs in by other means.
    """
    is_test: bool | None = await connection.fetchval(
        "select is_test from invitations where interview_id = $1 and candidate_id = $2"
        " and revoked_at is null order by created_at desc, id desc limit 1",
        interview_id,
        candidate_id,
    )
    return is_test


async def let_in(
    connection: Connection, candidate_id: UUID, *, merchant_id: UUID, environment: str, interview_id: UUID | None
) -> Identity:
    """This person, as their browser knows them from now on; that they came is on record.

    interview_id: what they may take from now on; None: they came to their own page.
    """
    if interview_id is not None:
        seat = Seat(merchant_id=merchant_id, interview_id=interview_id, candidate_id=candidate_id, is_test=False)
        await enter(connection, seat, environment=environment)
    await record(
        connection,
        Event.CANDIDATE_SIGNED_IN,
        merchant_id=merchant_id,
        environment=environment,
        subject_id=candidate_id,
        actor=f"candidate {candidate_id}",
    )
    return Identity(
        merchant_id=merchant_id,
        candidate_id=candidate_id,
        environment=environment,
        issued_at=await read_clock(connection),
    )


async def enter(connection: Connection, seat: Seat, *, environment: str) -> None:
    """Writes down that somebody came by themselves, if nobody has invited them before."""
    if await find_invitation(connection, seat.interview_id, seat.candidate_id) is not None:
        return
    invitation_id = new_id()
    # Without a link there is nothing to expire.
    await connection.execute(
        "insert into invitations (merchant_id, id, interview_id, candidate_id, environment, expires_at)"
        " values ($1, $2, $3, $4, $5, now())",
        seat.merchant_id,
        invitation_id,
        seat.interview_id,
        seat.candidate_id,
        environment,
    )
    await record(
        connection,
        Event.CANDIDATE_ENTERED,
        merchant_id=seat.merchant_id,
        environment=environment,
        subject_id=invitation_id,
        actor=f"candidate {seat.candidate_id}",
        data={"interview_id": str(seat.interview_id)},
    )
