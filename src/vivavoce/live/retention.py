"""How long what candidates gave us stays: after so many days it is erased, by itself, at every merchant.

Files go first, then the rows in one transaction with its event. Whoever is stopped in between leaves an attempt that is
still due, so the next one begins with it again.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from vivavoce.attempts.introduction import FOLDER as INTRODUCTIONS
from vivavoce.attempts.introduction import erase_introductions
from vivavoce.db.database import Database
from vivavoce.events.record import Event, record
from vivavoce.live.sound_file import erase_sound, sound_folder

log = logging.getLogger(__name__)

AT_A_TIME = 100
ACTOR = "retention"

DUE = """
select merchant_id, id from attempts
where erased_at is null and greatest(begun_at, arrived_at, finished_at, submitted_at) < $1
order by greatest(begun_at, arrived_at, finished_at, submitted_at) limit $2
"""

EraseFiles = Callable[[UUID, UUID], bool]


@dataclass(frozen=True, slots=True)
class Due:
    """An attempt whose time is over."""

    merchant_id: UUID
    attempt_id: UUID


async def erase_due(database: Database, erase_files: EraseFiles, *, keep_days: int, now: datetime) -> int:
    """Erases every attempt whose person was last seen at it more than keep_days ago; how many. 0 days: none.

    erase_files: removes the attempt's files and says whether they are gone (files_in); it blocks.
    """
    if keep_days == 0:
        return 0
    before, erased = now - timedelta(days=keep_days), 0
    while True:
        done = [
            await _erase(database, erase_files, one, before=before, now=now) for one in await find_due(database, before)
        ]
        erased += sum(done)
        if len(done) < AT_A_TIME or not any(done):  # what could not be erased waits for the next time
            return erased


async def find_due(database: Database, before: datetime) -> list[Due]:
    """Whose person was last seen before this moment, the oldest first; at any merchant."""
    async with database.sweeping() as connection:
        rows = await connection.fetch(DUE, before, AT_A_TIME)
    return [Due(merchant_id=row["merchant_id"], attempt_id=row["id"]) for row in rows]


def files_in(data_dir: Path) -> EraseFiles:
    """Removes an attempt's sound and films in this folder."""

    def erase(merchant_id: UUID, attempt_id: UUID) -> bool:
        erase_sound(data_dir, merchant_id=merchant_id, attempt_id=attempt_id)
        erase_introductions(data_dir, merchant_id=merchant_id, attempt_id=attempt_id)
        folders = (
            sound_folder(data_dir, merchant_id=merchant_id, attempt_id=attempt_id),
            data_dir / INTRODUCTIONS / str(merchant_id) / str(attempt_id),
        )
        return not any(folder.exists() for folder in folders)

    return erase


async def _erase(database: Database, erase_files: EraseFiles, due: Due, *, before: datetime, now: datetime) -> bool:
    if not await asyncio.to_thread(erase_files, due.merchant_id, due.attempt_id):
        log.error("the files of attempt %s can't be removed; it is tried again", due.attempt_id)
        return False
    async with database.tenant(due.merchant_id) as connection:
        is_erased: bool = await connection.fetchval(
            "select erase_attempt($1, $2, $3, $4)", due.merchant_id, due.attempt_id, before, now
        )
        if is_erased:
            await record(
                connection,
                Event.ATTEMPT_ERASED,
                merchant_id=due.merchant_id,
                subject_id=due.attempt_id,
                actor=ACTOR,
            )
    return is_erased
