"""Sound, pictures and films go before the words do, where a merchant keeps them for a shorter time.

Files go first, and then the row says so: whoever is stopped in between does it again.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from vivavoce.attempts.introduction import erase_introductions
from vivavoce.attempts.kept_shorter import KeptKind, find_kept_too_long, mark_gone, may_go
from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.sound_names import recordings_folder
from vivavoce.attempts.takes import PART_ENDING, erase_takes, takes_folder
from vivavoce.db.database import Database
from vivavoce.errors import Unavailable
from vivavoce.sound.sound_file import erase_sound

AT_A_TIME = 100
TIMES = """
select id, keep_sound_days, keep_pictures_days, keep_films_days from merchants
where coalesce(keep_sound_days, keep_pictures_days, keep_films_days) is not null
"""


async def erase_kinds(database: Database, store: RecordingStore, *, now: datetime) -> int:
    """Erases sound, pictures and films that their merchants keep no longer; of how many attempts."""
    async with database.sweeping() as connection:
        rows = await connection.fetch(TIMES)
    erased = 0
    for row in rows:
        for kind in KeptKind:
            if (days := row[f"keep_{kind.value}_days"]) is not None:
                before = now - timedelta(days=days)
                erased += await _erase_kind(database, store, kind, row["id"], before=before, now=now)
    return erased


async def _erase_kind(
    database: Database, store: RecordingStore, kind: KeptKind, merchant_id: UUID, *, before: datetime, now: datetime
) -> int:
    passed, erased = list[UUID](), 0
    while True:
        async with database.tenant(merchant_id) as connection:
            due = await find_kept_too_long(connection, kind, before=before, passed=passed, limit=AT_A_TIME)
        for attempt_id in due:
            passed.append(attempt_id)
            async with database.tenant(merchant_id) as connection:
                is_due = await may_go(connection, attempt_id, before=before)
            if is_due and await asyncio.to_thread(ERASE[kind], store, merchant_id, attempt_id):
                async with database.tenant(merchant_id) as connection:
                    await mark_gone(connection, kind, attempt_id, now=now)
                erased += 1
        if len(due) < AT_A_TIME:
            return erased


def _erase_sound(store: RecordingStore, merchant_id: UUID, attempt_id: UUID) -> bool:
    if not erase_sound(store.data_dir, merchant_id=merchant_id, attempt_id=attempt_id):
        return False
    try:
        store.files.delete_all(recordings_folder(merchant_id=merchant_id, attempt_id=attempt_id))
        composed = store.files.list(takes_folder(merchant_id=merchant_id, attempt_id=attempt_id))
        store.files.delete([file.name for file in composed if not file.name.endswith(PART_ENDING)])  # it has the sound
    except Unavailable:
        return False
    return True


def _erase_pictures(store: RecordingStore, merchant_id: UUID, attempt_id: UUID) -> bool:
    return erase_takes(store, merchant_id=merchant_id, attempt_id=attempt_id)


def _erase_films(store: RecordingStore, merchant_id: UUID, attempt_id: UUID) -> bool:
    return erase_introductions(store, merchant_id=merchant_id, attempt_id=attempt_id)


# Each removes the files of an attempt, and blocks; whether they are gone.
ERASE: Mapping[KeptKind, Callable[[RecordingStore, UUID, UUID], bool]] = {
    KeptKind.SOUND: _erase_sound,
    KeptKind.PICTURES: _erase_pictures,
    KeptKind.FILMS: _erase_films,
}
