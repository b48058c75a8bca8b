"""Candidates' links and sessions: signed, read without a look-up, and good for one person at one interview."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import jwt
from jwt.types import Options

from vivavoce.errors import NotAuthenticated
from vivavoce.merchants.keys import Keys

LINK_LIFE = timedelta(days=30)
SESSION_LIFE = timedelta(days=30)
_REQUIRED: Options = {"require": ["exp", "sub", "mid", "iid"]}
_REQUIRED_OF_PERSON: Options = {"require": ["exp", "sub", "mid", "env"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Who sits where: a candidate of a merchant at an interview. is_test: a trial that may run a draft."""

    merchant_id: UUID
    interview_id: UUID
    candidate_id: UUID
    is_test: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who has signed in: a candidate of a merchant, in one environment."""

    merchant_id: UUID
    candidate_id: UUID
    environment: str


class NotInvited(NotAuthenticated):
    """This link is damaged. Please ask the people who invited you for a new one."""

    status = 403


class LinkExpired(NotInvited):
    """This link has expired. Please ask the people who invited you for a new one."""


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
    return jwt.encode(claims, keys.cookie, algorithm="HS256")


def read_identity(keys: Keys, token: str) -> Identity | None:
    """Who has signed in; None where the token is not ours, or too old."""
    try:
        claims = jwt.decode(token, keys.cookie, algorithms=["HS256"], options=_REQUIRED_OF_PERSON)
        return Identity(
            merchant_id=UUID(claims["mid"]), candidate_id=UUID(claims["sub"]), environment=str(claims["env"])
        )
    except (jwt.InvalidTokenError, ValueError):
        return None


def _sign(key: bytes, seat: Seat, expires_at: datetime) -> str:
    claims = {
        "sub": str(seat.candidate_id),
        "mid": str(seat.merchant_id),
        "iid": str(seat.interview_id),
        "test": seat.is_test,
        "exp": expires_at,
    }
    return jwt.encode(claims, key, algorithm="HS256")


def _read(key: bytes, token: str) -> Seat:
    try:
        claims = jwt.decode(token, key, algorithms=["HS256"], options=_REQUIRED)
        return Seat(
            merchant_id=UUID(claims["mid"]),
            interview_id=UUID(claims["iid"]),
            candidate_id=UUID(claims["sub"]),
            is_test=claims.get("test") is True,
        )
    except jwt.ExpiredSignatureError:
        raise LinkExpired from None
    except (jwt.InvalidTokenError, ValueError):
        raise NotInvited from None
