"""What can be listened to: an answer, or the whole session with both voices, made of the sound that rests.

STORE/recordings/MERCHANT/ATTEMPT/part-0000000000-640.sound, …         sealed (sound/storing.py)
        │  cut and encoded when it is first asked for
        ▼
                                 /session-DIGEST.webm, answer-3-…      sealed too, and gone with the rest

The digest is of the parts: what was composed before another part came is composed anew. Where a camera was on, its
picture is put to the sound, and the film lies with the camera's takes (recordings/picture.py). Drawing the interviewer
beside it takes minutes, so that is done by a worker, once the attempt was sent (recordings/ahead.py): whoever comes
before sees the candidate alone, for as long as their address is good.
"""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.sound_names import recordings_folder
from vivavoce.candidates.sealed_file import SALT_BYTES, SealedFile, seal_whole
from vivavoce.db.database import Database
from vivavoce.errors import NotFound, Unavailable
from vivavoce.providers.files.port import NoFile
from vivavoce.recordings.asked import LEAN, EncodeAsked
from vivavoce.recordings.film import DrawFaces, open_drawn, open_pictured
from vivavoce.recordings.recording_place import (
    AT_ONCE,
    LinesVoice,
    NotRested,
    OpenRecording,
    RecordingPlace,
    is_recording_erased,
    read_rows,
    read_voice,
    remove_outdated,
)
from vivavoce.recordings.session import SessionPlan
from vivavoce.recordings.stored_sound import BYTES_A_SECOND, Gap, StoredPart, StoredSound, digest_of, list_parts
from vivavoce.recordings.stretches import AnswerStretch, find_stretches

MOST_SECONDS = 600.0  # that composing may take
PIECE_BYTES = 1024 * 1024
ENCODER = (sys.executable, "-m", "vivavoce.recordings.encode")


class NotComposed(Unavailable):
    """This recording can't be composed right now. Please try again in a minute."""

    retry_after = 60


class SoundGone(NotFound):
    """This recording was erased: it was to be kept for a shorter time than the words."""


async def open_recording(
    database: Database,
    store: RecordingStore,
    *,
    merchant_id: UUID,
    attempt_id: UUID,
    number: int | None,
    is_for_themselves: bool = False,
    asked_at: datetime | None = None,
    draw: DrawFaces | None = None,
) -> OpenRecording:
    """The answer of this turn, or the whole session with the interviewer's voice (None), as Opus in WebM.

    With the candidate's picture where the interview gives one and a camera was on. What of that can't be read is left
    out, and where nothing of it can, the sound is given alone.

    is_for_themselves: whoever said it takes it away, and so it need not be sent. asked_at: a film with the interviewer
    drawn beside is given if it was there by then, so that nobody's player finds another file halfway; None: any. draw:
    makes that film where it isn't there; None: it is left to a worker.

    Raises NotFound for an attempt that is not there, was erased, or where nothing was said, NotRested, FilesAway,
    NotComposed, and SealBroken.
    """
    rows = await read_rows(database, store, merchant_id, attempt_id, number, is_for_themselves=is_for_themselves)
    folder = recordings_folder(merchant_id=merchant_id, attempt_id=attempt_id)
    parts = await asyncio.to_thread(list_parts, store, folder)
    if not parts:
        raise SoundGone if await is_recording_erased(database, merchant_id, attempt_id) else NotRested
    place = RecordingPlace(
        store=store,
        folder=folder,
        stem="session" if number is None else f"answer-{number}",
        parts=parts,
        rows=rows,
        number=number,
        merchant_id=merchant_id,
        attempt_id=attempt_id,
    )
    sound = await _open_sound(database, place)
    film = None
    if rows.takes and rows.interviewer is not None:
        film = await open_drawn(database, place, sound, asked_at=asked_at, draw=draw)
    if rows.takes and film is None:
        film = await open_pictured(database, place, sound)
    return film or OpenRecording(sound, "audio/webm")


