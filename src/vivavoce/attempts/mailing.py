"""Sending a candidate's mail that is due: whether it still makes sense, its words, and how it went."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from vivavoce.candidates.invite import invite_known
from vivavoce.candidates.letterhead import Letterhead, find_letterhead
from vivavoce.candidates.links import LINK_LIFE, Seat, sign_link
from vivavoce.candidates.mail_texts import find_text
from vivavoce.candidates.mails.own_text import MailWording
from vivavoce.candidates.mails.word import (
    MailOccasion,
    word_another_attempt,
    word_invitation,
    word_reminder,
    word_reply,
)
from vivavoce.candidates.post import (
    INVITING,
    MailKind,
    MailState,
    Silence,
    claim_waiting,
    find_silence,
    put_off,
    settle,
    silence,
)
from vivavoce.candidates.unsubscribe import PLACE, MailReader, sign_unsubscribe
from vivavoce.clock import now as read_now
from vivavoce.db.database import Connection, Database
from vivavoce.events.record import Event, record
from vivavoce.interviews.draft import Kind, Status
from vivavoce.interviews.read import Stored, find_interview
from vivavoce.merchants.keys import Keys
from vivavoce.merchants.register import SHOWN_NAME
from vivavoce.providers.mail.port import Mail, Mailer, MailFailed

log = logging.getLogger(__name__)

# A mail server that is down, or asks for patience, is given a day; then somebody has to look.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
CLOCKS_DIFFER = timedelta(minutes=1)  # the queue goes by the database's clock
WORDINGS = {
    MailKind.INVITATION: MailWording.INVITATION,
    MailKind.REMINDER: MailWording.REMINDER,
    MailKind.ANOTHER_ATTEMPT: MailWording.ANOTHER_ATTEMPT,
    MailKind.REPLY: MailWording.REPLY,
}
DUE = """
select mails.*, candidates.email, candidates.name, candidates.erasing_at, merchants.name as merchant
from mails join candidates on (candidates.merchant_id, candidates.id) = (mails.merchant_id, mails.candidate_id)
    join merchants on merchants.id = mails.merchant_id
where mails.merchant_id = $3 and mails.id = $1 and state = 'waiting' and due_at <= $2
for no key update of mails
""".replace("merchants.name", SHOWN_NAME)
MAILS_BESIDE = """
select exists (
        select from mails where candidate_id = $1 and interview_id = $2 and kind = 'reminder' and id > $3
    ) as is_superseded,
    exists (
        select from mails where kind = 'invitation' and subject_id = $4 and state in ('sent', 'sending')
    ) as was_invited
"""
HAS_BEGUN = """
select exists (
    select from attempts where merchant_id = $1 and candidate_id = $2 and interview_id = $3 and erasing_at is null
)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalLink:
    """What a mail leads to. until: when it ends."""

    url: str
    until: datetime


async def send_mail(
    database: Database, keys: Keys, mailer: Mailer | None, *, merchant_id: UUID, mail_id: UUID, now: datetime
) -> None:
    """Sends it, once, while it still makes sense. What the mail server does not take now is tried again for a day."""
    if mailer is None:
        log.warning("a mail waits, and no mail server is set: VIVAVOCE_MAIL_URL")
    letterhead = await find_letterhead(database, merchant_id)
    async with database.tenant(merchant_id) as connection:
        row = await connection.fetchrow(DUE, mail_id, now + CLOCKS_DIFFER, merchant_id)
        if row is None:
            return
        stored = await find_interview(connection, row["interview_id"], environment=None)
        why = "no_mail_server" if mailer is None else await _why_not(connection, row, stored, now=now)
        if why or mailer is None or stored is None:
            await settle(connection, mail_id, MailState.NOT_SENT, why=why, now=now)
            return
        mail = await _word(connection, keys, row, stored, letterhead, now=now)
        await claim_waiting(connection, mail_id, now=now)
        await record(
            connection,
            Event.CANDIDATE_MAILED,
            merchant_id=merchant_id,
            environment=row["environment"],
            subject_id=row["candidate_id"],
            actor="worker",
            data={"mail_id": str(mail_id), "kind": row["kind"], "interview_id": str(row["interview_id"])},
        )
    try:
        await hand_over(database, mailer, mail, merchant_id=merchant_id, mail_id=mail_id)
    except MailFailed as error:
        await _try_later(database, mail_id, error, tries=row["tries"], merchant_id=merchant_id, now=now)


async def hand_over(database: Database, mailer: Mailer, mail: Mail, *, merchant_id: UUID, mail_id: UUID) -> None:
    """Hands a claimed mail to the mail server, and writes down how that went.

    Raises MailFailed where trying again may help; the mail waits again then.
    """
    state, why, dead = MailState.SENT, "", ""
    try:
        # In a thread: a worker whose loop stands still counts as dead.
        await asyncio.to_thread(mailer.send, mail, key=str(mail_id))
    except MailFailed as error:
        if error.retryable:
            async with database.tenant(merchant_id) as connection:
                await settle(connection, mail_id, MailState.WAITING, now=read_now())
            raise
        log.warning("a mail could not be sent: %s", error.message)
        state, why, dead = MailState.NOT_SENT, error.refused_address or "refused", error.refused_address
    async with database.tenant(merchant_id) as connection:
        await settle(connection, mail_id, state, why=why, now=read_now())
        if dead:
            await silence(connection, mail.to, Silence.BOUNCED, merchant_id=merchant_id, now=read_now(), code=dead)


