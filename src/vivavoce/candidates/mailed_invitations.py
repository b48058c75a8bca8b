"""Invitations that are mailed, and the one reminder, two days later, for whoever has not begun."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from vivavoce.candidates.links import Seat
from vivavoce.candidates.mail_limits import MAIL_LIMITS, MailLimits, require_few_mails
from vivavoce.candidates.post import Letter, MailKind, MailState, Silence, find_silence, find_state, post
from vivavoce.db.database import Connection
from vivavoce.errors import Invalid

REMIND_AFTER = timedelta(hours=48)
LONGEST_MESSAGE = 2_000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """How an invitation is mailed. link_base: our own address; link_query: what its link ends with, as `&view_hm=true`.

    message: a person's own words in it. client: who wants it mailed.
    """

    link_base: str
    client: str
    link_query: str = ""
    message: str = ""
    limits: MailLimits = MAIL_LIMITS


async def post_invitation(
    connection: Connection,
    mailing: Mailing,
    seat: Seat,
    *,
    invitation_id: UUID,
    environment: str,
    email: str | None,
    now: datetime,
    posted: MailState | None = None,
) -> MailState | Silence:
    """Has the link mailed, and, but for a trial, the reminder; or why it is not. Raises Invalid and TooManyMails.

    posted: how it stands with the mail of this invitation, where it was posted before; it is not posted again then.
    """
    if email is None:
        raise Invalid("Expected `email`: the link is mailed there.", name="email")
    message = mailing.message.replace("\0", "").replace("\r\n", "\n").strip()
    if len(message) > LONGEST_MESSAGE:
        raise Invalid(f"Expected at most {LONGEST_MESSAGE:,} characters.", name="message_from_recruiter")
    silence = await find_silence(connection, email, MailKind.INVITATION)
    if silence is not None:
        return silence
    if posted is not None:
        return posted
    letter = Letter(
        kind=MailKind.INVITATION,
        environment=environment,
        candidate_id=seat.candidate_id,
        interview_id=seat.interview_id,
        subject_id=invitation_id,
        message=message,
        link_base=mailing.link_base,
        link_query=mailing.link_query,
        client=mailing.client,
    )
    await require_few_mails(connection, letter, merchant_id=seat.merchant_id, limits=mailing.limits, now=now)
    await post(connection, letter, merchant_id=seat.merchant_id, now=now)
    if not seat.is_test:
        reminder = Letter(
            kind=MailKind.REMINDER,
            environment=environment,
            candidate_id=seat.candidate_id,
            interview_id=seat.interview_id,
            subject_id=invitation_id,
            link_base=mailing.link_base,
            link_query=mailing.link_query,
        )
        await post(connection, reminder, merchant_id=seat.merchant_id, now=now, due_at=now + REMIND_AFTER)
    return MailState.WAITING


async def find_posted(connection: Connection, invitation_id: UUID, *, now: datetime) -> MailState | None:
    """How it stands with the mail of an invitation: WAITING while it goes out; None: none was posted."""
    state = await find_state(connection, MailKind.INVITATION, invitation_id, now=now)
    return MailState.WAITING if state is MailState.SENDING else state
