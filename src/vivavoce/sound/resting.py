"""Sound that rests: once an attempt takes no more, it is sealed and moved to the store of files, and leaves this disk.

    DATA/sound/MERCHANT/ATTEMPT/…    in clear, while somebody speaks or may come back
            │  handed in, ended or given up, and nobody holds the folder
            ▼
    STORE/recordings/MERCHANT/ATTEMPT/…    sealed by its person's own key

Each file is whole in the store before the one here goes, so whoever is stopped in between does it again. What an
earlier version left in clear goes the same way.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.sound_names import recordings_folder
from vivavoce.attempts.states import AttemptState
from vivavoce.candidates.own_key import own_key
from vivavoce.db.database import Database
from vivavoce.db.ids import to_id
from vivavoce.errors import BeingErased
from vivavoce.merchants.keys import UnknownWrappingKey
from vivavoce.sound.sound_file import ERASING, FOLDER, TURNS, HeldElsewhere, lock_folder
from vivavoce.sound.turn_after_turn import CLOSED_AFTER

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestedSound:
    """An attempt whose sound lies sealed in the store now. size_bytes: of it."""

    merchant_id: UUID
    attempt_id: UUID
    size_bytes: int


async def rest_sound(database: Database, store: RecordingStore) -> AsyncIterator[RestedSound]:
    """Seals and moves the sound of every attempt that takes no more, and tells of each; what is under way stays.

    Raises FilesAway, and NoSpace; the rest is done the next time. An attempt that is not in this database is left as it
    is, as after a backup was put back in part; so is one whose key can't be opened here, and the others go on.
    """
    for folder in await asyncio.to_thread(lambda: list(_list_folders(store.data_dir / FOLDER))):
        merchant_id, attempt_id = to_id(folder.parent.name), to_id(folder.name)
        if merchant_id is None or attempt_id is None:
            continue
        try:
            key = await _key_of(database, store, merchant_id=merchant_id, attempt_id=attempt_id)
        except UnknownWrappingKey as error:
            log.error("the sound of attempt %s can't be sealed: %s", attempt_id, error.message)
            continue
        if key is None:
            continue
        name = recordings_folder(merchant_id=merchant_id, attempt_id=attempt_id)
        incoming = store.incoming(merchant_id=merchant_id, attempt_id=attempt_id)
        size = await asyncio.to_thread(_move, store, folder, key, name, incoming)
        if size is not None:
            yield RestedSound(merchant_id=merchant_id, attempt_id=attempt_id, size_bytes=size)


async def _key_of(database: Database, store: RecordingStore, *, merchant_id: UUID, attempt_id: UUID) -> bytes | None:
    """None: its sound may still grow, or is being erased."""
    try:
        async with database.tenant(merchant_id) as connection:
            row = await connection.fetchrow(
                "select candidate_id, state, erasing_at from attempts where id = $1", attempt_id
            )
            if row is None or row["erasing_at"] is not None or AttemptState(row["state"]) not in CLOSED_AFTER:
                return None
            return await own_key(connection, store.wrapping, merchant_id=merchant_id, candidate_id=row["candidate_id"])
    except BeingErased:
        return None


def _list_folders(folder: Path) -> Iterator[Path]:
    for merchant in sorted(folder.glob("*")):
        yield from sorted(attempt for attempt in merchant.glob("*") if attempt.is_dir())


def _move(store: RecordingStore, folder: Path, key: bytes, name: str, incoming: Path) -> int | None:
    """How many bytes were moved; None where somebody holds the folder, or it is being erased."""
    try:
        lock = lock_folder(folder)
    except (HeldElsewhere, FileNotFoundError):
        return None
    try:
        if (folder / ERASING).exists():
            return None
        moved = 0
        # The sound last: as long as it lies here, somebody who is stopped finds it again.
        for path in (folder / TURNS, *sorted(folder.glob("microphone-*.pcm"))):
            if path.exists():
                moved += store.seal(path, f"{name}/{path.name}", key, incoming=incoming)
                path.unlink()
        (folder / "lock").unlink()
    finally:
        os.close(lock)
    for emptied in (folder, folder.parent):
        with suppress(OSError):  # something else is in it
            emptied.rmdir()
    return moved
