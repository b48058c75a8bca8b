"""What can be listened to: an answer, or the whole session with both voices, made of the sound that rests.

STORE/recordings/MERCHANT/ATTEMPT/part-0000000000-640.sound, …         sealed (sound/storing.py)
        │  cut and encoded when it is first asked for
        ▼
                                 /session-DIGEST.webm, answer-3-…      sealed too, and gone with the rest

The digest is of the parts: what was composed before another part came is composed anew.
"""

import asyncio
import json
import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from uuid import UUID

from vivavoce.attempts.kept_shorter import is_sound_erased
from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.sound_names import line_name, line_path, recordings_folder
from vivavoce.attempts.states import UNDER_WAY, AttemptState
from vivavoce.candidates.own_key import find_own_key
from vivavoce.candidates.sealed_file import SALT_BYTES, SealedFile, seal_whole
from vivavoce.db.database import Database
from vivavoce.errors import NotFound, Unavailable
from vivavoce.providers.files.port import NoFile
from vivavoce.recordings.asked import EncodeAsked
from vivavoce.recordings.session import SessionPlan, read_plan
from vivavoce.recordings.stored_sound import (
    BYTES_A_SECOND,
    Gap,
    StoredPart,
    StoredSound,
    digest_of,
    list_parts,
)
from vivavoce.recordings.stretches import AnswerStretch, find_stretches

MOST_SECONDS = 600.0  # that composing may take
PIECE_BYTES = 1024 * 1024
ENCODER = (sys.executable, "-m", "vivavoce.recordings.encode")
AT_ONCE = asyncio.Semaphore(2)  # of one server: encoding takes a core


class NotComposed(Unavailable):
    """This recording can't be composed right now. Please try again in a minute."""

    retry_after = 60


class NotRested(NotFound):
    """This recording isn't there yet: what was said last comes some ten minutes after the attempt was handed in."""


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
) -> SealedFile:
    """The answer of this turn, or the whole session with the interviewer's voice (None), as Opus in WebM.

    is_for_themselves: whoever said it takes it away, and so it need not be sent.

    Raises NotFound for an attempt that is not there, was erased, or where nothing was said, NotRested, FilesAway,
    NotComposed, and SealBroken.
    """
    key, plan = await _read_rows(database, store, merchant_id, attempt_id, is_for_themselves=is_for_themselves)
    folder = recordings_folder(merchant_id=merchant_id, attempt_id=attempt_id)
    parts = await asyncio.to_thread(list_parts, store, folder)
    if not parts:
        raise SoundGone if await _is_erased(database, merchant_id, attempt_id) else NotRested
    stem = "session" if number is None else f"answer-{number}"
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
            voice = await asyncio.to_thread(_read_voice, store, folder, key, plan, merchant_id)
        webm = await _encode(sound.pcm, missing=sound.missing, voice=voice)
    sealed = seal_whole(webm, key, name=name, salt=os.urandom(SALT_BYTES))
    await asyncio.to_thread(_replace, store, folder, stem, name, sealed)
    if await _is_erased(database, merchant_id, attempt_id):  # meanwhile: nothing comes back
        await asyncio.to_thread(store.files.delete_all, folder)
        raise NotFound
    return await asyncio.to_thread(store.open, name, key)


def _replace(store: RecordingStore, folder: str, stem: str, name: str, sealed: bytes) -> None:
    """Stores what was composed, and removes what was composed of fewer parts, or by an earlier version. It blocks."""
    outdated = [
        file.name
        for file in store.files.list(folder)
        if re.fullmatch(rf"{stem}(-[0-9a-f]{{16}})?\.webm", PurePosixPath(file.name).name)
    ]
    store.files.put(name, sealed)
    store.files.delete(old for old in outdated if old != name)


async def _is_erased(database: Database, merchant_id: UUID, attempt_id: UUID) -> bool:
    """Whether the attempt is erased, or will be, or its sound alone."""
    async with database.tenant(merchant_id) as connection:
        erasing_at = await connection.fetchval("select erasing_at from attempts where id = $1", attempt_id)
        return erasing_at is not None or await is_sound_erased(connection, attempt_id)


async def _read_rows(
    database: Database, store: RecordingStore, merchant_id: UUID, attempt_id: UUID, *, is_for_themselves: bool
) -> tuple[bytes, SessionPlan]:
    """The key of its person, and what is put to their sound."""
    async with database.tenant(merchant_id) as connection:
        row = await connection.fetchrow(
            "select candidate_id, state, erasing_at from attempts where id = $1", attempt_id
        )
        if row is None or row["erasing_at"] is not None:
            raise NotFound
        # Parts are there already, and its candidate has not sent it.
        if AttemptState(row["state"]) in UNDER_WAY and not is_for_themselves:
            raise NotRested
        key = await find_own_key(connection, store.wrapping, merchant_id=merchant_id, candidate_id=row["candidate_id"])
        return key, await read_plan(connection, attempt_id)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _LinesVoice:
    """The interviewer's. files: the lines' sounds as WAV, by their keys."""

    plan: SessionPlan
    files: dict[str, bytes]


def _read_voice(store: RecordingStore, folder: str, key: bytes, plan: SessionPlan, merchant_id: UUID) -> _LinesVoice:
    """What of the lines can be found, in the store or on this machine. It blocks."""
    files = {}
    for line in dict.fromkeys(line.file for line in plan.lines):
        try:
            sealed = store.open(line_name(folder, line), key)
            files[line] = sealed.read(0, sealed.size)
        except NoFile:
            with suppress(FileNotFoundError):
                files[line] = line_path(store.data_dir, merchant_id, line, kind="wav").read_bytes()
    return _LinesVoice(plan=plan, files=files)


def _word(missing: Sequence[Gap], voice: _LinesVoice) -> bytes:
    """What the encoder is asked for, before the sound."""
    plan = voice.plan
    asked: EncodeAsked = {
        "missing": [f"{plan.moment(gap.begin):.2f}-{plan.moment(gap.end):.2f}" for gap in missing],
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


async def _encode(pcm: bytes, *, missing: Sequence[Gap] = (), voice: _LinesVoice | None = None) -> bytes:
    head = _word(missing, voice or _LinesVoice(plan=SessionPlan(), files={}))
    program = await asyncio.create_subprocess_exec(
        *ENCODER,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
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
