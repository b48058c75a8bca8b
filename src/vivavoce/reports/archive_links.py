"""Signed addresses of archives of a person: for five minutes, and only while the token that asked for them is good."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import jwt
from jwt.types import Options

from vivavoce.db.database import Database
from vivavoce.errors import NotFound
from vivavoce.merchants.keys import Keys

ADDRESS_LIFE = timedelta(minutes=5)
_FOR = "person archive"
_REQUIRED: Options = {"require": ["exp", "aud", "mid", "sub", "env", "vmid", "vid"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveAddress:
    """What an address opens, and who asked for it. token_id: of the token they came with; None: it has no id."""

    merchant_id: UUID
    candidate_id: UUID
    environment: str
    viewer_merchant_id: UUID
    user_id: str
    token_id: str | None


def sign_archive(keys: Keys, address: ArchiveAddress, *, now: datetime) -> str:
    """What opens this archive alone."""
    claims = {
        "aud": _FOR,
        "exp": now + ADDRESS_LIFE,
        "mid": str(address.merchant_id),
        "sub": str(address.candidate_id),
        "env": address.environment,
        "vmid": str(address.viewer_merchant_id),
        "vid": address.user_id,
        "tid": address.token_id,
    }
    return jwt.encode(claims, keys.link, algorithm="HS256")


async def read_archive_address(database: Database, keys: Keys, token: str) -> ArchiveAddress:
    """What the address opens. Raises NotFound when it is over or was altered, or the viewer's token was revoked."""
    try:
        claims = jwt.decode(token, keys.link, algorithms=["HS256"], audience=_FOR, options=_REQUIRED)
        address = ArchiveAddress(
            merchant_id=UUID(claims["mid"]),
            candidate_id=UUID(claims["sub"]),
            environment=claims["env"],
            viewer_merchant_id=UUID(claims["vmid"]),
            user_id=claims["vid"],
            token_id=claims.get("tid"),
        )
    except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError):
        raise NotFound("This address has expired, or was cut short. Ask for a new one.") from None
    async with database.tenant(address.viewer_merchant_id) as connection:
        if await connection.fetchval(
            "select exists (select from revoked_tokens where token_id = $1)", address.token_id
        ):
            raise NotFound("This address is no longer good: the token that asked for it was revoked.")
    return address
