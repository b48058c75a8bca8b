"""The mail that says that an endpoint was switched off: to whoever sees to the receiver."""

import asyncio
import logging
from html import escape
from uuid import UUID

from vivavoce.db.database import Database
from vivavoce.providers.mail.port import Mail, Mailer, MailFailed

log = logging.getLogger(__name__)

WHY = {
    "failing": "Nothing that we sent there was taken for five days.",
    "gone": "It answered 410: there is nothing there any more.",
}


async def mail_switched_off(database: Database, mailer: Mailer | None, *, merchant_id: UUID, endpoint_id: UUID) -> None:
    """Mails the notice where an address for it is known. Raises MailFailed where trying again may help."""
    async with database.tenant(merchant_id) as connection:
        row = await connection.fetchrow(
            "select url, environment, notice_email, off_since, off_reason from webhook_endpoints where id = $1",
            endpoint_id,
        )
    if row is None or row["off_reason"] not in WHY:
        return  # it is on again
    log.warning("webhooks to endpoint %s are off: %s", endpoint_id, row["off_reason"])
    if mailer is None or row["notice_email"] is None:
        return
    mail = word_switched_off(to=row["notice_email"], url=row["url"], reason=row["off_reason"])
    try:
        # In a thread: a worker whose loop stands still counts as dead.
        await asyncio.to_thread(mailer.send, mail, key=f"{endpoint_id}-{row['off_since']:%Y%m%d%H%M%S}")
    except MailFailed as error:
        if error.retryable:
            raise
        log.warning("a notice could not be mailed: %s", error.message)


def word_switched_off(*, to: str, url: str, reason: str) -> Mail:
    """The mail, in English: it is for whoever runs the receiver."""
    lines = (
        f"We’ve stopped sending webhooks to {url}.",
        WHY[reason],
        "Once the receiver works, switch the endpoint on again (merchant-webhook-set with is_on: true, or vivavoce"
        " webhook on), then replay what it missed (merchant-webhook-replay, or vivavoce webhook replay). Results from"
        " before the last 30 days can be read with job-interview-details.",
    )
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return Mail(
        to=to,
        subject="Your webhooks are switched off",
        text="\n\n".join(lines) + "\n",
        html=f'<!doctype html><html lang="en"><body>{paragraphs}</body></html>',
        language="en",
    )
