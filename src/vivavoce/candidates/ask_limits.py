"""How often codes may be asked for, so that nobody is bombed with mails and nobody is locked out by somebody else.

What one client asks for counts at every merchant; what is asked for one mailbox counts at one merchant alone, and there
a client's own asks come to their end long before the mailbox does. Everything counts alike whether the address is known
or not, so a refusal tells nothing about anybody.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.errors import Refused
from vivavoce.merchants.keys import Keys

WINDOW = timedelta(hours=1)
MOST_BY_ONE_CLIENT = 5  # for one mailbox at one merchant
MOST_FOR_ONE_MAILBOX = 15  # at one merchant, by everybody: three clients at their own limit
NETWORK_BITS = 64  # of an IPv6 address: what one household or one machine is given (RFC 6177), so it is one client
# Of these alone it is documented that a dot in the name changes nothing: support.google.com/mail/answer/7436150.
WITHOUT_DOTS = frozenset({"gmail.com", "googlemail.com"})

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
    """One asking: where, for which mailbox, and by whom. client: as `to_client` tells it."""

    merchant_id: UUID
    interview_id: UUID | None
    mailbox: str
    client: bytes


class TooManyCodeRequests(Refused):
    """Too many codes were asked for in the last hour. Use the newest one, or try again later."""

    status = 429
    retry_after = int(WINDOW.total_seconds())  # at the latest: the window moves with each ask


class TooManyCodes(TooManyCodeRequests):
    """Five codes were asked for in the last hour. The last one still works for its ten minutes."""


def to_mailbox(address: str) -> str:
    """Where mail to this address arrives, for counting alone: `a.n+x@googlemail.com` is `an@gmail.com`.

    address: as `checked_email` gives it.
    """
    name, _, domain = address.rpartition("@")
    bare = name.partition("+")[0] or name
    if domain in WITHOUT_DOTS:
        return f"{bare.replace('.', '') or bare}@gmail.com"
    return f"{bare}@{domain}"


def to_client(keys: Keys, host: str | None) -> bytes:
    """Who asks, as 32 bytes that tell nobody the address. host: as the server was told it; None: it was not."""
    return hmac.digest(keys.cookie, f"client {_network(host or '')}".encode(), "sha256")


def may_be_proxy(host: str | None) -> bool:
    """Whether this address is of our own network, so that everybody behind it may be counted as one client."""
    try:
        return ip_address((host or "").partition("%")[0]).is_private
    except ValueError:
        return False


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


def _network(host: str) -> str:
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(int(address) >> (address.max_prefixlen - NETWORK_BITS))
