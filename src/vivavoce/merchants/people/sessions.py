"""Sessions: in which browsers a member is signed in. Each request looks whether its session still holds."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import jwt
from jwt.types import Options

from vivavoce.db.database import Connection, Database
from vivavoce.merchants.keys import Keys
from vivavoce.merchants.people.members import Member, to_member
from vivavoce.merchants.people.sign_in import SignedInMember, SignInWay

SESSION_LIFE = timedelta(days=30)  # from the sign-in
IDLE_LIFE = timedelta(days=7)  # since the last page
SEEN_EVERY = timedelta(minutes=10)
_REQUIRED: Options = {"require": ["exp", "mid", "usr", "ses"], "verify_iat": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A browser in which somebody is signed in. browser: as it calls itself. way: by what they came in."""

    merchant_id: UUID
    id: UUID
    member_id: UUID
    browser: str
    way: SignInWay
    began_at: datetime
    seen_at: datetime


def sign_member_session(keys: Keys, came: SignedInMember, *, now: datetime) -> str:
    """What the browser keeps. It stands for no candidate's session, and none of those for it."""
    claims = {
        "mid": str(came.merchant_id),
        "usr": str(came.member_id),
        "ses": str(came.session_id),
        "exp": now + SESSION_LIFE,
    }
    return jwt.encode(claims, keys.cookie, algorithm="HS256")


def read_member_session(keys: Keys, token: str) -> SignedInMember | None:
    """Whose browser it says it is; None: it is not ours, or too old."""
    try:
        claims = jwt.decode(token, keys.cookie, algorithms=["HS256"], options=_REQUIRED)
        return SignedInMember(
            merchant_id=UUID(claims["mid"]), member_id=UUID(claims["usr"]), session_id=UUID(claims["ses"])
        )
    except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError):
        return None


def form_key(keys: Keys, session_id: UUID) -> str:
    """What each form of this session sends along: a page of another site can't know it."""
    return hmac.digest(keys.cookie, f"console form {session_id}".encode(), "sha256").hex()[:32]


async def find_session_member(database: Database, came: SignedInMember, *, now: datetime) -> Member | None:
    """Who is signed in by this session; None: it was ended, is too old, or they work there no more."""
    async with database.tenant(came.merchant_id) as connection:
        row = await connection.fetchrow(
            "select members.*, seen_at from member_sessions join members on members.id = member_id"
            " where member_sessions.id = $1 and member_id = $2 and member_sessions.ended_at is null"
            " and members.status = 'active' and began_at > $3 and seen_at > $4",
            came.session_id,
            came.member_id,
            now - SESSION_LIFE,
            now - IDLE_LIFE,
        )
        if row is None:
            return None
        if row["seen_at"] < now - SEEN_EVERY:
            await connection.execute("update member_sessions set seen_at = $2 where id = $1", came.session_id, now)
    return to_member(row)


async def list_sessions(connection: Connection, member: Member, *, now: datetime) -> list[OpenSession]:
    """Those that still hold, the latest used first."""
    rows = await connection.fetch(
        "select id, member_id, browser, way, began_at, seen_at from member_sessions where member_id = $1"
        " and ended_at is null and began_at > $2 and seen_at > $3 order by seen_at desc, id",
        member.id,
        now - SESSION_LIFE,
        now - IDLE_LIFE,
    )
    return [
        OpenSession(
            merchant_id=member.merchant_id,
            id=row["id"],
            member_id=row["member_id"],
            browser=row["browser"],
            way=SignInWay(row["way"]),
            began_at=row["began_at"],
            seen_at=row["seen_at"],
        )
        for row in rows
    ]


async def end_session(connection: Connection, came: SignedInMember, *, now: datetime) -> SignInWay | None:
    """Ends this one. By what it had begun; None: it was over."""
    way = await connection.fetchval(
        "update member_sessions set ended_at = $3 where member_id = $1 and id = $2 and ended_at is null returning way",
        came.member_id,
        came.session_id,
        now,
    )
    return None if way is None else SignInWay(way)


async def end_sessions(
    connection: Connection, member_id: UUID, *, only: UUID | None = None, but: UUID | None = None, now: datetime
) -> int:
    """Signs a member out in one browser, or in every one but one; how many that were."""
    ended = await connection.fetch(
        "update member_sessions set ended_at = $2 where member_id = $1 and ended_at is null"
        " and ($3::uuid is null or id = $3) and ($4::uuid is null or id <> $4) returning id",
        member_id,
        now,
        only,
        but,
    )
    return len(ended)
