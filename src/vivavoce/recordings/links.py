"""Signed addresses of recordings: for five minutes, and only as long as the token that asked for them is good."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import jwt
from jwt.types import Options

from vivavoce.attempts.viewers import ADDRESS_LIFE, CLAIMS, RecordingViewer, read_viewer, refuse_revoked
from vivavoce.db.database import Database
from vivavoce.errors import NotFound
from vivavoce.merchants.keys import Keys

_FOR = "recording"
_REQUIRED: Options = {"require": ["exp", "aud", "mid", "sub", *CLAIMS]}


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
        **address.viewer.to_claims(),
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
            viewer=read_viewer(claims),
            asked_at=datetime.fromtimestamp(claims["exp"], UTC) - ADDRESS_LIFE,
        )
    except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError):
        raise NotFound("This address has expired, or was cut short. Ask for a new one.") from None
    await refuse_revoked(database, address.viewer)
    return address
