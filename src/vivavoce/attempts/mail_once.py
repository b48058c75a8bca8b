"""A mail about an attempt, sent once: it is claimed first, so whoever is killed in between leaves nobody with two."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from vivavoce.attempts.mailing import hand_over
from vivavoce.candidates.letterhead import Letterhead, find_letterhead
from vivavoce.candidates.post import Letter, claim_beside
from vivavoce.clock import now
from vivavoce.db.database import Connection, Database
from vivavoce.providers.mail.port import Mail, Mailer, MailFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedMail:
    """A mail that is to be sent now, and what it is kept as."""

    letter: Letter
    mail: Mail


# For whoever is the first to want it; None: nobody is to get it.
ClaimMail = Callable[[Connection, Letterhead], Awaitable[ClaimedMail | None]]


async def mail_once(
    database: Database, mailer: Mailer | None, claim: ClaimMail, give_back: str, *, merchant_id: UUID, subject_id: UUID
) -> None:
    """Claims the mail and sends it. Raises MailFailed where trying again may help.

    give_back: the SQL that undoes the claim then, with subject_id as $1.
    """
    if mailer is None:
        return
    letterhead = await find_letterhead(database, merchant_id)
    async with database.tenant(merchant_id) as connection:
        claimed = await claim(connection, letterhead)
        if claimed is None:
            return
        mail_id = await claim_beside(connection, claimed.letter, merchant_id=merchant_id, now=now())
    if mail_id is None:
        return
    try:
        await hand_over(database, mailer, claimed.mail, merchant_id=merchant_id, mail_id=mail_id)
    except MailFailed:
        async with database.tenant(merchant_id) as connection:
            await connection.execute(give_back, subject_id)
        raise
