"""Taking a token back before its end."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt

from vivavoce.db.database import Database
from vivavoce.errors import Invalid
from vivavoce.events.record import Event, record

LONGEST_LIFE = timedelta(days=3660)  # of a token that we issue: a service key's ten years, and the leap days in them
LONGEST_ID = 255


async def revoke_token(
    database: Database, named: str, *, merchant_id: UUID, secret: bytes, actor: str, now: datetime
) -> str:
    """Revokes a token, by itself or by its id (`jti`), and says which id that is. Twice is as good as once.

    secret: of the tokens that we sign ourselves; of those alone the end is believed, any other is held for
    LONGEST_LIFE. Raises Invalid for a token without an id or of another merchant.
    """
    token_id, expires_at = _name(named.strip(), merchant_id=merchant_id, secret=secret)
    async with database.tenant(merchant_id) as connection:
        await connection.execute("delete from revoked_tokens where expires_at < $1", now - timedelta(days=1))
        await connection.execute(
            "insert into revoked_tokens (merchant_id, token_id, expires_at) values ($1, $2, $3)"
            " on conflict (merchant_id, token_id) do update"
            " set expires_at = greatest(revoked_tokens.expires_at, excluded.expires_at)",
            merchant_id,
            token_id,
            expires_at or now + LONGEST_LIFE,
        )
        await record(
            connection,
            Event.TOKEN_REVOKED,
            merchant_id=merchant_id,
            environment=None,
            subject_id=merchant_id,
            actor=actor,
            data={"token_id": token_id},
        )
    return token_id


def _name(named: str, *, merchant_id: UUID, secret: bytes) -> tuple[str, datetime | None]:
    """The token's id, and its end where that can be believed."""
    if named.count(".") != 2:
        return _check_id(named), None
    try:
        claims: dict[str, Any] = jwt.decode(named, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        raise Invalid("This is neither a token nor the id of one.", name="token") from None
    metadata = claims.get("app_metadata")
    if not isinstance(metadata, dict) or metadata.get("merchant_id") != str(merchant_id):
        raise Invalid("This token is not of that merchant.", name="token")
    if not isinstance(claims.get("jti"), str):
        raise Invalid(
            "This token carries no id (`jti`): whoever issued it must revoke it, or withdraw its key.", name="token"
        )
    return _check_id(claims["jti"]), _believed_end(named, secret)


def _check_id(token_id: str) -> str:
    if not 1 <= len(token_id) <= LONGEST_ID or not token_id.isprintable():
        raise Invalid(f"A token's id must be 1 to {LONGEST_ID} printable characters.", name="token")
    return token_id


def _believed_end(token: str, secret: bytes) -> datetime | None:
    try:
        claims = jwt.decode(
            token, secret, algorithms=["HS256"], options={"verify_aud": False, "verify_exp": False, "require": ["exp"]}
        )
        return datetime.fromtimestamp(float(claims["exp"]), UTC)
    except (jwt.InvalidTokenError, ValueError, OverflowError, OSError):
        return None