async def _open_sound(database: Database, place: RecordingPlace) -> SealedFile:
    store, folder, parts, stem, number = place.store, place.folder, place.parts, place.stem, place.number
    merchant_id, attempt_id, key, plan = place.merchant_id, place.attempt_id, place.rows.key, place.rows.plan
    beside = str(plan) if number is None and plan.lines else ""
    name = f"{folder}/{stem}-{digest_of(parts, beside=beside)}.webm"
    try:
        return await asyncio.to_thread(store.open, name, key)
    except NoFile:
        pass
    async with AT_ONCE:
        sound = await asyncio.to_thread(_read_sound, store, folder, parts, key, number)
        voice = None
        if number is None and plan.lines:
            voice = await asyncio.to_thread(read_voice, store, folder, key, plan, merchant_id)
        webm = await _encode(sound.pcm, missing=sound.missing, voice=voice)
    sealed = seal_whole(webm, key, name=name, salt=os.urandom(SALT_BYTES))
    await asyncio.to_thread(_replace, store, folder, stem, name, sealed)
    if await is_recording_erased(database, merchant_id, attempt_id):  # meanwhile: nothing comes back
        await asyncio.to_thread(store.files.delete_all, folder)
        raise NotFound
    return await asyncio.to_thread(store.open, name, key)


def _replace(store: RecordingStore, folder: str, stem: str, name: str, sealed: bytes) -> None:
    """Stores what was composed, and removes what was composed of fewer parts, or by an earlier version. It blocks."""
    store.files.put(name, sealed)
    remove_outdated(store, folder, stem, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """Sound to be encoded. missing: what is silence in it because nobody has it."""

    pcm: bytes
    missing: list[Gap]


def _read_sound(store: RecordingStore, folder: str, parts: list[StoredPart], key: bytes, number: int | None) -> _Heard:
    """The sound to be encoded. It blocks."""
    sound = StoredSound(store, folder, parts, key)
    stretch: AnswerStretch | None = AnswerStretch(begin=0.0, end=sound.size / BYTES_A_SECOND)
    if number is not None:
        stretch = find_stretches(sound.entries, seconds=sound.size / BYTES_A_SECOND).get(number)
    if stretch is None:
        raise NotFound("Nothing was said aloud in this answer.")
    begin, end = (round(moment * BYTES_A_SECOND / 2) * 2 for moment in (stretch.begin, stretch.end))
    missing = [
        Gap(begin=max(gap.begin, stretch.begin) - stretch.begin, end=min(gap.end, stretch.end) - stretch.begin)
        for gap in sound.gaps
        if gap.begin < stretch.end and gap.end > stretch.begin
    ]
    return _Heard(pcm=sound.read(begin, end), missing=missing)


def _word(missing: Sequence[Gap], voice: LinesVoice, *, pcm_bytes: int) -> bytes:
    """What the encoder is asked for, before the sound."""
    plan = voice.plan
    asked: EncodeAsked = {
        "missing": [f"{plan.moment(gap.begin):.2f}-{plan.moment(gap.end):.2f}" for gap in missing],
        "pcm_bytes": pcm_bytes,
        "lines": [asdict(line) for line in plan.lines],
        "made": [asdict(made) for made in plan.made],
        "files": [(name, len(wav)) for name, wav in voice.files.items()],
    }
    return b"".join([json.dumps(asked).encode(), b"\n", *voice.files.values()])


async def _feed(program: asyncio.subprocess.Process, head: bytes, pcm: bytes) -> None:
    """Piece by piece, so that an hour of sound is not held twice."""
    assert program.stdin is not None
    with suppress(BrokenPipeError, ConnectionResetError):  # its end tells why
        program.stdin.write(head)
        for start in range(0, len(pcm), PIECE_BYTES):
            program.stdin.write(pcm[start : start + PIECE_BYTES])
            await program.stdin.drain()
        program.stdin.close()
        await program.stdin.wait_closed()


async def _encode(pcm: bytes, *, missing: Sequence[Gap] = (), voice: LinesVoice | None = None) -> bytes:
    head = _word(missing, voice or LinesVoice(plan=SessionPlan(), files={}), pcm_bytes=len(pcm))
    program = await asyncio.create_subprocess_exec(
        *ENCODER,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=os.environ | LEAN,
    )
    try:
        async with asyncio.timeout(MOST_SECONDS):
            assert program.stdout is not None
            webm, _ = await asyncio.gather(program.stdout.read(), _feed(program, head, pcm))
            await program.wait()
    except TimeoutError:
        raise NotComposed from None
    finally:
        if program.returncode is None:
            program.kill()
            await program.wait()
    if program.returncode != 0:
        raise NotComposed
    return webm
