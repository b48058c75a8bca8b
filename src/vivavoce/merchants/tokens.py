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
from jwt import PyJWK
from jwt.types import Options

from vivavoce.db.ids import new_id, to_id
from vivavoce.errors import NotAuthenticated
from vivavoce.merchants.signers import ALGORITHM_OF, LONGEST_ID, Place, Signers
from vivavoce.merchants.standing import MerchantStanding

AUDIENCE = "authenticated"
ISSUERS_ALGORITHMS = tuple(ALGORITHM_OF.values())
DEFAULT_ENVIRONMENT = "production"
ENVIRONMENT = re.compile(r"[A-Za-z0-9_-]{1,40}")
LONGEST_SUBJECT = 255
MOST_REMEMBERED = 10_000  # tokens that were found good
# Service keys last about as long (`vivavoce service-key`), as Supabase's own do; a later end is a mistake or a trick.
LONGEST_LIFE = timedelta(days=3653)  # ten years, three of them leap years
CLOCK_SKEW = timedelta(days=1)  # between whoever signs and us; ten years and a day are no weaker than ten years
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
    token_id: str | None = None  # None: it has none, and can't be revoked


def issue_token(
    *,
    secret: bytes,
    merchant_id: UUID,
    role: Role,
    environment: str,
    now: datetime,
    life: timedelta,
    issuer: str | None = None,
    audience: str = AUDIENCE,
    user_id: UUID | None = None,
    token_id: UUID | None = None,
) -> str:
    """A signed token. `jti`, its id, names it, so that it can be revoked. Raises ValueError beyond LONGEST_LIFE."""
    if life > LONGEST_LIFE:
        raise ValueError(f"a token lives {LONGEST_LIFE.days} days at most, not {life.days}")
    claims: dict[str, Any] = {
        "aud": audience,
        "sub": str(user_id or new_id()),
        "role": SERVICE if role is Role.SERVICE else PERSON,
        "app_metadata": {"merchant_id": str(merchant_id), "role": role.value, "environment": environment},
        "iat": now,
        "exp": now + life,
        "jti": str(token_id or new_id()),
    }
    if issuer is not None:
        claims["iss"] = issuer
    return jwt.encode(claims, secret, algorithm="HS256")


@dataclass(frozen=True, slots=True)
class _Good:
    """What was found in a token whose signature holds. expires: in Unix seconds."""

    caller: Caller
    expires: float
    token_id: str | None
    signer: PyJWK | None  # None: the shared secret


