"""Members sign in with an account of their company's (OpenID Connect), which is known by its issuer and its subject.

An account stands for one address. It comes to it once, when the provider vouches for an address that somebody invited;
from then on the address that the provider tells counts no more, so whoever may change it there takes nobody's place.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import jwt
from jwt.types import Options

from vivavoce.db.database import Database
from vivavoce.db.ids import NOBODYS, new_id
from vivavoce.errors import Invalid, ProviderError
from vivavoce.events.record import Event, record
from vivavoce.merchants.keys import Keys
from vivavoce.merchants.mailed_codes import checked_email
from vivavoce.merchants.people.members import Membership, find_memberships, is_of_this_time
from vivavoce.merchants.people.sign_in import SignedInMember, SignInWay, sign_in
from vivavoce.merchants.signers import ALGORITHM_OF, list_keys
from vivavoce.providers.oidc import OidcProvider

JOURNEY_LIFE = timedelta(minutes=10)  # to the provider and back
LEEWAY = timedelta(seconds=60)  # between its clock and ours
LONGEST_SUBJECT = 255  # OpenID Connect Core, section 2
_REQUIRED: Options = {"require": ["iss", "sub", "aud", "exp", "iat"]}
_JOURNEY: Options = {"require": ["exp", "state", "nonce", "verifier"], "verify_iat": False}


class AccountRefusal(StrEnum):
    """Why somebody who came back from the provider is not let in."""

    STALE = "stale"  # it took too long, or began in another browser
    DECLINED = "declined"  # they broke off there
    UNANSWERED = "unanswered"  # the provider can't be asked
    UNTRUSTED = "untrusted"  # what it answered does not hold
    UNVERIFIED = "unverified"  # it does not vouch for an address
    UNKNOWN = "unknown"  # nobody invited this address
    TAKEN = "taken"  # another account of theirs stands for this address


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """Somebody on their way to the provider and back; kept by their own browser. to: where they wanted to go."""

    state: str
    nonce: str
    verifier: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenAccount:
    """Whose account it is, as the provider says and has signed. email: None where it vouches for none."""

    issuer: str
    subject: str
    email: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedAccount:
    """An account that stands for somebody's address."""

    id: UUID
    issuer: str
    linked_at: datetime
    used_at: datetime


def set_out(to: str) -> Journey:
    """A new journey: nothing of it can be guessed."""
    return Journey(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        to=to,
    )


def sign_journey(keys: Keys, journey: Journey, *, now: datetime) -> str:
    """What the browser keeps of it. It stands for nobody's session."""
    claims = {
        "state": journey.state,
        "nonce": journey.nonce,
        "verifier": journey.verifier,
        "to": journey.to,
        "exp": now + JOURNEY_LIFE,
    }
    return jwt.encode(claims, keys.cookie, algorithm="HS256")


def read_journey(keys: Keys, token: str, *, state: str) -> Journey | None:
    """The journey that this browser set out on; None: none with this state, or too long ago."""
    try:
        claims = jwt.decode(token, keys.cookie, algorithms=["HS256"], options=_JOURNEY)
    except jwt.InvalidTokenError:
        return None
    if not hmac.compare_digest(str(claims["state"]).encode(), state.encode()):
        return None
    return Journey(state=state, nonce=claims["nonce"], verifier=claims["verifier"], to=str(claims.get("to", "")))


async def prove_account(
    provider: OidcProvider, journey: Journey, *, code: str, back: str
) -> ProvenAccount | AccountRefusal:
    """Whose account the code stands for. back: as it was said when they set out."""
    try:
        answer = await provider.redeem(code, back=back, verifier=journey.verifier)
        claims = read_id_token(
            answer.id_token,
            keys=await provider.keys(),
            issuer=provider.issuer,
            client_id=provider.client_id,
            nonce=journey.nonce,
            access_token=answer.access_token,
        )
        if claims is None:
            return AccountRefusal.UNTRUSTED
        if "email" not in claims:  # many tell it on a page of its own alone
            told = await provider.read_account(answer.access_token)
            if told.get("sub") != claims["sub"]:
                return AccountRefusal.UNTRUSTED
            claims = claims | {name: told.get(name) for name in ("email", "email_verified")}
    except ProviderError as error:
        return AccountRefusal.UNANSWERED if error.retryable else AccountRefusal.UNTRUSTED
    return ProvenAccount(issuer=provider.issuer, subject=claims["sub"], email=_vouched_email(claims))


