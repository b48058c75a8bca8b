"""Sound, pictures and films that go before the words do, where a merchant keeps them for a shorter time: what is due.

Whoever comes back to an attempt begins its time anew. An attempt that somebody asked to have looked at again waits
until that is answered.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from vivavoce.attempts.record import record_attempt
from vivavoce.attempts.tasks import has_open_contest
from vivavoce.db.database import Connection
from vivavoce.events.record import Event

ACTOR = "retention"
# $1: who was there last before this moment; $2: passed over.
SOUND_DUE = """
select id from attempts
where erased_at is null and erasing_at is null and id <> all ($2)
    and greatest(begun_at, arrived_at, finished_at, submitted_at) < $1
    and (sound_erased_at is null or sound_erased_at < greatest(begun_at, arrived_at, finished_at, submitted_at))
order by greatest(begun_at, arrived_at, finished_at, submitted_at) limit $3
"""
FILMS_DUE = """
select id from attempts
where erased_at is null and erasing_at is null and id <> all ($2)
    and greatest(begun_at, arrived_at, finished_at, submitted_at) < $1
    and exists (select from introductions where attempt_id = attempts.id)
order by greatest(begun_at, arrived_at, finished_at, submitted_at) limit $3
"""
PICTURES_DUE = """
select id from attempts
where erased_at is null and erasing_at is null and id <> all ($2)
    and greatest(begun_at, arrived_at, finished_at, submitted_at) < $1
    and exists (select from camera_takes where attempt_id = attempts.id)
order by greatest(begun_at, arrived_at, finished_at, submitted_at) limit $3
"""
STILL_DUE = """
select exists (
    select from attempts where id = $1 and erasing_at is null
        and greatest(begun_at, arrived_at, finished_at, submitted_at) < $2
)
"""
SOUND_ERASED = """
select exists (
    select from attempts where id = $1
        and sound_erased_at >= greatest(begun_at, arrived_at, finished_at, submitted_at)
)
"""


class KeptKind(StrEnum):
    """What can go before the words."""

    SOUND = "sound"
    PICTURES = "pictures"  # what a camera recorded during the interview
    FILMS = "films"


DUE = {KeptKind.SOUND: SOUND_DUE, KeptKind.PICTURES: PICTURES_DUE, KeptKind.FILMS: FILMS_DUE}


async def find_kept_too_long(
    connection: Connection, kind: KeptKind, *, before: datetime, passed: Sequence[UUID], limit: int
) -> list[UUID]:
    """Attempts of this tenant of which it is to go, the oldest first."""
    return [row["id"] for row in await connection.fetch(DUE[kind], before, list(passed), limit)]


async def may_go(connection: Connection, attempt_id: UUID, *, before: datetime) -> bool:
    """Whether it is still due, and nobody waits for another look at it."""
    is_due: bool = await connection.fetchval(STILL_DUE, attempt_id, before)
    return is_due and not await has_open_contest(connection, attempt_id)


async def mark_gone(connection: Connection, kind: KeptKind, attempt_id: UUID, *, now: datetime) -> None:
    """Puts on record that its files are gone."""
    if kind is KeptKind.SOUND:
        await connection.execute("update attempts set sound_erased_at = $2 where id = $1", attempt_id, now)
        await record_attempt(connection, Event.SOUND_ERASED, attempt_id=attempt_id, actor=ACTOR)
    elif kind is KeptKind.PICTURES:
        await connection.execute("delete from camera_takes where attempt_id = $1", attempt_id)
        await record_attempt(connection, Event.PICTURES_ERASED, attempt_id=attempt_id, actor=ACTOR)
    else:
        await connection.execute("delete from introductions where attempt_id = $1", attempt_id)
        await record_attempt(connection, Event.FILM_ERASED, attempt_id=attempt_id, actor=ACTOR)


async def is_sound_erased(connection: Connection, attempt_id: UUID) -> bool:
    """Whether the time of its sound was over, and nobody came back since."""
    is_erased: bool = await connection.fetchval(SOUND_ERASED, attempt_id)
    return is_erased
