"""Mails that tell candidates what a person decided, once it can't be undone any more.

They go where an address is known that the merchant gave or a code has proven, as receipts do. One is claimed before it
is sent: whoever is killed in between leaves the person without one, and nobody with two.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import asyncpg

from vivavoce.attempts.decisions import DecisionKind, ResultDecision, find_decision
from vivavoce.attempts.mail_once import ClaimedMail, mail_once
from vivavoce.attempts.mailing import PersonalLink, make_link, unsubscribe_address
from vivavoce.attempts.record import record_attempt
from vivavoce.candidates.letterhead import Letterhead
from vivavoce.candidates.mail_texts import find_text
from vivavoce.candidates.mails.own_text import MailWording
from vivavoce.candidates.mails.word import MailOccasion, word_another_attempt, word_decision
from vivavoce.candidates.post import Letter, MailKind, find_silence
from vivavoce.db.database import Connection, Database
from vivavoce.events.record import Event
from vivavoce.interviews.versions import read_version
from vivavoce.merchants.keys import Keys
from vivavoce.merchants.register import SHOWN_NAME
from vivavoce.providers.mail.port import Mailer

CLAIM = """
select attempts.id as attempt_id, attempts.merchant_id, interview_id, revision, environment, candidate_id,
    candidates.email, candidates.name, merchants.name as merchant
from decisions join attempts on attempts.id = attempt_id
    join candidates on candidates.id = candidate_id join merchants on merchants.id = attempts.merchant_id
where decisions.id = $1 and undone_at is null and is_mailed and mailed_at is null
    and attempts.erasing_at is null and candidates.erasing_at is null and email is not null
for no key update of decisions
""".replace("merchants.name", SHOWN_NAME)
GIVE_BACK = "update decisions set mailed_at = null where id = $1"
WORDINGS = {
    DecisionKind.SELECTED: MailWording.SELECTED,
    DecisionKind.REJECTED: MailWording.NOT_SELECTED,
    DecisionKind.ANOTHER_ATTEMPT: MailWording.ANOTHER_ATTEMPT,
}


async def mail_decision(
    database: Database,
    keys: Keys,
    mailer: Mailer | None,
    *,
    merchant_id: UUID,
    decision_id: UUID,
    now: datetime,
    public_url: str | None = None,
) -> None:
    """Mails it, once, and only while it is the decision that counts. Raises MailFailed where trying again may help.

    public_url: what the link to another attempt begins with; None: nobody knows, and the mail has no link.
    """

    async def claim(connection: Connection, letterhead: Letterhead) -> ClaimedMail | None:
        row = await connection.fetchrow(CLAIM, decision_id)
        if row is None:
            return None
        decision = await find_decision(connection, row["attempt_id"])
        if decision is None or decision.id != decision_id or decision.may_be_undone(now=now):
            return None  # another one took its place, or somebody may still undo it
        kind = MailKind.ANOTHER_ATTEMPT if decision.kind is DecisionKind.ANOTHER_ATTEMPT else MailKind.DECISION
        if await find_silence(connection, row["email"], kind) is not None:
            return None
        await connection.execute("update decisions set mailed_at = $2 where id = $1", decision_id, now)
        await record_attempt(
            connection,
            Event.DECISION_MAILED,
            attempt_id=row["attempt_id"],
            actor="worker",
            data={"decision_id": str(decision_id)},
        )
        is_linked = kind is MailKind.ANOTHER_ATTEMPT and public_url is not None
        link = await make_link(connection, keys, row, base=public_url or "", now=now) if is_linked else None
        return await _claimed(connection, keys, row, decision, kind, letterhead, link, base=public_url or "")

    await mail_once(database, mailer, claim, GIVE_BACK, merchant_id=merchant_id, subject_id=decision_id)


async def _claimed(
    connection: Connection,
    keys: Keys,
    row: asyncpg.Record,
    decision: ResultDecision,
    kind: MailKind,
    letterhead: Letterhead,
    link: PersonalLink | None,
    *,
    base: str,
) -> ClaimedMail:
    definition = await read_version(connection, row["interview_id"], row["revision"])
    own = await find_text(connection, WORDINGS[decision.kind], definition.language)
    occasion = MailOccasion(
        to=row["email"],
        name=row["name"],
        merchant=row["merchant"],
        position=definition.name,
        contact=letterhead.contact,
        language=definition.language,
        message=decision.feedback,
        colour=letterhead.colour,
        on_colour=letterhead.on_colour,
    )
    if kind is MailKind.ANOTHER_ATTEMPT:
        if link is not None:
            url = unsubscribe_address(keys, row, base=base)
            occasion = replace(occasion, link=link.url, until=link.until, unsubscribe_url=url)
        mail = word_another_attempt(occasion, person=decision.person, own=own)
    else:
        is_selected = decision.kind is DecisionKind.SELECTED
        mail = word_decision(occasion, is_selected=is_selected, person=decision.person, own=own)
    letter = Letter(
        kind=kind,
        environment=row["environment"],
        candidate_id=row["candidate_id"],
        interview_id=row["interview_id"],
        subject_id=decision.id,
    )
    return ClaimedMail(letter=letter, mail=mail)
