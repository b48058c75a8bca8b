"""The same call twice, once done: a call whose `Idempotency-Key` was answered is answered again with those bytes.

Scope: merchant, route, key; for a day. The answer is kept, sealed, in the transaction of the thing itself, so either
both are there or neither. Only answers of success are kept.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from vivavoce.db.database import Connection
from vivavoce.errors import Conflict, Invalid
from vivavoce.merchants.keys import Sealer

HEADER = "Idempotency-Key"
LIFE = timedelta(hours=24)
LONGEST_KEY = 255


class StillRunning(Conflict):
    """A call with this Idempotency-Key is still running. Wait for its answer, or send the same call again later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """One key's place. body_digest: of the body and of what else makes the call another one."""

    merchant_id: UUID
    route: str
    key: str
    body_digest: bytes


def read_key(header: str | None) -> str | None:
    """The key of a header's value, or None. Raises Invalid for one that is empty, too long or not plain."""
    if header is None:
        return None
    key = header.strip()
    if not key or len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Invalid(f"Expected 1 to {LONGEST_KEY} printable ASCII characters.", name=HEADER)
    return key


def digest(body: bytes, *, environment: str) -> bytes:
    """What tells one call from another under the same key. 32 bytes."""
    return hashlib.sha256(environment.encode() + b"\0" + body).digest()


async def find_reply(connection: Connection, replay: Replay, *, sealer: Sealer) -> bytes | None:
    """The bytes that this key was answered, or None when it is new; it is ours then until the transaction ends.

    Raises StillRunning while another transaction has it, and Invalid for another body or environment.
    """
    lock = json.dumps([str(replay.merchant_id), replay.route, replay.key])
    if not await connection.fetchval("select pg_try_advisory_xact_lock(hashtextextended($1, 0))", lock):
        raise StillRunning(name=HEADER)
    row = await connection.fetchrow(
        "select body_digest, sealed_answer from replies"
        " where route = $1 and key = $2 and answered_at > now() - $3::interval",
        replay.route,
        replay.key,
        LIFE,
    )
    if row is None:
        return None
    if row["body_digest"] != replay.body_digest:
        raise Invalid(
            "This key was used for a call with another body or in another environment: choose a new key for a new"
            " call.",
            name=HEADER,
        )
    return sealer.open(row["sealed_answer"], place=_place(replay))


async def keep_reply(connection: Connection, replay: Replay, answer: bytes, *, sealer: Sealer) -> None:
    """Keeps the answer in the caller's transaction; one that is older than a day gives way."""
    await connection.execute(
        "insert into replies (merchant_id, route, key, body_digest, sealed_answer) values ($1, $2, $3, $4, $5)"
        " on conflict (merchant_id, route, key) do update set body_digest = excluded.body_digest,"
        " sealed_answer = excluded.sealed_answer, answered_at = now()",
        replay.merchant_id,
        replay.route,
        replay.key,
        replay.body_digest,
        sealer.seal(answer, place=_place(replay)),
    )


def _place(replay: Replay) -> str:
    return f"reply {replay.merchant_id} {replay.route} {replay.key}"
