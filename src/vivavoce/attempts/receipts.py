"""Receipts: a mail that says that an interview has arrived, what happens next, and whom to ask.

It goes where an address is known that the merchant gave or a code has proven, never to one that was only typed. A
receipt is claimed before it is sent: whoever is killed in between leaves the person without one, and nobody with two.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from vivavoce.attempts.mail_once import ClaimedMail, mail_once
from vivavoce.attempts.record import record_attempt
from vivavoce.attempts.yields import YIELDS
from vivavoce.candidates.letterhead import Letterhead
from vivavoce.candidates.mail_texts import find_text
from vivavoce.candidates.mails.own_text import MailWording
from vivavoce.candidates.mails.word import MailOccasion, word_receipt
from vivavoce.candidates.post import Letter, MailKind, find_silence
from vivavoce.db.database import Connection, Database
from vivavoce.events.record import Event
from vivavoce.interviews.versions import read_version
from vivavoce.interviews.what_follows import tell_next_steps
from vivavoce.merchants.next_steps import NextSteps, read_next_steps
from vivavoce.merchants.register import SHOWN_NAME
from vivavoce.providers.mail.port import Mailer

FIND = """
select attempts.merchant_id, attempts.interview_id, revision, submitted_at, environment, candidate_id,
    candidates.email, candidates.name, merchants.name as merchant
from attempts join candidates on candidates.id = candidate_id join merchants on merchants.id = attempts.merchant_id
where attempts.id = $1 and submitted_at is not null and attempts.erasing_at is null and candidates.erasing_at is null
""".replace("merchants.name", SHOWN_NAME)
GIVE_BACK = "update attempts set receipt_at = null where id = $1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Where a receipt goes, or went. by: the day by which the person hears; None: none was promised."""

    to: str
    next_steps: NextSteps
    by: datetime | None


async def find_receipt(connection: Connection, attempt_id: UUID) -> Receipt | None:
    """The receipt of an attempt that was sent; None where none is mailed."""
    row = await connection.fetchrow(FIND + " and email is not null", attempt_id)
    return None if row is None else await _to_receipt(connection, row)


async def mail_receipt(
    database: Database, mailer: Mailer | None, *, merchant_id: UUID, attempt_id: UUID, now: datetime
) -> None:
    """Mails the receipt, once. Raises MailFailed where trying again may help."""

    async def claim(connection: Connection, letterhead: Letterhead) -> ClaimedMail | None:
        return await _claim(connection, attempt_id, letterhead, now=now)

    await mail_once(database, mailer, claim, GIVE_BACK, merchant_id=merchant_id, subject_id=attempt_id)


async def _claim(
    connection: Connection, attempt_id: UUID, letterhead: Letterhead, *, now: datetime
) -> ClaimedMail | None:
    """The mail, for whoever is the first to want it."""
    row = await connection.fetchrow(
        FIND + " and email is not null and receipt_at is null for no key update of attempts", attempt_id
    )
    if row is None:
        return None
    definition = await read_version(connection, row["interview_id"], row["revision"])
    if not YIELDS[definition.kind].has_recruiter_view:
        return None  # practice is sent to nobody
    if await find_silence(connection, row["email"], MailKind.RECEIPT) is not None:
        return None
    await connection.execute("update attempts set receipt_at = $2 where id = $1", attempt_id, now)
    await record_attempt(connection, Event.RECEIPT_MAILED, attempt_id=attempt_id, actor="worker")
    receipt = await _to_receipt(connection, row)
    occasion = MailOccasion(
        to=receipt.to,
        name=row["name"],
        merchant=row["merchant"],
        position=definition.name,
        contact=letterhead.contact,
        language=definition.language,
    )
    mail = word_receipt(
        occasion,
        sent_at=row["submitted_at"],
        next_steps=tell_next_steps(definition, own=receipt.next_steps.text),
        by=receipt.by,
        own=await find_text(connection, MailWording.RECEIPT, definition.language),
    )
    letter = Letter(
        kind=MailKind.RECEIPT,
        environment=row["environment"],
        candidate_id=row["candidate_id"],
        interview_id=row["interview_id"],
        subject_id=attempt_id,
    )
    return ClaimedMail(letter=letter, mail=mail)


async def _to_receipt(connection: Connection, row: Any) -> Receipt:
    steps = await read_next_steps(connection, row["merchant_id"])
    by = None if steps.days is None else row["submitted_at"] + timedelta(days=steps.days)
    return Receipt(to=row["email"], next_steps=steps, by=by)