class TokenReader:
    """Reads tokens that are signed with the shared secret (HS256) or by the issuer (ES256, RS256), where one is set.

    Each algorithm has its own keys: nothing that a token says brings a key of one kind to an algorithm of the other.
    """

    def __init__(
        self,
        *,
        secret: bytes,
        issuer: str | None = None,
        audience: str = AUDIENCE,
        signers: Signers | None = None,
        standing: MerchantStanding | None = None,
    ) -> None:
        self._secret = secret
        self._options: Options = {"require": ["exp", "aud", "sub", *(["iss"] if issuer else [])], "strict_aud": True}
        self._issuer = issuer
        self._audience = audience
        self._signers = signers
        self._standing = standing or MerchantStanding()
        self._found_good: dict[str, _Good] = {}  # by token

    async def learn_signer(self, authorization: str | None) -> None:
        """Fetches the key that the token names, where an issuer is set and the key is not known; goes before `read`.

        Raises Unavailable while the issuer has never answered; whatever is wrong with the token, `read` tells.
        """
        if self._signers is None:
            return
        token = _bearer(authorization)
        good = self._found_good.get(token)
        if good is None:
            place = _name_signer(token)
        else:
            place = (good.signer.key_id or "", good.signer.algorithm_name) if good.signer else None
        if place is not None:
            await self._signers.learn(place)

    def read(self, authorization: str | None) -> Caller:
        """The caller of an `Authorization` header's value.

        Raises NotAuthenticated; its text says what is wrong, never what a good signature would have been.
        """
        token = _bearer(authorization)
        if not token:
            raise NotAuthenticated
        good = self._found_good.get(token)
        if good is None or good.expires <= time.time() or not self._is_held(good.signer):
            good = self._verify(token)
            # A client sends the same token for an hour: its signature is checked once. Emptied when full, seldom.
            if len(self._found_good) >= MOST_REMEMBERED:
                self._found_good.clear()
            self._found_good[token] = good
        if good.token_id is not None and self._standing.is_revoked(good.caller.merchant_id, good.token_id):
            raise NotAuthenticated("The token was revoked: get a new one.")
        return good.caller

    def _is_held(self, signer: PyJWK | None) -> bool:
        return signer is None or (self._signers is not None and self._signers.holds(signer))

    def _verify(self, token: str) -> _Good:
        try:
            _require_one_spelling(token)
            signer = self._find_signer(token)
            claims = jwt.decode(
                token,
                signer or self._secret,
                algorithms=[signer.algorithm_name if signer else "HS256"],
                audience=self._audience,
                issuer=self._issuer,
                options=self._options,
            )
        except jwt.ExpiredSignatureError:
            raise NotAuthenticated("The token has expired: get a new one.") from None
        except jwt.MissingRequiredClaimError as error:
            raise NotAuthenticated(f"The token lacks `{error.claim}`.") from None
        except (jwt.InvalidTokenError, ValueError):  # ValueError: what is not UTF-8 inside
            raise NotAuthenticated(
                "The token is not valid here: it is damaged, or was not signed for this server."
            ) from None
        return _Good(_to_caller(claims), claims["exp"], claims.get("jti"), signer)

    def _find_signer(self, token: str) -> PyJWK | None:
        """The issuer's key, or None for a token that only the shared secret can have signed."""
        place = _name_signer(token) if self._signers else None
        if self._signers is None or place is None:
            return None
        signer = self._signers.find(place)
        if signer is None:
            raise NotAuthenticated("The issuer publishes no key with this token's `kid` for its `alg`.")
        return signer


def _bearer(authorization: str | None) -> str:
    """The token of the header's value; empty where there is none."""
    scheme, _, rest = (authorization or "").partition(" ")
    return rest.strip() if scheme.lower() == "bearer" else ""


def _name_signer(token: str) -> Place | None:
    """The key that a token names by `kid` and `alg`. Keys and addresses that it brings along are not looked at."""
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.InvalidTokenError, ValueError):
        return None
    kid, algorithm = header.get("kid"), header.get("alg")
    if algorithm not in ISSUERS_ALGORITHMS or not isinstance(kid, str) or not 1 <= len(kid) <= LONGEST_ID:
        return None
    return kid, algorithm


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
        raise NotAuthenticated("The token's end (`exp`) must be a number.")
    if claims["exp"] > time.time() + (LONGEST_LIFE + CLOCK_SKEW).total_seconds():
        raise NotAuthenticated("The token's end (`exp`) is more than ten years away: get one that ends sooner.")
    metadata = claims.get("app_metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    merchant = metadata.get("merchant_id")
    merchant_id = to_id(merchant) if isinstance(merchant, str) else None
    if merchant_id is None:
        raise NotAuthenticated("The token names no merchant (`app_metadata.merchant_id`).")
    environment = metadata.get("environment", DEFAULT_ENVIRONMENT)
    if not isinstance(environment, str) or not ENVIRONMENT.fullmatch(environment):
        raise NotAuthenticated(
            "The token's environment (`app_metadata.environment`) may hold only A-Z a-z 0-9 _ and -."
        )
    if not claims["sub"].strip() or not claims["sub"].isprintable() or len(claims["sub"]) > LONGEST_SUBJECT:
        raise NotAuthenticated("The token's subject (`sub`) must be 1 to 255 printable characters.")
    return Caller(
        merchant_id=merchant_id,
        role=_role_of(claims, metadata),
        environment=environment,
        user_id=claims["sub"],
        token_id=claims.get("jti"),
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
