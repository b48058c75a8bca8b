"""Inviting people: each gets a personal link to one interview."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from vivavoce.candidates.links import LINK_LIFE, Seat, sign_link
from vivavoce.candidates.mailed_invitations import Mailing, find_posted, post_invitation
from vivavoce.candidates.post import MailState, Silence
from vivavoce.db.database import Connection, Database
from vivavoce.db.ids import new_id
from vivavoce.errors import Invalid
from vivavoce.events.record import Event, record
from vivavoce.merchants.keys import Keys
from vivavoce.merchants.mailed_codes import checked_email

LONGEST = 320
LEAST_LIFE = LINK_LIFE / 2  # of an invitation that is handed out once more
# Of somebody who came by themselves there is one without a link, which ends when it begins (entrance.py).
STANDING = """
select id, created_at, expires_at from invitations
where merchant_id = $1 and interview_id = $2 and candidate_id = $3 and environment = $4 and is_test = $5
    and revoked_at is null and expires_at > created_at and expires_at >= $6
order by created_at desc limit 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitee:
    """Somebody to invite. Everything may be absent: then the link is for one unnamed person."""

    name: str | None = None
    email: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """A person with a link. mail: whether it is mailed, or why not; None: nobody wanted that."""

    candidate_id: UUID
    token: str
    mail: MailState | Silence | None = None


async def invite(
    database: Database,
    keys: Keys,
    person: Invitee,
    *,
    merchant_id: UUID,
    interview_id: UUID,
    environment: str,
    is_test: bool,
    actor: str,
    now: datetime,
    mailing: Mailing | None = None,
    again: bool = True,
) -> Invited:
    """A personal link for this person. Whom the merchant knows by e-mail or external id stays the same candidate.

    mailing: how the link is mailed; None: it is not. again: also where an invitation of theirs still stands; else that
    one's link is told, and mailed only if it never was. Raises Invalid for a bad e-mail or a text that is too long, and
    TooManyMails; nobody is invited then. The interview must exist.
    """
    email = checked_email(person.email)
    for name, text in (("name", person.name), ("external_id", person.external_id)):
        if text is not None and len(text) > LONGEST:
            raise Invalid(f"Expected at most {LONGEST} characters.", name=name)
    expires_at = now + LINK_LIFE
    async with database.tenant(merchant_id) as connection:
        candidate_id = await find_or_add(
            connection,
            merchant_id,
            name=(person.name or "").strip(),
            email=email,
            external_id=person.external_id or None,
        )
        seat = Seat(merchant_id=merchant_id, interview_id=interview_id, candidate_id=candidate_id, is_test=is_test)
        standing = None if again else await _find_standing(connection, seat, mailing, environment=environment, now=now)
        if standing is not None:
            seat, expires_at = replace(seat, issued_at=standing.issued_at), standing.expires_at
            invitation_id, posted = standing.id, standing.posted
        else:
            invitation_id, posted = new_id(), None
            seat = await _add(
                connection, seat, invitation_id, environment=environment, expires_at=expires_at, actor=actor
            )
        mail = (
            None
            if mailing is None
            else await post_invitation(
                connection,
                mailing,
                seat,
                invitation_id=invitation_id,
                environment=environment,
                email=email,
                posted=posted,
                now=now,
            )
        )
    return Invited(candidate_id=candidate_id, token=sign_link(keys, seat, expires_at=expires_at), mail=mail)


async def invite_known(
    connection: Connection, keys: Keys, seat: Seat, *, environment: str, actor: str, now: datetime
) -> str:
    """The token of a personal link for a candidate that is there already. The interview must exist."""
    expires_at = now + LINK_LIFE
    seat = await _add(connection, seat, new_id(), environment=environment, expires_at=expires_at, actor=actor)
    return sign_link(keys, seat, expires_at=expires_at)


async def has_candidate(connection: Connection, candidate_id: UUID, *, environment: str) -> bool:
    """Whether this person was ever invited to an interview of this environment."""
    is_known: bool = await connection.fetchval(
        "select exists (select from invitations where candidate_id = $1 and environment = $2)",
        candidate_id,
        environment,
    )
    return is_known


async def find_candidate(connection: Connection, *, email: str) -> UUID | None:
    """Whom the merchant knows by this address; None: nobody."""
    candidate_id: UUID | None = await connection.fetchval(
        "select id from candidates where email = $1", email.strip().lower()
    )
    return candidate_id


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """An invitation that still stands. posted: how it stands with its mail; None: none was wanted."""

    id: UUID
    issued_at: datetime
    expires_at: datetime
    posted: MailState | None


async def _find_standing(
    connection: Connection, seat: Seat, mailing: Mailing | None, *, environment: str, now: datetime
) -> _Standing | None:
    """None where there is none, or its link ends soon, or its mail is wanted and did not arrive."""
    row = await connection.fetchrow(
        STANDING,
        seat.merchant_id,
        seat.interview_id,
        seat.candidate_id,
        environment,
        seat.is_test,
        now + LEAST_LIFE,
    )
    if row is None:
        return None
    posted = await find_posted(connection, row["id"], now=now)
    if mailing is not None and posted in (MailState.NOT_SENT, MailState.BOUNCED, MailState.UNSURE):
        return None
    return _Standing(id=row["id"], issued_at=row["created_at"], expires_at=row["expires_at"], posted=posted)


async def _add(
    connection: Connection, seat: Seat, invitation_id: UUID, *, environment: str, expires_at: datetime, actor: str
) -> Seat:
    """The seat as the link is to name it."""
    issued_at = await connection.fetchval(
        "insert into invitations (merchant_id, id, interview_id, candidate_id, environment, is_test, "
        "expires_at, created_at) values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp()) returning created_at",
        seat.merchant_id,
        invitation_id,
        seat.interview_id,
        seat.candidate_id,
        environment,
        seat.is_test,
        expires_at,
    )
    await record(
        connection,
        Event.CANDIDATE_INVITED,
        merchant_id=seat.merchant_id,
        environment=environment,
        subject_id=invitation_id,
        actor=actor,
        data={"interview_id": str(seat.interview_id)},
    )
    return replace(seat, issued_at=issued_at)


async def find_or_add(
    connection: Connection,
    merchant_id: UUID,
    *,
    name: str,
    email: str | None,
    external_id: str | None,
) -> UUID:
    """The candidate of this e-mail or external id; a new one where the merchant knows neither."""
    if email is not None:
        # The update takes a name that we did not have yet, and makes the statement return the row in either case.
        known_id: UUID = await connection.fetchval(
            "insert into candidates (merchant_id, id, name, email, external_id) values ($1, $2, $3, $4, $5)"
            " on conflict (merchant_id, email) where email is not null do update set"
            " name = case when candidates.name = '' then excluded.name else candidates.name end,"
            " external_id = coalesce(candidates.external_id, excluded.external_id)"
            " returning id",
            merchant_id,
            new_id(),
            name,
            email,
            external_id,
        )
        return known_id
    if external_id is not None:
        # No index says that there is one of them: whoever asks for the same one at the same time waits here.
        await connection.execute(
            "select pg_advisory_xact_lock(hashtextextended($1, 0))", f"candidate {external_id} of {merchant_id}"
        )
        known: UUID | None = await connection.fetchval(
            "select id from candidates where external_id = $1 order by id limit 1", external_id
        )
        if known is not None:
            return known
    candidate_id = new_id()
    await connection.execute(
        "insert into candidates (merchant_id, id, name, external_id) values ($1, $2, $3, $4)",
        merchant_id,
        candidate_id,
        name,
        external_id,
    )
    return candidate_id
