"""How many invitations may be mailed: to one person, at an interview, at a merchant, and by whoever asks for them.

A stolen token must not send a merchant's name around the world. Whoever is over a limit still gets links.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from vivavoce.candidates.post import Letter, MailKind
from vivavoce.db.database import Connection
from vivavoce.errors import Refused

WINDOW = timedelta(hours=1)
PERSONS_WINDOW = timedelta(days=1)
MOST_FOR_ONE_PERSON = 5  # at one merchant in a day

COUNT = """
select count(*) filter (where client = $4) as by_client, count(*) filter (where interview_id = $5) as at_interview,
    count(*) as at_merchant,
    (select count(*) from mails where merchant_id = $1 and candidate_id = $6 and kind = $7 and created_at > $3)
        as for_person
from mails where merchant_id = $1 and kind = $7 and created_at > $2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLimits:
    """Invitations that may be mailed within an hour, at one merchant. by_client: wanted by one account."""

    by_client: int = 2_000
    at_interview: int = 2_000
    at_merchant: int = 5_000


MAIL_LIMITS = MailLimits()


class TooManyMails(Refused):
    """Too many invitations were mailed in the last hour. Try again later, or leave out `send_email`."""

    status = 429
    retry_after = int(WINDOW.total_seconds())


class TooManyForPerson(TooManyMails):
    """This person was mailed five invitations within a day. Try again tomorrow, or leave out `send_email`."""

    retry_after = int(PERSONS_WINDOW.total_seconds())


async def require_few_mails(
    connection: Connection, letter: Letter, *, merchant_id: UUID, limits: MailLimits, now: datetime
) -> None:
    """Nobody else has invitations mailed at this merchant until the transaction ends. Raises TooManyMails."""
    await connection.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"invitations at {merchant_id}")
    row = await connection.fetchrow(
        COUNT,
        merchant_id,
        now - WINDOW,
        now - PERSONS_WINDOW,
        letter.client,
        letter.interview_id,
        letter.candidate_id,
        MailKind.INVITATION.value,
    )
    assert row is not None
    if row["for_person"] >= MOST_FOR_ONE_PERSON:
        raise TooManyForPerson
    if (
        row["by_client"] >= limits.by_client
        or row["at_interview"] >= limits.at_interview
        or row["at_merchant"] >= limits.at_merchant
    ):
        raise TooManyMails
