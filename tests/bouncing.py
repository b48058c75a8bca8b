"""Delivery reports as mail servers send them (RFC 3464), and a mail that one can return."""

from uuid import UUID

from vivavoce.candidates.links import Seat
from vivavoce.candidates.post import Letter, MailKind, MailState, post, settle
from vivavoce.clock import now
from vivavoce.db.database import Database
from vivavoce.merchants.tokens import DEFAULT_ENVIRONMENT

REPORT = """\
From: MAILER-DAEMON@mail.example
To: jobs@acme.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example
Arrival-Date: Wed, 25 Nov 2026 09:00:00 +0000

Final-Recipient: rfc822; sam@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} User unknown

--b
Content-Type: {returned}

{headers}
--b--
"""
HEADERS = "From: jobs@acme.example\nTo: sam@example.com\nMessage-ID: <{key}@acme.example>\nSubject: An interview\n"


def returned(key: str, *, status: str = "5.1.1", action: str = "failed", whole: bool = False) -> str:
    """The report that returns the mail of this key. whole: with the mail, not its headers alone."""
    headers = HEADERS.format(key=key) + ("\nHello Sam,\n" if whole else "")
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    return REPORT.format(action=action, status=status, returned=kind, headers=headers)


async def a_sent_mail(database: Database, seat: Seat, *, environment: str = DEFAULT_ENVIRONMENT) -> UUID:
    """A mail to this person that the mail server has taken."""
    letter = Letter(
        kind=MailKind.INVITATION,
        environment=environment,
        candidate_id=seat.candidate_id,
        interview_id=seat.interview_id,
        subject_id=seat.candidate_id,
    )
    async with database.tenant(seat.merchant_id) as connection:
        mail_id = await post(connection, letter, merchant_id=seat.merchant_id, now=now())
        await settle(connection, mail_id, MailState.SENT, now=now())
    return mail_id
