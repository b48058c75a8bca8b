"""Where somebody turns a merchant's invitations and reminders off: a signed address, which never expires."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import jwt
from jwt.types import Options

from vivavoce.candidates.post import Silence, lift_silence, silence
from vivavoce.db.database import Connection
from vivavoce.errors import NotFound
from vivavoce.merchants.keys import Keys

PLACE = "/interview/mails/"
_FOR = "mails"
_REQUIRED: Options = {"require": ["aud", "mid", "sub"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailReader:
    """Who gets a merchant's mails."""

    merchant_id: UUID
    candidate_id: UUID


def sign_unsubscribe(keys: Keys, reader: MailReader) -> str:
    """What opens the page that turns this reader's mails off, and nothing else."""
    claims = {"aud": _FOR, "mid": str(reader.merchant_id), "sub": str(reader.candidate_id)}
    return jwt.encode(claims, keys.link, algorithm="HS256")


def read_unsubscribe(keys: Keys, token: str) -> MailReader:
    """Whose mails it turns off. Raises NotFound where it was altered."""
    try:
        claims = jwt.decode(token, keys.link, algorithms=["HS256"], audience=_FOR, options=_REQUIRED)
        return MailReader(merchant_id=UUID(claims["mid"]), candidate_id=UUID(claims["sub"]))
    except (jwt.InvalidTokenError, ValueError, TypeError):
        raise NotFound from None


async def turn_mails(connection: Connection, reader: MailReader, *, on: bool, now: datetime) -> None:
    """Turns them off, or on again. Repeating it changes nothing. Whoever was erased gets none anyway."""
    address = await connection.fetchval(
        "select email from candidates where id = $1 and erasing_at is null", reader.candidate_id
    )
    if address is None:
        return
    if on:
        await lift_silence(connection, address, Silence.UNSUBSCRIBED, merchant_id=reader.merchant_id)
    else:
        await silence(connection, address, Silence.UNSUBSCRIBED, merchant_id=reader.merchant_id, now=now)
