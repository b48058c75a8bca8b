"""What is a person's own: the interviews that they were let in to, and how each of their attempts stands."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vivavoce.attempts.states import UNDER_WAY, AttemptState
from vivavoce.attempts.tasks import TaskKind, TaskState
from vivavoce.candidates.links import Identity, LinkRevoked, Seat
from vivavoce.candidates.revoke import REVOKED, find_why_shut
from vivavoce.db.database import Connection, Database
from vivavoce.interviews.draft import Kind, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAttempt:
    """One attempt, as its person sees it. judged_at: None while it waits."""

    id: UUID
    number: int
    state: AttemptState
    begun_at: datetime
    submitted_at: datetime | None
    judged_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnInterview:
    """An interview and the person's attempts at it, the latest first; none before the first attempt."""

    interview_id: UUID
    name: str
    language: str
    kind: Kind
    status: Status
    attempts: tuple[OwnAttempt, ...]

    @property
    def is_under_way(self) -> bool:
        """Whether an attempt can be gone on with."""
        return bool(self.attempts) and self.attempts[0].state in UNDER_WAY


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnName:
    """What the merchant knows the person by."""

    name: str
    email: str | None


async def find_own_name(connection: Connection, candidate_id: UUID) -> OwnName | None:
    """The person; None where the merchant knows nobody of this id, or no longer."""
    row = await connection.fetchrow(
        "select name, email from candidates where id = $1 and erasing_at is null", candidate_id
    )
    return None if row is None else OwnName(name=row["name"], email=row["email"])


async def list_own(connection: Connection, identity: Identity) -> tuple[OwnInterview, ...]:
    """The person's interviews in their environment, the one that they were let in to last first."""
    interviews = await connection.fetch(
        "select interviews.id, name, language, kind, status from interviews join ("
        " select interview_id, max(created_at) as let_in_at from invitations"
        " where candidate_id = $1 and environment = $2 group by interview_id"
        ") as mine on mine.interview_id = interviews.id order by let_in_at desc, interviews.id desc",
        identity.candidate_id,
        identity.environment,
    )
    attempts = await connection.fetch(
        "select id, interview_id, number, state, begun_at, submitted_at, judged_at from attempts"
        " where candidate_id = $1 and environment = $2 order by number desc",
        identity.candidate_id,
        identity.environment,
    )
    return tuple(
        OwnInterview(
            interview_id=row["id"],
            name=row["name"],
            language=row["language"],
            kind=Kind(row["kind"]),
            status=Status(row["status"]),
            attempts=tuple(
                OwnAttempt(
                    id=attempt["id"],
                    number=attempt["number"],
                    state=AttemptState(attempt["state"]),
                    begun_at=attempt["begun_at"],
                    submitted_at=attempt["submitted_at"],
                    judged_at=attempt["judged_at"],
                )
                for attempt in attempts
                if attempt["interview_id"] == row["id"]
            ),
        )
        for row in interviews
    )


async def has_own_recordings(connection: Connection, identity: Identity) -> bool:
    """Whether the person's sound, picture or film may be kept: what was heard of them stands, or what they sent."""
    is_recorded: bool = await connection.fetchval(
        "select exists (select from attempts where candidate_id = $1 and environment = $2 and ("
        " sound_erased_at is null and exists (select from hearings where attempt_id = attempts.id)"
        " or exists (select from camera_takes where attempt_id = attempts.id)"
        " or exists (select from introductions where attempt_id = attempts.id)))",
        identity.candidate_id,
        identity.environment,
    )
    return is_recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRequest:
    """What the person has asked the merchant for, and when.

    done_at: when it was done or refused; None while it waits. reason: why it was refused, in the merchant's words.
    """

    kind: TaskKind
    state: TaskState
    attempt_id: UUID | None
    text: str
    created_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    reason: str | None
    reply: str | None  # what another look came to, in the merchant's words


async def list_own_requests(connection: Connection, identity: Identity) -> tuple[OwnRequest, ...]:
    """The person's requests about what is theirs, the newest first."""
    rows = await connection.fetch(
        "select kind, state, attempt_id, text, created_at, due_at, done_at, reason, reply from tasks"
        " where candidate_id = $1 and environment = $2 and kind = any ($3) order by created_at desc, id desc",
        identity.candidate_id,
        identity.environment,
        [TaskKind.CONTESTED.value, TaskKind.ERASURE_WANTED.value, TaskKind.PERSON_WANTED.value],
    )
    return tuple(
        OwnRequest(
            kind=TaskKind(row["kind"]),
            state=TaskState(row["state"]),
            attempt_id=row["attempt_id"],
            text=row["text"],
            created_at=row["created_at"],
            due_at=row["due_at"],
            done_at=row["done_at"],
            reason=row["reason"],
            reply=row["reply"],
        )
        for row in rows
    )


async def list_own_attempts(database: Database, *, merchant_id: UUID, candidate_id: UUID) -> list[UUID]:
    """The ids of all of the person's attempts."""
    async with database.tenant(merchant_id) as connection:
        rows = await connection.fetch("select id from attempts where candidate_id = $1", candidate_id)
    return [row["id"] for row in rows]


async def find_identity(database: Database, seat: Seat, *, sends_mail: bool) -> Identity | None:
    """Who may sign in by a personal link; None where it no longer does. sends_mail: whether codes can be mailed.

    After the handing in it does not, for whoever can sign in by e-mail instead: links are passed on. Whoever has told
    no address, or can be sent no code, has nothing but the link, so it stays good. A link that was closed with its
    interview still does: what somebody has answered is theirs. Raises LinkRevoked.
    """
    async with database.tenant(seat.merchant_id) as connection:
        if await find_why_shut(connection, seat) == REVOKED:
            raise LinkRevoked
        row = await connection.fetchrow(
            "select environment, email, ("
            " select state from attempts where candidate_id = candidates.id and interview_id = interviews.id"
            " order by number desc limit 1) as state"
            " from interviews, candidates"
            " where interviews.id = $1 and candidates.id = $2 and candidates.erasing_at is null",
            seat.interview_id,
            seat.candidate_id,
        )
    can_be_mailed = sends_mail and row is not None and row["email"] is not None
    if row is None or (row["state"] == AttemptState.SUBMITTED.value and can_be_mailed):
        return None
    return Identity(
        merchant_id=seat.merchant_id,
        candidate_id=seat.candidate_id,
        environment=row["environment"],
        issued_at=seat.issued_at,
    )
