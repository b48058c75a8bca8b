"""The key that signs an embedded frame: one for each embedded interview, made once, sealed at rest."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from vivavoce.db.database import Connection, Database
from vivavoce.db.ids import new_id
from vivavoce.events.record import Event, record
from vivavoce.interviews.create import EMBED_KEY_BYTES, Embed
from vivavoce.interviews.read import Stored
from vivavoce.merchants.keys import Sealer

OLD_KEY_HOURS = 24  # for how long a key that was replaced still signs, where nobody says otherwise


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


async def rotate_embed_key(
    connection: Connection, stored: Stored, *, old_key_for: timedelta, sealer: Sealer, actor: str, now: datetime
) -> Embed | None:
    """A new key under the same id; None where the interview has none. The one before signs beside it for a while.

    `stored` must have been read for a change in this transaction. One that was still signing beside it ends at once.
    """
    row = await connection.fetchrow("select id, sealed_key from embed_keys where interview_id = $1", stored.id)
    if row is None:
        return None
    made = Embed(id=row["id"], signing_key=secrets.token_hex(EMBED_KEY_BYTES))
    keeps = old_key_for > timedelta()
    await connection.execute(
        "update embed_keys set sealed_key = $2, sealed_old_key = $3, old_key_until = $4 where id = $1",
        made.id,
        sealer.seal(made.signing_key.encode(), place=f"embed {made.id}"),
        row["sealed_key"] if keeps else None,
        now + old_key_for if keeps else None,
    )
    await record(
        connection,
        Event.EMBED_KEY_ROTATED,
        merchant_id=stored.merchant_id,
        environment=stored.environment,
        subject_id=stored.id,
        actor=actor,
        data={"embed_id": str(made.id), "old_key_hours": old_key_for / timedelta(hours=1)},
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


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedPlace:
    """What an embed id leads to. signing_keys: the newest first; while it is being replaced, the one before too."""

    embed_id: UUID
    merchant_id: UUID
    interview_id: UUID
    signing_keys: tuple[str, ...]


async def find_embed_id(connection: Connection, interview_id: UUID) -> UUID | None:
    """The id of the interview's embed key; None where it has none."""
    embed_id: UUID | None = await connection.fetchval("select id from embed_keys where interview_id = $1", interview_id)
    return embed_id


async def find_embed_place(database: Database, embed_id: UUID, *, sealer: Sealer, now: datetime) -> EmbedPlace | None:
    """Whose frame it is; None where no key has this id, or it was removed."""
    async with database.by_embed(embed_id) as connection:
        row = await connection.fetchrow("select * from embed_keys where id = $1", embed_id)
    if row is None:
        return None
    sealed = [row["sealed_key"]]
    if row["old_key_until"] is not None and row["old_key_until"] > now:
        sealed.append(row["sealed_old_key"])
    return EmbedPlace(
        embed_id=embed_id,
        merchant_id=row["merchant_id"],
        interview_id=row["interview_id"],
        signing_keys=tuple(sealer.open(key, place=f"embed {embed_id}").decode() for key in sealed),
    )
