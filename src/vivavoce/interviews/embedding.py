"""The key that signs an embedded frame: one for each embedded interview, made once, sealed at rest."""

import secrets

from vivavoce.db.database import Connection
from vivavoce.db.ids import new_id
from vivavoce.events.record import Event, record
from vivavoce.interviews.create import EMBED_KEY_BYTES, Embed
from vivavoce.interviews.read import Stored
from vivavoce.merchants.keys import Sealer


async def ensure_embed_key(connection: Connection, stored: Stored, *, sealer: Sealer, actor: str) -> Embed:
    """The interview's key; made where there is none. `stored` must have been read for a change in this transaction."""
    row = await connection.fetchrow("select id, sealed_key from embed_keys where interview_id = $1", stored.id)
    if row is not None:
        key = sealer.open(row["sealed_key"], place=f"embed {row['id']}")
        return Embed(id=row["id"], signing_key=key.decode())
    made = Embed(id=new_id(), signing_key=secrets.token_hex(EMBED_KEY_BYTES))
    await connection.execute(
        "insert into embed_keys (merchant_id, id, interview_id, sealed_key) values ($1, $2, $3, $4)",
        stored.merchant_id,
        made.id,
        stored.id,
        sealer.seal(made.signing_key.encode(), place=f"embed {made.id}"),
    )
    await record(
        connection,
        Event.EMBED_KEY_ADDED,
        merchant_id=stored.merchant_id,
        environment=stored.environment,
        subject_id=stored.id,
        actor=actor,
        data={"embed_id": str(made.id)},
    )
    return made


async def remove_embed_key(connection: Connection, stored: Stored, *, actor: str) -> None:
    """Removes the interview's key for good: what was signed with it no longer opens. Nothing happens without one."""
    removed = await connection.fetchval("delete from embed_keys where interview_id = $1 returning id", stored.id)
    if removed is not None:
        await record(
            connection,
            Event.EMBED_KEY_REMOVED,
            merchant_id=stored.merchant_id,
            environment=stored.environment,
            subject_id=stored.id,
            actor=actor,
            data={"embed_id": str(removed)},
        )
