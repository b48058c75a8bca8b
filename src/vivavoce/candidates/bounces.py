"""Mails that came back: the mail says so, and an address that nobody reads is left alone."""

from datetime import datetime
from uuid import UUID

from vivavoce.candidates.post import MailState, Silence, silence
from vivavoce.db.database import Connection
from vivavoce.db.ids import to_id
from vivavoce.events.record import Event, record
from vivavoce.providers.mail.bounce import Bounce

TAKE = """
update mails set state = 'bounced', why = $3
from candidates
where mails.id = $1 and environment = $2 and (candidates.merchant_id, candidates.id) = (mails.merchant_id, candidate_id)
    and mails.state in ('sent', 'sending', 'bounced')
returning mails.candidate_id, mails.kind, candidates.email,
    (select state from mails as before where before.merchant_id = mails.merchant_id and before.id = mails.id) as was
"""


async def take_bounce(
    connection: Connection, bounce: Bounce, *, merchant_id: UUID, environment: str, now: datetime
) -> bool | None:
    """Whether its address gets no mail from now on; None: it returns no mail that this merchant had sent.

    Whoever can name a mail's id has seen the mail: a report that somebody makes up silences nobody else.
    """
    mail_id = to_id(bounce.key)
    row = None if mail_id is None else await connection.fetchrow(TAKE, mail_id, environment, bounce.status)
    if row is None:
        return None
    if row["was"] != MailState.BOUNCED.value:
        await record(
            connection,
            Event.MAIL_BOUNCED,
            merchant_id=merchant_id,
            environment=environment,
            subject_id=row["candidate_id"],
            actor="mail",
            data={"mail_id": bounce.key, "kind": row["kind"]},
        )
    if not bounce.is_for_good or row["email"] is None:
        return False
    await silence(connection, row["email"], Silence.BOUNCED, merchant_id=merchant_id, now=now, code=bounce.status)
    return True
