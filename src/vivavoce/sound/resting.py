"""Sound that rests: once an attempt takes no more, all of it goes to the store of files, and leaves this disk.

    DATA/sound/MERCHANT/ATTEMPT/…    in clear, while somebody speaks or may come back; what is over is in the store too
            │  handed in, ended or given up, and nobody holds the folder
            ▼
    STORE/recordings/MERCHANT/ATTEMPT/…    sealed by its person's own key

What is open and held by nobody, as after a server has died, is stored as well, and stays. Each part is whole in the
store before its file here goes, so whoever is stopped in between does it again. What rests is composed by a worker,
before anybody listens, and heard for a second voice. What an earlier version left in clear goes the same way. Sound of
somebody who was erased meanwhile, on another machine, goes without being stored.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from vivavoce.attempts.kept_shorter import is_sound_erased
from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.sound_names import TURNS, recordings_folder
from vivavoce.attempts.states import AttemptState
from vivavoce.db.database import Database
from vivavoce.db.ids import to_id
from vivavoce.errors import BeingErased, NotFound
from vivavoce.jobs.leave import Note, leave
from vivavoce.merchants.keys import UnknownWrappingKey
from vivavoce.sound.sound_file import ERASING, FOLDER, HeldElsewhere, erase_sound, lock_folder
from vivavoce.sound.storing import MARK, open_key, store_sound, take_back
from vivavoce.sound.storing_lines import store_lines
from vivavoce.sound.turn_after_turn import CLOSED_AFTER

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestedSound:
    """An attempt whose sound lies sealed in the store now. size_bytes: of it, as it lay here."""

    merchant_id: UUID
    attempt_id: UUID
    size_bytes: int


async def rest_sound(database: Database, store: RecordingStore) -> AsyncIterator[RestedSound]:
    """Seals and moves the sound of every attempt that takes no more, and tells of each.

    Raises FilesAway, and NoSpace; the rest is done the next time. An attempt that is not in this database is left as it
    is, as after a backup was put back in part; so is one whose key can't be opened here, and the others go on.
    """
    for folder in await asyncio.to_thread(lambda: list(_list_folders(store.data_dir / FOLDER))):
        merchant_id, attempt_id = to_id(folder.parent.name), to_id(folder.name)
        if merchant_id is None or attempt_id is None:
            continue
        try:
            key = await open_key(database, store, merchant_id=merchant_id, attempt_id=attempt_id)
        except UnknownWrappingKey as error:
            log.error("the sound of attempt %s can't be sealed: %s", attempt_id, error.message)
            continue
        except NotFound:
            continue
        except BeingErased:
            await _erase_here(store, merchant_id, attempt_id)
            continue
        if await _is_gone_by_age(database, merchant_id, attempt_id):
            await asyncio.to_thread(erase_sound, store.data_dir, merchant_id=merchant_id, attempt_id=attempt_id)
            continue
        is_over = await _is_over(database, merchant_id, attempt_id)
        size = await asyncio.to_thread(
            _move, store, folder, key, merchant_id=merchant_id, attempt_id=attempt_id, is_over=is_over
        )
        if size is None:
            continue
        await store_lines(database, store, key, merchant_id=merchant_id, attempt_id=attempt_id, known=set())
        await take_back(database, store, merchant_id=merchant_id, attempt_id=attempt_id)
        if is_over:
            async with database.tenant(merchant_id) as connection:
                for note in (Note.COMPOSE_SESSION, Note.HEAR_APART):
                    await leave(connection, note, merchant_id=merchant_id, subject_id=attempt_id)
            yield RestedSound(merchant_id=merchant_id, attempt_id=attempt_id, size_bytes=size)


async def _is_over(database: Database, merchant_id: UUID, attempt_id: UUID) -> bool:
    """Whether its sound grows no more."""
    async with database.tenant(merchant_id) as connection:
        state = await connection.fetchval("select state from attempts where id = $1", attempt_id)
    return state is not None and AttemptState(state) in CLOSED_AFTER


async def _is_gone_by_age(database: Database, merchant_id: UUID, attempt_id: UUID) -> bool:
    """Whether a worker, perhaps on another machine, has erased its sound because the merchant keeps it no longer."""
    async with database.tenant(merchant_id) as connection:
        return await is_sound_erased(connection, attempt_id)


async def _erase_here(store: RecordingStore, merchant_id: UUID, attempt_id: UUID) -> None:
    """Whoever erased it may have been on another machine, and what was on its way from here has come since."""
    if await asyncio.to_thread(erase_sound, store.data_dir, merchant_id=merchant_id, attempt_id=attempt_id):
        place = recordings_folder(merchant_id=merchant_id, attempt_id=attempt_id)
        await asyncio.to_thread(store.files.delete_all, place)


def _list_folders(folder: Path) -> Iterator[Path]:
    for merchant in sorted(folder.glob("*")):
        yield from sorted(attempt for attempt in merchant.glob("*") if attempt.is_dir())


def _move(
    store: RecordingStore, folder: Path, key: bytes, *, merchant_id: UUID, attempt_id: UUID, is_over: bool
) -> int | None:
    """How many bytes lay here; None where somebody holds the folder, it is being erased, or nothing is new."""
    try:
        lock = lock_folder(folder)
    except (HeldElsewhere, FileNotFoundError):
        return None
    try:
        if (folder / ERASING).exists():
            return None
        place = recordings_folder(merchant_id=merchant_id, attempt_id=attempt_id)
        incoming = store.incoming(merchant_id=merchant_id, attempt_id=attempt_id)
        stored = store_sound(store, folder, key, place=place, incoming=incoming)
        if not is_over:
            return stored or None
        size = 0
        # How much is stored goes last: as long as sound lies here, nobody stores it twice.
        for path in (folder / TURNS, *sorted(folder.glob("microphone-*.pcm"))):
            with suppress(FileNotFoundError):
                size += path.stat().st_size
                path.unlink()
        for name in (f"{MARK}.new", MARK, "lock"):
            (folder / name).unlink(missing_ok=True)
    finally:
        os.close(lock)
    for emptied in (folder, folder.parent):
        with suppress(OSError):  # something else is in it
            emptied.rmdir()
    return size
