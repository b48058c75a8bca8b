"""Signed addresses of recordings: for five minutes, and only as long as the token that asked for them is good."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt
from jwt.types import Options

from vivavoce.db.database import Database
from vivavoce.errors import NotFound
from vivavoce.merchants.keys import Keys

ADDRESS_LIFE = timedelta(minutes=5)
_FOR = "recording"
_REQUIRED: Options = {"require": ["exp", "aud", "mid", "sub", "vmid", "vid"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingViewer:
    """Who asked for an address. token_id: of the token they came with; None of one without an id, never revoked."""

    merchant_id: UUID
    user_id: str
    token_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingAddress:
    """What an address opens. number: the turn; None: all that was said. asked_at: when it was signed; None: not yet."""

    merchant_id: UUID
    attempt_id: UUID
    number: int | None
    viewer: RecordingViewer
    asked_at: datetime | None = None


def sign_recording(keys: Keys, address: RecordingAddress, *, now: datetime) -> str:
    """What opens this recording alone."""
    claims = {
        "aud": _FOR,
        "exp": now + ADDRESS_LIFE,
        "mid": str(address.merchant_id),
        "sub": str(address.attempt_id),
        "num": address.number,
        "vmid": str(address.viewer.merchant_id),
        "vid": address.viewer.user_id,
        "tid": address.viewer.token_id,
    }
    return jwt.encode(claims, keys.link, algorithm="HS256")


async def read_recording_address(database: Database, keys: Keys, token: str) -> RecordingAddress:
    """What the address opens. Raises NotFound when it is over or was altered, or the viewer's token was revoked."""
    try:
        claims = jwt.decode(token, keys.link, algorithms=["HS256"], audience=_FOR, options=_REQUIRED)
        address = RecordingAddress(
            merchant_id=UUID(claims["mid"]),
            attempt_id=UUID(claims["sub"]),
            number=claims.get("num"),
            viewer=RecordingViewer(merchant_id=UUID(claims["vmid"]), user_id=claims["vid"], token_id=claims.get("tid")),
            asked_at=datetime.fromtimestamp(claims["exp"], UTC) - ADDRESS_LIFE,
        )
    except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError):
        raise NotFound("This address has expired, or was cut short. Ask for a new one.") from None
    async with database.tenant(address.viewer.merchant_id) as connection:
        if await connection.fetchval(
            "select exists (select from revoked_tokens where token_id = $1)", address.viewer.token_id
        ):
            raise NotFound("This address is no longer good: the token that asked for it was revoked.")
    return address
