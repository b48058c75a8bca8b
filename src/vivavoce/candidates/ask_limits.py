"""How often codes may be asked for, so that nobody is bombed with mails and nobody is locked out by somebody else.

What one client asks for counts at every merchant; what is asked for one mailbox counts at one merchant alone, and there
a client's own asks come to their end long before the mailbox does. Everything counts alike whether the address is known
or not, so a refusal tells nothing about anybody.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.merchants.mailed_codes import (
    MOST_BY_ONE_CLIENT,
    MOST_FOR_ONE_MAILBOX,
    WINDOW,
    TooManyCodeRequests,
    TooManyCodes,
)

COUNT_AT_MERCHANT = """
select count(*) filter (where mailbox = $3 and client = $4) as by_this_client,
    count(*) filter (where mailbox = $3) as for_mailbox,
    count(*) filter (where interview_id = $5) as at_interview,
    count(*) as at_merchant
from sign_ins where merchant_id = $1 and asked_at > $2
"""
COUNT_BY_CLIENT = "select count(*) from sign_ins where client = $1 and asked_at > $2"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLimits:
    """Codes that may be asked for within an hour."""

    by_client: int = 20  # at all merchants together
    at_interview: int = 200
    at_merchant: int = 1_000


LIMITS = CodeLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRequest:
    """One asking: where, for which mailbox, and by whom. client: as `mailed_codes.to_client` tells it."""

    merchant_id: UUID
    interview_id: UUID | None
    mailbox: str
    client: bytes


async def require_few(connection: Connection, ask: CodeRequest, *, limits: CodeLimits, now: datetime) -> None:
    """Nobody else asks by this client or at this merchant until the transaction ends. Raises TooManyCodeRequests."""
    # Whoever is over the limit waits for nobody: a flood must not hold connections.
    await _require_few(connection, ask, limits=limits, now=now)
    for turn in (f"sign in by {ask.client.hex()}", f"sign in at {ask.merchant_id}"):
        await connection.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", turn)
    await _require_few(connection, ask, limits=limits, now=now)


async def _require_few(connection: Connection, ask: CodeRequest, *, limits: CodeLimits, now: datetime) -> None:
    since = now - WINDOW
    row = await connection.fetchrow(
        COUNT_AT_MERCHANT, ask.merchant_id, since, ask.mailbox, ask.client, ask.interview_id
    )
    assert row is not None
    if row["by_this_client"] >= MOST_BY_ONE_CLIENT:
        raise TooManyCodes
    by_client = await _count_by_client(connection, ask.client, since)
    if (
        row["for_mailbox"] >= MOST_FOR_ONE_MAILBOX
        or by_client >= limits.by_client
        or row["at_interview"] >= limits.at_interview
        or row["at_merchant"] >= limits.at_merchant
    ):
        raise TooManyCodeRequests


async def _count_by_client(connection: Connection, client: bytes, since: datetime) -> int:
    """At every merchant: whoever counts says whose."""
    await connection.execute("select set_config('app.client', $1, true)", client.hex())
    count: int = await connection.fetchval(COUNT_BY_CLIENT, client, since)
    await connection.execute("select set_config('app.client', '', true)")
    return count
