"""Mails to candidates as they are kept: what is to go to whom, how that went, and whose address gets none.

A mail is a row from the moment when it is wanted, in the transaction that makes it necessary. Whoever sends it claims
it first, so nobody gets two: whoever is killed in between leaves the row claimed, and people read that it may not have
arrived.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id
from vivavoce.events.record import Event, record
from vivavoce.jobs.leave import Note, leave

SENDING_FOR = timedelta(minutes=10)  # what is claimed for longer was left by somebody who was killed over it


class MailKind(StrEnum):
    """What a mail is about; its subject is what is named here."""

    INVITATION = "invitation"  # an invitation
    REMINDER = "reminder"  # an invitation that nobody has followed
    ANOTHER_ATTEMPT = "another_attempt"  # an attempt that was sent back
    RECEIPT = "receipt"  # an attempt that was sent
    DECISION = "decision"  # a decision of a person's
    REPLY = "reply"  # a task: a candidate's question that has a reply


# What somebody can turn off: everything else answers something that they did.
INVITING = frozenset({MailKind.INVITATION, MailKind.REMINDER, MailKind.ANOTHER_ATTEMPT})


class MailState(StrEnum):
    """How it stands with a mail."""

    WAITING = "waiting"  # it is sent as soon as it is due
    SENDING = "sending"  # it is being handed over
    UNSURE = "unsure"  # whoever sent it was stopped over it: it may not have arrived
    SENT = "sent"  # the mail server has taken it
    NOT_SENT = "not_sent"  # it never will be; `why` says why
    BOUNCED = "bounced"  # it came back


class Silence(StrEnum):
    """Why an address gets no mail."""

    UNSUBSCRIBED = "unsubscribed"  # its person wants no invitations and reminders
    BOUNCED = "bounced"  # mails come back from there


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail that is wanted. message: a person's own words in it. link_base, link_query: around its link.

    client: who asked for it.
    """

    kind: MailKind
    environment: str
    candidate_id: UUID
    interview_id: UUID
    subject_id: UUID
    message: str = ""
    link_base: str = ""
    link_query: str = ""
    client: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedMail:
    """A mail as people read how it stands."""

    id: UUID
    kind: MailKind
    candidate_id: UUID
    interview_id: UUID
    state: MailState
    why: str
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None


async def post(
    connection: Connection, letter: Letter, *, merchant_id: UUID, now: datetime, due_at: datetime | None = None
) -> UUID:
    """Has it mailed as soon as this transaction has committed, or at due_at; the mail's id.

    What was posted of this subject already is not posted again.
    """
    mail_id: UUID = await connection.fetchval(
        "insert into mails (merchant_id, id, environment, kind, candidate_id, interview_id, subject_id, state, message,"
        " link_base, link_query, client, created_at, due_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $9, $10, $11, $12, $13)"
        " on conflict (merchant_id, kind, subject_id) do update set kind = excluded.kind returning id",
        merchant_id,
        new_id(),
        letter.environment,
        letter.kind.value,
        letter.candidate_id,
        letter.interview_id,
        letter.subject_id,
        letter.message,
        letter.link_base,
        letter.link_query,
        letter.client,
        now,
        due_at or now,
    )
    await leave(connection, Note.SEND_MAIL, merchant_id=merchant_id, subject_id=mail_id, not_before=due_at)
    return mail_id


async def claim_waiting(connection: Connection, mail_id: UUID, *, now: datetime) -> None:
    """Claims a mail that waits, and that the caller has locked."""
    await connection.execute(
        "update mails set state = 'sending', claimed_at = $2, tries = tries + 1 where id = $1", mail_id, now
    )


async def put_off(connection: Connection, mail_id: UUID, *, merchant_id: UUID, due_at: datetime) -> None:
    """Has a mail that waits again tried later."""
    await connection.execute("update mails set due_at = $2 where id = $1", mail_id, due_at)
    await leave(connection, Note.SEND_MAIL, merchant_id=merchant_id, subject_id=mail_id, not_before=due_at)


async def claim_beside(connection: Connection, letter: Letter, *, merchant_id: UUID, now: datetime) -> UUID | None:
    """The id of a mail that is sent at once; None: somebody has it already, or had."""
    claimed: UUID | None = await connection.fetchval(
        "insert into mails (merchant_id, id, environment, kind, candidate_id, interview_id, subject_id, state,"
        " created_at, due_at, claimed_at) values ($1, $2, $3, $4, $5, $6, $7, 'sending', $8, $8, $8)"
        " on conflict (merchant_id, kind, subject_id) do update set state = 'sending', claimed_at = excluded.claimed_at"
        " where mails.state = 'waiting' returning id",
        merchant_id,
        new_id(),
        letter.environment,
        letter.kind.value,
        letter.candidate_id,
        letter.interview_id,
        letter.subject_id,
        now,
    )
    return claimed


