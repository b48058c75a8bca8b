"""Mails that tell candidates what a person decided, once it can't be undone any more.

They go where an address is known that the merchant gave or a code has proven, as receipts do. One is claimed before it
is sent: whoever is killed in between leaves the person without one, and nobody with two.
"""

from datetime import datetime
from uuid import UUID

from vivavoce.attempts.decisions import DecisionKind, find_decision
from vivavoce.attempts.mail_once import mail_once
from vivavoce.attempts.record import record_attempt
from vivavoce.candidates.mails.word import word_decision
from vivavoce.db.database import Connection, Database
from vivavoce.events.record import Event
from vivavoce.interviews.versions import read_version
from vivavoce.providers.mail.port import Mail, Mailer

CLAIM = """
select attempts.id as attempt_id, interview_id, revision, candidates.email, merchants.name as merchant
from decisions join attempts on attempts.id = attempt_id
    join candidates on candidates.id = candidate_id join merchants on merchants.id = attempts.merchant_id
where decisions.id = $1 and undone_at is null and is_mailed and mailed_at is null
    and attempts.erasing_at is null and candidates.erasing_at is null and email is not null
for no key update of decisions
"""
GIVE_BACK = "update decisions set mailed_at = null where id = $1"


async def mail_decision(
    database: Database, mailer: Mailer | None, *, merchant_id: UUID, decision_id: UUID, now: datetime
) -> None:
    """Mails it, once, and only while it is the decision that counts. Raises MailFailed where trying again may help."""

    async def claim(connection: Connection, contact: str) -> Mail | None:
        return await _claim(connection, decision_id, now, contact=contact)

    await mail_once(database, mailer, claim, GIVE_BACK, merchant_id=merchant_id, subject_id=decision_id)


async def _claim(connection: Connection, decision_id: UUID, now: datetime, *, contact: str) -> Mail | None:
    row = await connection.fetchrow(CLAIM, decision_id)
    if row is None:
        return None
    decision = await find_decision(connection, row["attempt_id"])
    if decision is None or decision.id != decision_id or decision.may_be_undone(now=now):
        return None  # another one took its place, or somebody may still undo it
    await connection.execute("update decisions set mailed_at = $2 where id = $1", decision_id, now)
    await record_attempt(
        connection,
        Event.DECISION_MAILED,
        attempt_id=row["attempt_id"],
        actor="worker",
        data={"decision_id": str(decision_id)},
    )
    definition = await read_version(connection, row["interview_id"], row["revision"])
    return word_decision(
        to=row["email"],
        merchant=row["merchant"],
        position=definition.name,
        is_selected=decision.kind is DecisionKind.SELECTED,
        is_asked_again=decision.kind is DecisionKind.ANOTHER_ATTEMPT,
        person=decision.person,
        feedback=decision.feedback,
        contact=contact,
        language=definition.language,
    )
