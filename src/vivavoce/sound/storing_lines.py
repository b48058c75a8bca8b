"""The lines that were heard in an attempt go to the store beside its sound, sealed as it is: what was composed of a
candidate's own words is theirs, and whoever composes the session may be on another machine."""

import asyncio
from pathlib import PurePosixPath
from uuid import UUID

from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.sound_names import line_name, line_path, recordings_folder
from vivavoce.db.database import Database

HEARD = """
    select distinct line->>'file' from playouts, jsonb_array_elements(lines) line
    where attempt_id = $1 and line->>'file' <> all($2::text[])
"""


async def store_lines(
    database: Database, store: RecordingStore, key: bytes, *, merchant_id: UUID, attempt_id: UUID, known: set[str]
) -> None:
    """Stores what of them lies on this machine. known: what is in the store; it grows.

    Raises FilesAway, NoSpace, and OSError.
    """
    async with database.tenant(merchant_id) as connection:
        rows = await connection.fetch(HEARD, attempt_id, list(known))
    heard = [row[0] for row in rows]
    if heard:
        await asyncio.to_thread(_store, store, key, heard, merchant_id=merchant_id, attempt_id=attempt_id, known=known)


def _store(
    store: RecordingStore, key: bytes, heard: list[str], *, merchant_id: UUID, attempt_id: UUID, known: set[str]
) -> None:
    folder = recordings_folder(merchant_id=merchant_id, attempt_id=attempt_id)
    incoming = store.incoming(merchant_id=merchant_id, attempt_id=attempt_id)
    there = {PurePosixPath(file.name).name for file in store.files.list(folder)}
    for line in heard:
        name = line_name(folder, line)
        path = line_path(store.data_dir, merchant_id, line, kind="wav")
        if PurePosixPath(name).name not in there:
            if not path.is_file():
                continue  # another machine said it, and stores it
            store.seal(path, name, key, incoming=incoming)
        known.add(line)
