"""A mail about an attempt, sent once: it is claimed first, so whoever is killed in between leaves nobody with two."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from uuid import UUID

from vivavoce.db.database import Connection, Database
from vivavoce.merchants.reach import find_reach
from vivavoce.providers.mail.port import Mail, Mailer, MailFailed

log = logging.getLogger(__name__)

# With the address that candidates write to: the mail, for whoever is the first to want it; None: nobody is to get it.
ClaimMail = Callable[[Connection, str], Awaitable[Mail | None]]


async def mail_once(
    database: Database, mailer: Mailer | None, claim: ClaimMail, give_back: str, *, merchant_id: UUID, subject_id: UUID
) -> None:
    """Claims the mail and sends it. Raises MailFailed where trying again may help.

    give_back: the SQL that undoes the claim then, with subject_id as $1.
    """
    if mailer is None:
        return
    reach = await find_reach(database, merchant_id)
    async with database.tenant(merchant_id) as connection:
        mail = await claim(connection, reach.email)
    if mail is None:
        return
    try:
        # In a thread: a worker whose loop stands still counts as dead.
        await asyncio.to_thread(mailer.send, mail, key=str(subject_id))
    except MailFailed as error:
        if error.retryable:
            async with database.tenant(merchant_id) as connection:
                await connection.execute(give_back, subject_id)
            raise
        log.warning("a mail could not be sent: %s", error.message)
