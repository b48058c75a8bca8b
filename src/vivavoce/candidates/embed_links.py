"""What the page around a frame vouches for: who its visitor is, signed by the embed's key.

Two ways. A token (JWT, HS256) lives ten minutes at most and opens one frame. A bare signature over embed id, name and
email is what the contract has: it never expires, and does not say where the name ends (candidates/embed.py pins that).
"""

import base64
import binascii
import hashlib
import hmac
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
from jwt.types import Options

from vivavoce.candidates.links import NotInvited
from vivavoce.errors import Invalid
from vivavoce.merchants.mailed_codes import checked_email

LONGEST_LIFE = timedelta(minutes=10)
CLOCKS_DIFFER = timedelta(minutes=1)  # how far ahead of ours the signing server's clock may be
LONGEST_TOKEN, LONGEST_ID, LONGEST_TEXT = 8192, 255, 320
_OPTIONS: Options = {"require": ["exp", "iat", "jti", "aud"], "verify_exp": False, "verify_iat": False}


class NotVouched(NotInvited):
    """The page around this frame did not say who you are in a way that holds. Please reload it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedVisitor:
    """Who the visitor is, by the word of whoever has the key. email and external_id: never both None."""

    name: str
    email: str | None
    external_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedVisitor:
    """By a bare signature. name_bytes: how much of what was signed is the name."""

    visitor: EmbeddedVisitor
    signature_sha256: bytes
    name_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenVisitor:
    """By a token. is_expired: it opens nothing any more, but may have opened this browser's frame before."""

    visitor: EmbeddedVisitor
    token_sha256: bytes
    is_expired: bool


def read_signature(
    signing_keys: Sequence[str], *, embed_id: UUID, name: str, email: str, signature: str
) -> SignedVisitor:
    """The visitor of `/embed?embed_id&name&email&signature`. Raises NotVouched.

    name, email: standard Base64 of the UTF-8 text. signature: lower-case hex of the HMAC-SHA-256 over embed id, name
    and email, as they are, one after the other. Source: the platform's contract, 4.3.
    """
    raw_name, raw_email = _decode(name), _decode(email)
    signed = str(embed_id).encode() + raw_name + raw_email
    sent = signature.encode("utf-8", "surrogatepass")
    good = [
        hmac.compare_digest(hmac.new(key.encode(), signed, "sha256").hexdigest().encode(), sent) for key in signing_keys
    ]
    if not any(good):
        raise NotVouched
    try:
        visitor = _check(name=raw_name.decode(), email=raw_email.decode(), external_id=None)
    except UnicodeDecodeError:
        raise NotVouched from None
    return SignedVisitor(visitor=visitor, signature_sha256=hashlib.sha256(sent).digest(), name_bytes=len(raw_name))


def read_token(signing_keys: Sequence[str], *, embed_id: UUID, token: str, now: datetime) -> TokenVisitor:
    """The visitor of `/embed?embed_id&token`. Raises NotVouched for anything but one of ours to check."""
    claims = _read_claims(signing_keys, embed_id=embed_id, token=token)
    issued, expires, token_id = claims["iat"], claims["exp"], claims["jti"]
    if not (_is_moment(issued) and _is_moment(expires) and isinstance(token_id, str)):
        raise NotVouched
    if not 0 < len(token_id) <= LONGEST_ID or not token_id.isprintable():
        raise NotVouched
    if issued > (now + CLOCKS_DIFFER).timestamp() or not 0 < expires - issued <= LONGEST_LIFE.total_seconds():
        raise NotVouched
    visitor = _check(name=claims.get("name", ""), email=claims.get("email"), external_id=claims.get("external_id"))
    return TokenVisitor(
        visitor=visitor,
        token_sha256=hashlib.sha256(token_id.encode()).digest(),
        is_expired=expires <= now.timestamp(),
    )


def _read_claims(signing_keys: Sequence[str], *, embed_id: UUID, token: str) -> dict[str, Any]:
    if len(token) > LONGEST_TOKEN:
        raise NotVouched
    for key in signing_keys:
        try:
            return jwt.decode(
                token,
                key.encode(),
                algorithms=["HS256"],
                audience=str(embed_id),
                leeway=CLOCKS_DIFFER,
                options=_OPTIONS,
            )
        except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError, RecursionError):
            continue  # the other key may be the one
    raise NotVouched


def _is_moment(claim: Any) -> bool:
    return isinstance(claim, int | float) and not isinstance(claim, bool) and math.isfinite(claim)


def _check(*, name: Any, email: Any, external_id: Any) -> EmbeddedVisitor:
    """The visitor as they are kept. Raises NotVouched where nobody is named, or by no text that can be kept."""
    texts = (name, "" if email is None else email, "" if external_id is None else external_id)
    if not all(isinstance(text, str) and len(text) <= LONGEST_TEXT and _can_be_kept(text) for text in texts):
        raise NotVouched
    try:
        address = checked_email(texts[1])
    except Invalid:
        raise NotVouched from None
    if address is None and not texts[2]:
        raise NotVouched
    return EmbeddedVisitor(name=" ".join(texts[0].split()), email=address, external_id=texts[2] or None)


def _can_be_kept(text: str) -> bool:
    """Whether a database keeps it: no NUL, and no half of a pair."""
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def _decode(text: str) -> bytes:
    """The bytes of standard Base64. A `+` that nobody escaped has become a space on its way here."""
    try:
        return base64.b64decode(text.replace(" ", "+"), validate=True)
    except (binascii.Error, ValueError):
        raise NotVouched from None