def read_id_token(
    token: str, *, keys: bytes, issuer: str, client_id: str, nonce: str, access_token: str
) -> dict[str, Any] | None:
    """What an ID token says; None for one that the provider did not sign, for us, for this journey, just now.

    keys: its JWKS. Source: OpenID Connect Core, sections 3.1.3.7 and 10.1. Raises ProviderError for what is no JWKS.
    """
    try:
        header = jwt.get_unverified_header(token)
        fitting = [
            key
            for key in list_keys(keys)
            if key.algorithm_name == header.get("alg") and header.get("kid") in (None, key.key_id)
        ]
        if len(fitting) != 1:  # without an id, there has to be one alone
            return None
        claims = jwt.decode(
            token,
            fitting[0],
            algorithms=list(ALGORITHM_OF.values()),
            issuer=issuer,
            audience=client_id,
            leeway=LEEWAY,
            options=_REQUIRED,
        )
    except jwt.InvalidTokenError:
        return None
    is_ours = (
        1 <= len(claims["sub"]) <= LONGEST_SUBJECT
        and "\0" not in claims["sub"]
        and hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode())
        and (claims.get("azp", client_id) == client_id)
        and (isinstance(claims["aud"], str) or len(claims["aud"]) == 1 or "azp" in claims)
        and claims.get("at_hash", _half_hash(access_token)) == _half_hash(access_token)
    )
    return claims if is_ours else None


async def sign_in_by_account(
    database: Database, account: ProvenAccount, *, browser: str, now: datetime
) -> SignedInMember | AccountRefusal:
    """Begins a session for whoever the account stands for; the first time, that is whose address it vouches for."""
    email = await _find_linked(database, account, now=now)
    if email is None:
        if account.email is None:
            return AccountRefusal.UNVERIFIED
        memberships = await find_memberships(database, account.email)
        if not memberships:
            return AccountRefusal.UNKNOWN
        if not await _link(database, account, account.email, memberships, now=now):
            return AccountRefusal.TAKEN
        email = account.email
    came = await sign_in(database, email=email, browser=browser, way=SignInWay.ACCOUNT, now=now)
    return came or AccountRefusal.UNKNOWN


async def list_accounts(database: Database, email: str) -> list[LinkedAccount]:
    """The accounts that stand for this address."""
    async with database.tenant(NOBODYS) as connection:
        rows = await connection.fetch(
            "select id, issuer, linked_at, used_at from member_accounts where email = $1 order by linked_at, id", email
        )
    return [LinkedAccount(**row) for row in rows]


async def unlink_account(database: Database, email: str, account_id: UUID) -> None:
    """It stands for nobody any more; the next sign-in by it links it anew. Said again, it changes nothing."""
    async with database.tenant(NOBODYS) as connection:
        await connection.execute("delete from member_accounts where email = $1 and id = $2", email, account_id)


async def _find_linked(database: Database, account: ProvenAccount, *, now: datetime) -> str | None:
    """The address that the account stands for. None: none yet, or its person has left since."""
    async with database.tenant(NOBODYS) as connection:
        row = await connection.fetchrow(
            "update member_accounts set used_at = $3 where issuer = $1 and subject = $2 returning email, linked_at",
            account.issuer,
            account.subject,
            now,
        )
    if row is None or not is_of_this_time(row["linked_at"], await find_memberships(database, row["email"])):
        return None
    return str(row["email"])


async def _link(
    database: Database, account: ProvenAccount, email: str, memberships: list[Membership], *, now: datetime
) -> bool:
    """Whether the account stands for this address now. Whoever had it and has left is forgotten."""
    since = min(membership.since for membership in memberships)
    async with database.tenant(NOBODYS) as connection:
        await connection.execute(
            "delete from member_accounts where (issuer, subject) = ($1, $2)"
            " or (email = $3 and issuer = $1 and linked_at < $4)",
            account.issuer,
            account.subject,
            email,
            since,
        )
        linked = await connection.fetchval(
            "insert into member_accounts (merchant_id, id, email, issuer, subject, linked_at, used_at)"
            " values ($1, $2, $3, $4, $5, $6, $6) on conflict do nothing returning id",
            NOBODYS,
            new_id(),
            email,
            account.issuer,
            account.subject,
            now,
        )
    if linked is None:
        return await _find_linked(database, account, now=now) == email  # the same sign-in in another tab
    home = memberships[0]
    async with database.tenant(home.merchant_id) as connection:
        await record(
            connection,
            Event.MEMBER_LINKED,
            merchant_id=home.merchant_id,
            environment=None,
            subject_id=home.member_id,
            actor=f"user {home.member_id}",
            data={"issuer": account.issuer},
        )
    return True


def _vouched_email(claims: dict[str, Any]) -> str | None:
    """The address, where the provider says that it has seen it to be theirs. Some say so in words."""
    email = claims.get("email")
    is_verified = claims.get("email_verified")
    if not isinstance(email, str) or not (is_verified is True or is_verified == "true"):
        return None
    try:
        return checked_email(email)
    except Invalid:
        return None


def _half_hash(access_token: str) -> str:
    """What binds an access token to its ID token; SHA-256 with both algorithms that we take."""
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()
