"""What can be listened to: an answer, or all that somebody said in an attempt, made of the sound that rests.

STORE/recordings/MERCHANT/ATTEMPT/microphone-640.pcm, turns.jsonl      sealed (sound/resting.py)
        │  cut and encoded when it is first asked for
        ▼
                                 /session.webm, answer-3.webm          sealed too, and gone with the rest
"""

import asyncio
import os
import sys
from uuid import UUID

from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.sound_names import TURNS, recordings_folder
from vivavoce.candidates.own_key import find_own_key
from vivavoce.candidates.sealed_file import SALT_BYTES, SealedFile, seal_whole
from vivavoce.db.database import Database
from vivavoce.errors import NotFound, Unavailable
from vivavoce.providers.files.port import NoFile
from vivavoce.recordings.stretches import find_stretches, read_entries

BYTES_A_SECOND = 32_000  # 16-bit mono at 16 kHz
MOST_SECONDS = 600.0  # that composing may take
ENCODER = (sys.executable, "-m", "vivavoce.recordings.encode")
AT_ONCE = asyncio.Semaphore(2)  # of one server: encoding takes a core


class NotComposed(Unavailable):
    """This recording can't be composed right now. Please try again in a minute."""

    retry_after = 60


class NotRested(NotFound):
    """This recording isn't there yet: it comes some ten minutes after the attempt was handed in."""


async def open_recording(
    database: Database, store: RecordingStore, *, merchant_id: UUID, attempt_id: UUID, number: int | None
) -> SealedFile:
    """The answer of this turn, or all that was said (None), as Opus in WebM.

    Raises NotFound for an attempt that is not there, was erased, or where nothing was said, NotRested, FilesAway,
    NotComposed, and SealBroken.
    """
    key = await _key_of(database, store, merchant_id=merchant_id, attempt_id=attempt_id)
    folder = recordings_folder(merchant_id=merchant_id, attempt_id=attempt_id)
    name = f"{folder}/{'session' if number is None else f'answer-{number}'}.webm"
    try:
        return await asyncio.to_thread(store.open, name, key)
    except NoFile:
        pass
    async with AT_ONCE:
        pcm = await asyncio.to_thread(_read_sound, store, folder, key, number)
        webm = await _encode(pcm)
    sealed = seal_whole(webm, key, name=name, salt=os.urandom(SALT_BYTES))
    await asyncio.to_thread(store.files.put, name, sealed)
    try:
        await _key_of(database, store, merchant_id=merchant_id, attempt_id=attempt_id)
    except NotFound:  # erased meanwhile: nothing comes back
        await asyncio.to_thread(store.files.delete_all, folder)
        raise
    return await asyncio.to_thread(store.open, name, key)


async def _key_of(database: Database, store: RecordingStore, *, merchant_id: UUID, attempt_id: UUID) -> bytes:
    async with database.tenant(merchant_id) as connection:
        row = await connection.fetchrow("select candidate_id, erasing_at from attempts where id = $1", attempt_id)
        if row is None or row["erasing_at"] is not None:
            raise NotFound
        return await find_own_key(connection, store.wrapping, merchant_id=merchant_id, candidate_id=row["candidate_id"])


def _read_sound(store: RecordingStore, folder: str, key: bytes, number: int | None) -> bytes:
    """The sound to be encoded. It blocks."""
    names = [file.name for file in store.files.list(folder) if file.name.endswith(".pcm")]
    if not names:
        raise NotRested
    sound = store.open(names[0], key)
    if number is None:
        return sound.read(0, sound.size)
    turns = store.open(f"{folder}/{TURNS}", key)
    entries = read_entries(turns.read(0, turns.size))
    stretch = find_stretches(entries, seconds=sound.size / BYTES_A_SECOND).get(number)
    if stretch is None:
        raise NotFound("Nothing was said aloud in this answer.")
    begin, end = (round(moment * BYTES_A_SECOND / 2) * 2 for moment in (stretch.begin, stretch.end))
    return sound.read(begin, end)


async def _encode(pcm: bytes) -> bytes:
    program = await asyncio.create_subprocess_exec(
        *ENCODER, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(MOST_SECONDS):
            webm, _ = await program.communicate(pcm)
    except TimeoutError:
        raise NotComposed from None
    finally:
        if program.returncode is None:
            program.kill()
            await program.wait()
    if program.returncode != 0:
        raise NotComposed
    return webm
