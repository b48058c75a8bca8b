"""A person's own key at one merchant: it seals what was recorded of them, and goes with them.

It is made when something is recorded first, and stored wrapped by the server's wrapping key. Erasing the person
destroys it (`erase_person`), so that no copy of a recording opens any more, wherever it lies. Wrapping it anew touches
no recording.
"""

import os
from uuid import UUID

from vivavoce.db.database import Connection, Database
from vivavoce.errors import NotFound
from vivavoce.merchants.keys import WrappedKey, WrappingKeys

KEY_BYTES = 32
AT_A_TIME = 200


async def own_key(connection: Connection, wrapping: WrappingKeys, *, merchant_id: UUID, candidate_id: UUID) -> bytes:
    """The person's key, 32 bytes; a new one for somebody who has none. Raises BeingErased, and UnknownWrappingKey."""
    place = _place(merchant_id, candidate_id)
    wrapped = await _find(connection, candidate_id)
    if wrapped is None:
        made = wrapping.wrap(os.urandom(KEY_BYTES), place=place)
        await connection.execute(
            "insert into own_keys (merchant_id, candidate_id, sealed, wrapped_by) values ($1, $2, $3, $4)"
            " on conflict do nothing",  # whoever records something else of them at this moment has made it
            merchant_id,
            candidate_id,
            made.sealed,
            made.by,
        )
        wrapped = await _find(connection, candidate_id)
        assert wrapped is not None
    return wrapping.unwrap(wrapped, place=place)


async def find_own_key(
    connection: Connection, wrapping: WrappingKeys, *, merchant_id: UUID, candidate_id: UUID
) -> bytes:
    """The key of somebody of whom something was recorded. Raises NotFound once they are erased, UnknownWrappingKey."""
    wrapped = await _find(connection, candidate_id)
    if wrapped is None:
        raise NotFound
    return wrapping.unwrap(wrapped, place=_place(merchant_id, candidate_id))


async def rewrap_keys(database: Database, wrapping: WrappingKeys) -> int:
    """Wraps every key anew that another wrapping key than the first one has wrapped; how many.

    Whoever is stopped in between goes on with the rest the next time. Raises UnknownWrappingKey.
    """
    done = 0
    while True:
        async with database.sweeping() as connection:
            rows = await connection.fetch(
                "select * from own_keys where wrapped_by <> $1 order by merchant_id, candidate_id limit $2",
                wrapping.current,
                AT_A_TIME,
            )
        for row in rows:
            done += await _rewrap(database, wrapping, row["merchant_id"], row["candidate_id"])
        if len(rows) < AT_A_TIME:
            return done


async def _rewrap(database: Database, wrapping: WrappingKeys, merchant_id: UUID, candidate_id: UUID) -> bool:
    place = _place(merchant_id, candidate_id)
    async with database.tenant(merchant_id) as connection:
        wrapped = await _find(connection, candidate_id)
        if wrapped is None or wrapped.by == wrapping.current:
            return False
        anew = wrapping.wrap(wrapping.unwrap(wrapped, place=place), place=place)
        done = await connection.fetchval(
            "update own_keys set sealed = $2, wrapped_by = $3 where candidate_id = $1 and sealed = $4 returning true",
            candidate_id,
            anew.sealed,
            anew.by,
            wrapped.sealed,
        )
    return bool(done)


async def _find(connection: Connection, candidate_id: UUID) -> WrappedKey | None:
    row = await connection.fetchrow("select sealed, wrapped_by from own_keys where candidate_id = $1", candidate_id)
    return None if row is None else WrappedKey(sealed=row["sealed"], by=row["wrapped_by"])


def _place(merchant_id: UUID, candidate_id: UUID) -> str:
    return f"own key of {merchant_id} {candidate_id}"
