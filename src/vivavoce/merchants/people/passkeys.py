"""Members' passkeys: made by whoever is signed in, shown in place of a code, and removed."""

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import jwt
from jwt.types import Options

from vivavoce.db.database import Database
from vivavoce.db.ids import NOBODYS, new_id
from vivavoce.errors import Conflict
from vivavoce.events.record import Event, record
from vivavoce.merchants.keys import Keys
from vivavoce.merchants.people.members import Member, find_memberships, is_of_this_time
from vivavoce.merchants.people.sign_in import SignedInMember, SignInWay, sign_in
from vivavoce.providers.passkeys import (
    BadPasskey,
    PasskeySite,
    ask_for_any,
    ask_for_new,
    check_shown,
    read_id,
    read_new,
)

CHALLENGE_LIFE = timedelta(minutes=5)
MOST_PASSKEYS = 20  # of one person
LONGEST_NAME = 100
ANYBODY = "anybody"  # whom a challenge is for when somebody signs in
_REQUIRED: Options = {"require": ["exp", "challenge", "for", "at"], "verify_iat": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """One that lets somebody in. name: by which they know it; is_synced: it may be on several devices."""

    id: UUID
    name: str
    is_synced: bool
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyAsked:
    """What a browser is asked for. options: JSON for its script; kept: the challenge, signed, for its cookie."""

    options: str
    kept: str


async def ask_to_make(
    database: Database, keys: Keys, site: PasskeySite, member: Member, *, now: datetime
) -> PasskeyAsked:
    """What makes a passkey for this member: none on a device that has one already. Raises Conflict for one too many."""
    async with database.tenant(NOBODYS) as connection:
        rows = await connection.fetch("select credential_id from passkeys where email = $1", member.email)
    if len(rows) >= MOST_PASSKEYS:
        raise Conflict("You have twenty passkeys. Remove one first.")
    challenge = secrets.token_bytes(32)
    options = ask_for_new(
        site,
        challenge=challenge,
        handle=hmac.digest(keys.cookie, f"passkeys of {member.email}".encode(), "sha256"),
        email=member.email,
        name=member.shown_name,
        known=[row["credential_id"] for row in rows],
    )
    return PasskeyAsked(options=options, kept=_sign(keys, challenge, whom=member.email, now=now))


async def add_passkey(
    database: Database,
    keys: Keys,
    site: PasskeySite,
    member: Member,
    *,
    kept: str,
    credential: str,
    name: str,
    now: datetime,
) -> None:
    """Keeps what their device has made. Sent again, it changes nothing. Raises BadPasskey."""
    challenge, _ = _read(keys, kept, whom=member.email)
    made = read_new(site, challenge=challenge, credential=credential)
    async with database.tenant(NOBODYS) as connection:
        added = await connection.fetchval(
            "insert into passkeys (merchant_id, id, email, credential_id, public_key, sign_count, is_synced, name,"
            " made_at, asked_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)"
            " on conflict (merchant_id, credential_id) do nothing returning id",
            NOBODYS,
            new_id(),
            member.email,
            made.credential_id,
            made.public_key,
            made.sign_count,
            made.is_synced,
            " ".join(name.split())[:LONGEST_NAME],
            now,
        )
    if added is not None:
        await _tell(database, member, Event.PASSKEY_ADDED)


def ask_to_show(keys: Keys, site: PasskeySite, *, now: datetime) -> PasskeyAsked:
    """What lets somebody show a passkey of theirs; who they are is known by it."""
    challenge = secrets.token_bytes(32)
    return PasskeyAsked(
        options=ask_for_any(site, challenge=challenge), kept=_sign(keys, challenge, whom=ANYBODY, now=now)
    )


async def sign_in_by_passkey(
    database: Database, keys: Keys, site: PasskeySite, *, kept: str, credential: str, browser: str, now: datetime
) -> SignedInMember:
    """Begins a session for whoever has shown their passkey. Each challenge is good once. Raises BadPasskey."""
    challenge, asked_at = _read(keys, kept, whom=ANYBODY)
    credential_id = read_id(credential)
    async with database.tenant(NOBODYS) as connection:
        row = await connection.fetchrow("select * from passkeys where credential_id = $1", credential_id)
    if row is None:
        raise BadPasskey
    sign_count = check_shown(
        site,
        challenge=challenge,
        credential=credential,
        public_key=row["public_key"],
        sign_count=row["sign_count"],
    )
    async with database.tenant(NOBODYS) as connection:
        # Only a challenge that is newer than the last one, and only from the state that was looked at.
        used = await connection.fetchval(
            "update passkeys set sign_count = $2, asked_at = $3, used_at = $4"
            " where id = $1 and asked_at < $3 and sign_count = $5 returning id",
            row["id"],
            sign_count,
            asked_at,
            now,
            row["sign_count"],
        )
    if used is None or not is_of_this_time(row["made_at"], await find_memberships(database, row["email"])):
        raise BadPasskey
    came = await sign_in(database, email=row["email"], browser=browser, way=SignInWay.PASSKEY, now=now)
    if came is None:
        raise BadPasskey
    return came


async def list_passkeys(database: Database, email: str) -> list[Passkey]:
    """Those of whoever has this address, in the order in which they were made."""
    async with database.tenant(NOBODYS) as connection:
        rows = await connection.fetch(
            "select id, name, is_synced, made_at, used_at from passkeys where email = $1 order by made_at, id", email
        )
    return [Passkey(**row) for row in rows]


async def remove_passkey(database: Database, member: Member, passkey_id: UUID) -> None:
    """It lets nobody in any more. Said again, or of somebody else's, it changes nothing."""
    async with database.tenant(NOBODYS) as connection:
        removed = await connection.fetchval(
            "delete from passkeys where email = $1 and id = $2 returning id", member.email, passkey_id
        )
    if removed is not None:
        await _tell(database, member, Event.PASSKEY_REMOVED)


async def _tell(database: Database, member: Member, event: Event) -> None:
    async with database.tenant(member.merchant_id) as connection:
        await record(
            connection,
            event,
            merchant_id=member.merchant_id,
            environment=None,
            subject_id=member.id,
            actor=f"user {member.id}",
        )


def _sign(keys: Keys, challenge: bytes, *, whom: str, now: datetime) -> str:
    claims = {
        "challenge": base64.urlsafe_b64encode(challenge).decode(),
        "for": whom,
        "at": now.isoformat(),
        "exp": now + CHALLENGE_LIFE,
    }
    return jwt.encode(claims, keys.cookie, algorithm="HS256")


def _read(keys: Keys, kept: str, *, whom: str) -> tuple[bytes, datetime]:
    """The challenge, and when it was given. Raises BadPasskey for one too old, or given to somebody else."""
    try:
        claims = jwt.decode(kept, keys.cookie, algorithms=["HS256"], options=_REQUIRED)
        if claims["for"] != whom:
            raise BadPasskey
        return base64.urlsafe_b64decode(claims["challenge"]), datetime.fromisoformat(claims["at"])
    except (jwt.InvalidTokenError, ValueError, TypeError) as error:
        raise BadPasskey from error