async def _try_later(
    database: Database, mail_id: UUID, error: MailFailed, *, tries: int, merchant_id: UUID, now: datetime
) -> None:
    async with database.tenant(merchant_id) as connection:
        if tries >= len(WAITS):
            log.warning("a mail was not taken for a day, and is given up: %s", error.message)
            await settle(connection, mail_id, MailState.NOT_SENT, why="not_taken", now=now)
            return
        due_at = now + WAITS[tries]
        await put_off(connection, mail_id, merchant_id=merchant_id, due_at=due_at)


async def _why_not(connection: Connection, row: asyncpg.Record, stored: Stored | None, *, now: datetime) -> str:
    """Why nobody is to get it any more; '': they are."""
    kind = MailKind(row["kind"])
    if row["erasing_at"] is not None or row["email"] is None:
        return "no_address"
    silenced = await find_silence(connection, row["email"], kind)
    if silenced is not None:
        return silenced.value
    if stored is None:
        return "closed"
    if kind not in INVITING:
        return ""
    closes_at = stored.draft.settings.closes_at
    is_open = stored.draft.status is Status.ACTIVE and (closes_at is None or closes_at > now)
    if kind is MailKind.ANOTHER_ATTEMPT:
        is_returned = await connection.fetchval(
            "select state = 'returned' from attempts where id = $1 and erasing_at is null", row["subject_id"]
        )
        return "" if is_open and is_returned else "closed" if not is_open else "begun"
    invitation = await connection.fetchrow(
        "select is_test, revoked_at, expires_at from invitations where id = $1", row["subject_id"]
    )
    if invitation is None or invitation["revoked_at"] is not None:
        return "revoked"
    if not (is_open or invitation["is_test"]) or invitation["expires_at"] <= now:
        return "closed"
    return "" if kind is MailKind.INVITATION else await _why_no_reminder(connection, row)


async def _why_no_reminder(connection: Connection, row: asyncpg.Record) -> str:
    if await connection.fetchval(HAS_BEGUN, row["merchant_id"], row["candidate_id"], row["interview_id"]):
        return "begun"
    mails = await connection.fetchrow(
        MAILS_BESIDE, row["candidate_id"], row["interview_id"], row["id"], row["subject_id"]
    )
    assert mails is not None
    return "superseded" if mails["is_superseded"] else "" if mails["was_invited"] else "not_invited"


async def _word(
    connection: Connection, keys: Keys, row: asyncpg.Record, stored: Stored, letterhead: Letterhead, *, now: datetime
) -> Mail:
    kind, draft = MailKind(row["kind"]), stored.draft
    own = await find_text(connection, WORDINGS[kind], draft.language)
    link = await _link(connection, keys, row, kind, now=now)
    occasion = MailOccasion(
        to=row["email"],
        name=row["name"],
        merchant=row["merchant"],
        position=draft.name,
        language=draft.language,
        contact=letterhead.contact,
        link="" if link is None else link.url,
        until=None if link is None else link.until,
        message=row["message"],
        unsubscribe_url=unsubscribe_address(keys, row, base=row["link_base"]) if kind in INVITING else "",
        colour=letterhead.colour,
        on_colour=letterhead.on_colour,
    )
    match kind:
        case MailKind.INVITATION:
            return word_invitation(occasion, is_practice=draft.kind is Kind.COACHING, own=own)
        case MailKind.REMINDER:
            return word_reminder(occasion, own=own)
        case MailKind.ANOTHER_ATTEMPT:
            return word_another_attempt(occasion, own=own)
        case _:
            question = await connection.fetchval("select text from tasks where id = $1", row["subject_id"])
            return word_reply(occasion, question=question or "", own=own)


async def _link(
    connection: Connection, keys: Keys, row: asyncpg.Record, kind: MailKind, *, now: datetime
) -> PersonalLink | None:
    """The link that the invitation stands for; of another attempt, a new one. None: there is none in such a mail."""
    if kind is MailKind.ANOTHER_ATTEMPT:
        return await make_link(connection, keys, row, base=row["link_base"], now=now)
    if kind not in INVITING:
        return None
    invitation = await connection.fetchrow(
        "select is_test, created_at, expires_at from invitations where id = $1", row["subject_id"]
    )
    assert invitation is not None
    seat = Seat(
        merchant_id=row["merchant_id"],
        interview_id=row["interview_id"],
        candidate_id=row["candidate_id"],
        is_test=invitation["is_test"],
        issued_at=invitation["created_at"],
    )
    token = sign_link(keys, seat, expires_at=invitation["expires_at"])
    return _address(row, token, base=row["link_base"], query=row["link_query"], until=invitation["expires_at"])


async def make_link(
    connection: Connection, keys: Keys, row: asyncpg.Record, *, base: str, now: datetime
) -> PersonalLink:
    """A new personal link of this person to this interview: the old one may have expired."""
    seat = Seat(
        merchant_id=row["merchant_id"],
        interview_id=row["interview_id"],
        candidate_id=row["candidate_id"],
        is_test=False,
    )
    token = await invite_known(connection, keys, seat, environment=row["environment"], actor="worker", now=now)
    return _address(row, token, base=base, query="", until=now + LINK_LIFE)


def unsubscribe_address(keys: Keys, row: asyncpg.Record, *, base: str) -> str:
    """Where this person turns such mails off."""
    reader = MailReader(merchant_id=row["merchant_id"], candidate_id=row["candidate_id"])
    return f"{base}{PLACE}{sign_unsubscribe(keys, reader)}"


def _address(row: asyncpg.Record, token: str, *, base: str, query: str, until: datetime) -> PersonalLink:
    url = f"{base}/interview/take/{row['interview_id']}/?interview_token={token}{query}"
    return PersonalLink(url=url, until=until)
