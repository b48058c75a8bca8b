"""Candidates' links and sessions: signed, and good for one person at one interview.

Each says when it was issued, by the database's clock, so that all of them that were issued before a moment can be
revoked (revoke.py) without a list of them. What is made of a link, a session or another link, keeps the link's moment.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
from jwt.types import Options

from vivavoce.errors import NotAuthenticated
from vivavoce.merchants.keys import Keys

LINK_LIFE = timedelta(days=30)
SESSION_LIFE = timedelta(days=30)
# Servers' clocks differ: when something was issued is compared with what the database says, never with our own clock.
_REQUIRED: Options = {"require": ["exp", "sub", "mid", "iid"], "verify_iat": False}
_REQUIRED_OF_PERSON: Options = {"require": ["exp", "sub", "mid", "env"], "verify_iat": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Who sits where: a candidate of a merchant at an interview.

    is_test: a trial that may run a draft. issued_at: of the link or the sign-in that it comes from; None: of neither.
    """

    merchant_id: UUID
    interview_id: UUID
    candidate_id: UUID
    is_test: bool
    issued_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who has signed in: a candidate of a merchant, in one environment. issued_at: as a seat's."""

    merchant_id: UUID
    candidate_id: UUID
    environment: str
    issued_at: datetime | None = field(default=None, compare=False)


class NotInvited(NotAuthenticated):
    """This link doesn’t work. Please ask the people who invited you for a new one."""

    status = 403


class LinkExpired(NotInvited):
    """This link has expired. Please ask the people who invited you for a new one."""


class LinkShut(NotInvited):
    """This link no longer opens anything. Everything that was sent is saved."""

    status = 410


class LinkRevoked(LinkShut):
    """This link was revoked by the people who invited you. Everything that was sent is saved."""


class LinkClosed(LinkShut):
    """This interview has ended, and its links with it. Everything that was sent is saved."""


class PersonErased(LinkShut):
    """Everything that was kept of you here has been erased. To take part again, ask for a new link."""


def sign_link(keys: Keys, seat: Seat, *, expires_at: datetime) -> str:
    """The token of a personal link. Opening it uses nothing up."""
    return _sign(keys.link, seat, expires_at)


def read_link(keys: Keys, token: str) -> Seat:
    """Whom the link was made for. Raises NotInvited."""
    return _read(keys.link, token)


def sign_session(keys: Keys, seat: Seat, *, expires_at: datetime) -> str:
    """What the candidate's browser keeps."""
    return _sign(keys.cookie, seat, expires_at)


def read_session(keys: Keys, token: str) -> Seat:
    """Whose browser it is. Raises NotInvited."""
    return _read(keys.cookie, token)


def sign_identity(keys: Keys, identity: Identity, *, expires_at: datetime) -> str:
    """What the browser of somebody who has signed in keeps. It is no session of a seat, and none is one of these."""
    claims = {
        "sub": str(identity.candidate_id),
        "mid": str(identity.merchant_id),
        "env": identity.environment,
        "exp": expires_at,
    }
    return jwt.encode(claims | _issued(identity.issued_at), keys.cookie, algorithm="HS256")


def read_identity(keys: Keys, token: str) -> Identity | None:
    """Who has signed in; None where the token is not ours, or too old."""
    try:
        claims = jwt.decode(token, keys.cookie, algorithms=["HS256"], options=_REQUIRED_OF_PERSON)
        return Identity(
            merchant_id=UUID(claims["mid"]),
            candidate_id=UUID(claims["sub"]),
            environment=str(claims["env"]),
            issued_at=_read_issued(claims),
        )
    except (jwt.InvalidTokenError, ValueError, TypeError):
        return None


def _sign(key: bytes, seat: Seat, expires_at: datetime) -> str:
    claims = {
        "sub": str(seat.candidate_id),
        "mid": str(seat.merchant_id),
        "iid": str(seat.interview_id),
        "test": seat.is_test,
        "exp": expires_at,
    }
    return jwt.encode(claims | _issued(seat.issued_at), key, algorithm="HS256")


def _read(key: bytes, token: str) -> Seat:
    try:
        claims = jwt.decode(token, key, algorithms=["HS256"], options=_REQUIRED)
        return Seat(
            merchant_id=UUID(claims["mid"]),
            interview_id=UUID(claims["iid"]),
            candidate_id=UUID(claims["sub"]),
            is_test=claims.get("test") is True,
            issued_at=_read_issued(claims),
        )
    except jwt.ExpiredSignatureError:
        raise LinkExpired from None
    except (jwt.InvalidTokenError, ValueError, TypeError):
        raise NotInvited from None


def _issued(moment: datetime | None) -> dict[str, float]:
    return {} if moment is None else {"iat": moment.timestamp()}


def _read_issued(claims: dict[str, Any]) -> datetime:
    """When it was issued; where it does not say so, the earliest moment that its end allows."""
    if "iat" in claims:
        return datetime.fromtimestamp(claims["iat"], UTC)
    return datetime.fromtimestamp(claims["exp"], UTC) - max(LINK_LIFE, SESSION_LIFE)
