"""Callers' tokens: JWTs in the manner of Supabase, bound to one merchant and one environment."""

import base64
import re
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import jwt
from jwt.types import Options

from vivavoce.db.ids import new_id, to_id
from vivavoce.errors import NotAuthenticated

AUDIENCE = "authenticated"
DEFAULT_ENVIRONMENT = "production"
ENVIRONMENT = re.compile(r"[A-Za-z0-9_-]{1,40}")
LONGEST_SUBJECT = 255
MOST_REMEMBERED = 10_000  # tokens that were found good
# Supabase puts its database role in `role`; the person's own role stands in `app_metadata`.
PERSON, SERVICE = "authenticated", "service_role"
PLAIN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)")


class Role(StrEnum):
    """What a caller is at its merchant."""

    ADMIN = "admin"  # of the platform: acts for any merchant
    OWNER = "merchant_owner"  # of the merchant: everything
    RECRUITER = "merchant"  # makes interviews, reads and decides results
    SELECTION = "merchant_selection"  # reads and decides results
    MENTOR = "mentor"  # of coaching
    USER = "user"  # of the coaching portal
    CANDIDATE = "candidate"  # takes interviews
    SERVICE = "service_role"  # a machine of the merchant; names the merchant in each call


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls: read from a token that was found good."""

    merchant_id: UUID
    role: Role
    environment: str
    user_id: str  # the token's subject


def issue_token(
    *,
    secret: bytes,
    merchant_id: UUID,
    role: Role,
    environment: str,
    now: datetime,
    life: timedelta,
    issuer: str | None = None,
    user_id: UUID | None = None,
) -> str:
    """A signed token. `jti` names it, so that it can be taken back."""
    claims: dict[str, Any] = {
        "aud": AUDIENCE,
        "sub": str(user_id or new_id()),
        "role": SERVICE if role is Role.SERVICE else PERSON,
        "app_metadata": {"merchant_id": str(merchant_id), "role": role.value, "environment": environment},
        "iat": now,
        "exp": now + life,
        "jti": str(new_id()),
    }
    if issuer is not None:
        claims["iss"] = issuer
    return jwt.encode(claims, secret, algorithm="HS256")


class TokenReader:
    """Reads tokens that are signed with the shared secret."""

    def __init__(self, *, secret: bytes, issuer: str | None = None) -> None:
        self._secret = secret
        self._options: Options = {"require": ["exp", "aud", "sub", *(["iss"] if issuer else [])], "strict_aud": True}
        self._issuer = issuer
        self._found_good: dict[str, tuple[Caller, float]] = {}  # by token; until when, in Unix seconds

    def read(self, authorization: str | None) -> Caller:
        """The caller of an `Authorization` header's value.

        Raises NotAuthenticated; its text says what is wrong, never what a good signature would have been.
        """
        scheme, _, rest = (authorization or "").partition(" ")
        token = rest.strip()
        if scheme.lower() != "bearer" or not token:
            raise NotAuthenticated
        caller, expires = self._found_good.get(token, (None, 0.0))
        if caller is not None and expires > time.time():
            return caller
        claims = self._verify(token)
        caller = _to_caller(claims)
        # A client sends the same token for an hour: its signature is checked once. Emptied when full, which is seldom.
        if len(self._found_good) >= MOST_REMEMBERED:
            self._found_good.clear()
        self._found_good[token] = (caller, claims["exp"])
        return caller

    def _verify(self, token: str) -> dict[str, Any]:
        try:
            _require_one_spelling(token)
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=["HS256"],
                audience=AUDIENCE,
                issuer=self._issuer,
                options=self._options,
            )
        except jwt.ExpiredSignatureError:
            raise NotAuthenticated("The token has expired: get a new one.") from None
        except jwt.MissingRequiredClaimError as error:
            raise NotAuthenticated(f"The token lacks `{error.claim}`.") from None
        except (jwt.InvalidTokenError, ValueError):  # ValueError: what is no UTF-8 inside
            raise NotAuthenticated(
                "The token is not valid here: it is damaged, or was not signed for this server."
            ) from None
        return claims


def _require_one_spelling(token: str) -> None:
    """Raises ValueError where the signature's bytes could be written in another way; PyJWT overlooks what is no base64.

    Else a token has endless spellings, each of them good and each of them remembered.
    """
    parts = PLAIN.fullmatch(token)
    if parts is None:
        raise ValueError(token)
    signature = parts[1]
    read = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    if base64.urlsafe_b64encode(read).decode().rstrip("=") != signature:
        raise ValueError(token)


def _to_caller(claims: dict[str, Any]) -> Caller:
    if isinstance(claims["exp"], str):  # PyJWT takes the text of a number
        raise NotAuthenticated("The token's end (`exp`) is no number.")
    metadata = claims.get("app_metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    merchant = metadata.get("merchant_id")
    merchant_id = to_id(merchant) if isinstance(merchant, str) else None
    if merchant_id is None:
        raise NotAuthenticated("The token names no merchant (`app_metadata.merchant_id`).")
    environment = metadata.get("environment", DEFAULT_ENVIRONMENT)
    if not isinstance(environment, str) or not ENVIRONMENT.fullmatch(environment):
        raise NotAuthenticated(
            "The token's environment (`app_metadata.environment`) has other signs than A-Z a-z 0-9 _ -."
        )
    if not claims["sub"].strip() or not claims["sub"].isprintable() or len(claims["sub"]) > LONGEST_SUBJECT:
        raise NotAuthenticated("The token's subject (`sub`) is no plain text of 1 to 255 signs.")
    return Caller(
        merchant_id=merchant_id, role=_role_of(claims, metadata), environment=environment, user_id=claims["sub"]
    )


def _role_of(claims: dict[str, Any], metadata: dict[str, Any]) -> Role:
    """The role; a signed-in person of whom the token says no more is a recruiter of the merchant."""
    database_role = claims.get("role", PERSON)
    if database_role == SERVICE:
        return Role.SERVICE
    named = metadata.get("role", Role.RECRUITER if database_role == PERSON else database_role)
    if database_role not in (PERSON, *Role):
        raise NotAuthenticated("The token's role (`role`) is not known here.")
    if named == Role.SERVICE or named not in tuple(Role):
        raise NotAuthenticated("The token's role (`app_metadata.role`) is not known here.")
    return Role(named)
