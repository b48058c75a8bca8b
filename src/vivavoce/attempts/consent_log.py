"""The log of what candidates agreed to: written down by purpose, and asked by purpose.

A line stays for good. Whoever changes their mind gets one more, and the latest one counts.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from vivavoce.attempts.consent import TEXT_VERSION, Consent, Purpose
from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id

LATEST = """
select distinct on (purpose) purpose, is_given from consents where attempt_id = $1
order by purpose, given_at desc, id desc
"""
ADD = """
insert into consents (merchant_id, id, attempt_id, purpose, text_version, language, is_given, given_at)
values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing
"""


async def log_consents(
    connection: Connection, consents: Sequence[Consent], *, merchant_id: UUID, attempt_id: UUID, now: datetime
) -> None:
    """Writes down what somebody said, with the version of the words that they read; what was said before, no more."""
    before = {row["purpose"]: row["is_given"] for row in await connection.fetch(LATEST, attempt_id)}
    lines = [
        (
            merchant_id,
            new_id(),
            attempt_id,
            consent.purpose.value,
            TEXT_VERSION,
            consent.language,
            consent.is_given,
            now,
        )
        for consent in consents
        if before.get(consent.purpose.value) is not consent.is_given
    ]
    await connection.executemany(ADD, lines)


async def has_agreed(connection: Connection, purpose: Purpose, attempt_id: UUID) -> bool:
    """Whether the person of this attempt agreed to this, or was told of it."""
    is_given: bool | None = await connection.fetchval(
        "select is_given from consents where attempt_id = $1 and purpose = $2 order by given_at desc, id desc limit 1",
        attempt_id,
        purpose.value,
    )
    return bool(is_given)