async def settle(connection: Connection, mail_id: UUID, state: MailState, *, now: datetime, why: str = "") -> None:
    """Writes down how a claimed mail went. WAITING gives it back."""
    await connection.execute(
        "update mails set state = $2::text, why = $3, sent_at = case $2 when 'sent' then $4 else sent_at end,"
        " claimed_at = case $2 when 'waiting' then null else claimed_at end where id = $1 and state <> 'bounced'",
        mail_id,
        state.value,
        why,
        now,
    )


async def find_silence(connection: Connection, address: str, kind: MailKind | None) -> Silence | None:
    """Why this address gets no such mail; None: it does. kind: None for a code, which somebody asks for."""
    rows = await connection.fetch("select reason from silenced_addresses where address = $1", address.strip().lower())
    reasons = {Silence(row["reason"]) for row in rows}
    if Silence.BOUNCED in reasons:
        return Silence.BOUNCED
    return Silence.UNSUBSCRIBED if kind in INVITING and reasons else None


async def silence(
    connection: Connection, address: str, reason: Silence, *, merchant_id: UUID, now: datetime, code: str = ""
) -> None:
    """Nothing goes there any more; of UNSUBSCRIBED, no invitation and no reminder. Repeating it changes nothing."""
    added = await connection.fetchval(
        "insert into silenced_addresses (merchant_id, address, reason, code, since) values ($1, $2, $3, $4, $5)"
        " on conflict do nothing returning true",
        merchant_id,
        address.strip().lower(),
        reason.value,
        code,
        now,
    )
    if added:
        await _tell(connection, address, Event.ADDRESS_SILENCED, reason, merchant_id=merchant_id)


async def lift_silence(connection: Connection, address: str, reason: Silence, *, merchant_id: UUID) -> bool:
    """Mails go there again; False: they did."""
    lifted = await connection.fetchval(
        "delete from silenced_addresses where address = $1 and reason = $2 returning true",
        address.strip().lower(),
        reason.value,
    )
    if lifted:
        await _tell(connection, address, Event.ADDRESS_HEARD, reason, merchant_id=merchant_id)
    return lifted is True


async def read_silences(connection: Connection, address: str | None) -> frozenset[Silence]:
    """All that holds of this address."""
    rows = await connection.fetch("select reason from silenced_addresses where address = $1", address)
    return frozenset(Silence(row["reason"]) for row in rows)


LIST = """
select id, kind, candidate_id, interview_id, state, why, created_at, due_at, claimed_at, sent_at from mails
where merchant_id = current_setting('app.merchant_id')::uuid and environment = $1
    and id < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff') {whose}
order by id desc limit $3
"""
WHOSE = "and candidate_id = $4"


async def list_mails(
    connection: Connection,
    *,
    environment: str,
    candidate_id: UUID | None,
    after: UUID | None,
    limit: int,
    now: datetime,
) -> Sequence[PostedMail]:
    """The mails, the newest first. candidate_id: of one person; after: the last id of the page before."""
    statement = LIST.replace("{whose}", "" if candidate_id is None else WHOSE)
    rows = await connection.fetch(
        statement, environment, after, limit, *(() if candidate_id is None else (candidate_id,))
    )
    return [
        PostedMail(
            id=row["id"],
            kind=MailKind(row["kind"]),
            candidate_id=row["candidate_id"],
            interview_id=row["interview_id"],
            state=_state(row["state"], row["claimed_at"], now=now),
            why=row["why"],
            created_at=row["created_at"],
            due_at=row["due_at"],
            sent_at=row["sent_at"],
        )
        for row in rows
    ]


async def find_state(connection: Connection, kind: MailKind, subject_id: UUID, *, now: datetime) -> MailState | None:
    """How it stands with the mail of this kind about it; None: there is none."""
    row = await connection.fetchrow(
        "select state, claimed_at from mails where merchant_id = current_setting('app.merchant_id')::uuid"
        " and kind = $1 and subject_id = $2",
        kind.value,
        subject_id,
    )
    return None if row is None else _state(row["state"], row["claimed_at"], now=now)


def _state(kept: str, claimed_at: datetime | None, *, now: datetime) -> MailState:
    if kept == MailState.SENDING.value and claimed_at is not None and claimed_at < now - SENDING_FOR:
        return MailState.UNSURE
    return MailState(kept)


async def _tell(connection: Connection, address: str, event: Event, reason: Silence, *, merchant_id: UUID) -> None:
    """Of the person whose address it is; of nobody known, nothing is told."""
    candidate_id = await connection.fetchval("select id from candidates where email = $1", address.strip().lower())
    if candidate_id is not None:
        await record(
            connection,
            event,
            merchant_id=merchant_id,
            environment=None,
            subject_id=candidate_id,
            actor="mail",
            data={"reason": reason.value},
        )
