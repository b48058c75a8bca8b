"""Codes that are mailed to whoever signs in, a candidate or a member of the team: what they are, and who asks for them.

How often one may be asked for is counted where they are kept (candidates/ask_limits.py, people/sign_in.py).
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from uuid import UUID

from vivavoce.errors import Invalid, Refused
from vivavoce.merchants.keys import Keys

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
MOST_TRIES = 5
KEPT_FOR = timedelta(days=1)
WINDOW = timedelta(hours=1)
MOST_BY_ONE_CLIENT = 5  # for one mailbox at one merchant
MOST_FOR_ONE_MAILBOX = 15  # at one merchant, by everybody: three clients at their own limit
NETWORK_BITS = 64  # of an IPv6 address: what one household or one machine is given (RFC 6177), so it is one client
# Of these alone it is documented that a dot in the name changes nothing: support.google.com/mail/answer/7436150.
WITHOUT_DOTS = frozenset({"gmail.com", "googlemail.com"})


# As much as can be said without writing to it: something, one @, a domain with a dot, no white space.
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
LONGEST_EMAIL = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongCode:
    """It was not this one. left: how often it can still be tried; 0: this code is no good any more."""

    left: int


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


def checked_email(email: str | None) -> str | None:
    """The address as it is kept; None for none. Raises Invalid for what is not an address."""
    plain = (email or "").strip().lower()
    if not plain:
        return None
    if len(plain) > LONGEST_EMAIL or not plain.isprintable() or not EMAIL.fullmatch(plain):
        raise Invalid("Expected an e-mail address, as name@example.com.", name="email")
    return plain


def plain_digits(text: str) -> str:
    """The digits of a text, in whatever script they were typed; spaces and hyphens between them do not count."""
    digits = (unicodedata.digit(sign, -1) for sign in text if not sign.isspace() and sign != "-")
    return "".join(str(digit) if digit >= 0 else "?" for digit in digits)


def make_code() -> str:
    """Six digits by chance."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def is_code(keys: Keys, sign_in_id: UUID, code: str, *, expected: bytes | None) -> bool:
    """Whether this is the code; expected: the hash that was kept. None: no code was sent, and nothing comes to that."""
    return hmac.compare_digest(
        expected or b"\0" * hashlib.sha256().digest_size, hash_code(keys, sign_in_id, plain_digits(code))
    )


def hash_code(keys: Keys, sign_in_id: UUID, code: str) -> bytes:
    """Keyed: a million codes are tried in a second by whoever has the hash alone."""
    return hmac.digest(keys.cookie, f"sign in {sign_in_id} {code}".encode(), "sha256")


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
