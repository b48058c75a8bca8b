"""What can be listened to: an answer, or the whole session with both voices, made of the sound that rests.

STORE/recordings/MERCHANT/ATTEMPT/part-0000000000-640.sound, …         sealed (sound/storing.py)
        │  cut and encoded when it is first asked for
        ▼
                                 /session-DIGEST.webm, answer-3-…      sealed too, and gone with the rest

The digest is of the parts: what was composed before another part came is composed anew. Where a camera was on, its
picture is put to the sound, and the film lies with the camera's takes (recordings/picture.py).
"""

import asyncio
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from uuid import UUID

from vivavoce.attempts.kept_shorter import is_sound_erased
from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.sound_names import line_name, line_path, recordings_folder
from vivavoce.attempts.states import UNDER_WAY, AttemptState
from vivavoce.attempts.takes import Take, find_shown, read_takes, takes_folder
from vivavoce.candidates.own_key import find_own_key
from vivavoce.candidates.sealed_file import SALT_BYTES, SealedFile, seal_whole
from vivavoce.db.database import Database
from vivavoce.errors import NotFound, Unavailable
from vivavoce.interviews.versions import read_version
from vivavoce.providers.files.port import NoFile
from vivavoce.recordings.asked import LEAN, EncodeAsked
from vivavoce.recordings.picture import NoPicture, PlacedTake, compose_picture
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
) -> "OpenRecording":
    """The answer of this turn, or the whole session with the interviewer's voice (None), as Opus in WebM.

    With the candidate's picture where the interview gives one and a camera was on. What of that can't be read is left
    out, and where nothing of it can, the sound is given alone.

    is_for_themselves: whoever said it takes it away, and so it need not be sent.

    Raises NotFound for an attempt that is not there, was erased, or where nothing was said, NotRested, FilesAway,
    NotComposed, and SealBroken.
    """
    rows = await _read_rows(database, store, merchant_id, attempt_id, number, is_for_themselves=is_for_themselves)
    folder = recordings_folder(merchant_id=merchant_id, attempt_id=attempt_id)
    parts = await asyncio.to_thread(list_parts, store, folder)
    if not parts:
        raise SoundGone if await _is_erased(database, merchant_id, attempt_id) else NotRested
    place = _Place(
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
    film = await _open_film(database, place, sound) if rows.takes else None
    return film or OpenRecording(sound, "audio/webm")


@dataclass(frozen=True, slots=True)
class OpenRecording:
    """A recording, to be read; reading blocks."""

    sealed: SealedFile
    media_type: str

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return self.sealed.size

    @property
    def has_picture(self) -> bool:
        """Whether there is something to see."""
        return self.media_type.startswith("video/")

    @property
    def ending(self) -> str:
        """Of its file's name."""
        return self.media_type.rpartition("/")[2]

    def read(self, begin: int, end: int) -> bytes:
        """Its bytes from one up to another."""
        return self.sealed.read(begin, end)

    def pieces(self, begin: int, end: int) -> Iterator[bytes]:
        """The same, in pieces."""
        return self.sealed.pieces(begin, end)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """What is composed, and of what."""

    store: RecordingStore
    folder: str
    stem: str
    parts: list[StoredPart]
    rows: "_Rows"
    number: int | None
    merchant_id: UUID
    attempt_id: UUID


async def _open_sound(database: Database, place: _Place) -> SealedFile:
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
            voice = await asyncio.to_thread(_read_voice, store, folder, key, plan, merchant_id)
        webm = await _encode(sound.pcm, missing=sound.missing, voice=voice)
    sealed = seal_whole(webm, key, name=name, salt=os.urandom(SALT_BYTES))
    await asyncio.to_thread(_replace, store, folder, stem, name, sealed)
    if await _is_erased(database, merchant_id, attempt_id):  # meanwhile: nothing comes back
        await asyncio.to_thread(store.files.delete_all, folder)
        raise NotFound
    return await asyncio.to_thread(store.open, name, key)


async def _open_film(database: Database, place: _Place, sound: SealedFile) -> OpenRecording | None:
    """None where nothing that the camera recorded can be read."""
    store, key, takes = place.store, place.rows.key, place.rows.takes
    whose = {"merchant_id": place.merchant_id, "attempt_id": place.attempt_id}
    folder, ending = takes_folder(**whose), takes[0].format
    beside = f"{place.rows.plan} {takes}"
    name = f"{folder}/{place.stem}-{digest_of(place.parts, beside=beside)}.{ending}"
    try:
        return OpenRecording(await asyncio.to_thread(store.open, name, key), f"video/{ending}")
    except NoFile:
        pass
    try:
        async with AT_ONCE:
            placed = await asyncio.to_thread(_place_takes, place)
            heard = await asyncio.to_thread(sound.read, 0, sound.size)
            await asyncio.to_thread(compose_picture, store, name, key, placed, heard, **whose)
    except NoPicture:
        return None
    await asyncio.to_thread(_remove_outdated, store, folder, place.stem, name)
    if not await _has_takes(database, place.merchant_id, place.attempt_id):  # meanwhile: nothing comes back
        await asyncio.to_thread(store.files.delete_all, folder)
        raise NotFound
    return OpenRecording(await asyncio.to_thread(store.open, name, key), f"video/{ending}")


def _place_takes(place: _Place) -> list[PlacedTake]:
    """Where each take begins in what is composed. It blocks."""
    if place.number is None:
        return [PlacedTake(take=take, at=place.rows.plan.moment(take.begins_at)) for take in place.rows.takes]
    sound = StoredSound(place.store, place.folder, place.parts, place.rows.key)
    stretch = find_stretches(sound.entries, seconds=sound.size / BYTES_A_SECOND).get(place.number)
    begin = 0.0 if stretch is None else stretch.begin
    return [PlacedTake(take=take, at=take.begins_at - begin) for take in place.rows.takes]


async def _has_takes(database: Database, merchant_id: UUID, attempt_id: UUID) -> bool:
    """Whether a picture may be kept: its attempt is not erased, nor are its pictures or its sound alone."""
    if await _is_erased(database, merchant_id, attempt_id):
        return False
    async with database.tenant(merchant_id) as connection:
        return bool(await read_takes(connection, attempt_id))


def _replace(store: RecordingStore, folder: str, stem: str, name: str, sealed: bytes) -> None:
    """Stores what was composed, and removes what was composed of fewer parts, or by an earlier version. It blocks."""
    store.files.put(name, sealed)
    _remove_outdated(store, folder, stem, name)


def _remove_outdated(store: RecordingStore, folder: str, stem: str, name: str) -> None:
    """All that was composed of it before. It blocks."""
    outdated = [
        file.name
        for file in store.files.list(folder)
        if re.fullmatch(rf"{stem}(-[0-9a-f]{{16}})?\.(webm|mp4)", PurePosixPath(file.name).name)
    ]
    store.files.delete(old for old in outdated if old != name)


async def _is_erased(database: Database, merchant_id: UUID, attempt_id: UUID) -> bool:
    """Whether the attempt is erased, or will be, or its sound alone."""
    async with database.tenant(merchant_id) as connection:
        erasing_at = await connection.fetchval("select erasing_at from attempts where id = $1", attempt_id)
        return erasing_at is not None or await is_sound_erased(connection, attempt_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """What the database has. key: of its person. plan: what is put to their sound. takes: what there is to see."""

    key: bytes
    plan: SessionPlan
    takes: list[Take]


async def _read_rows(
    database: Database,
    store: RecordingStore,
    merchant_id: UUID,
    attempt_id: UUID,
    number: int | None,
    *,
    is_for_themselves: bool,
) -> _Rows:
    async with database.tenant(merchant_id) as connection:
        row = await connection.fetchrow(
            "select candidate_id, state, erasing_at, interview_id, revision from attempts where id = $1", attempt_id
        )
        if row is None or row["erasing_at"] is not None:
            raise NotFound
        # Parts are there already, and its candidate has not sent it.
        if AttemptState(row["state"]) in UNDER_WAY and not is_for_themselves:
            raise NotRested
        key = await find_own_key(connection, store.wrapping, merchant_id=merchant_id, candidate_id=row["candidate_id"])
        takes = await read_takes(connection, attempt_id)
        if takes:
            definition = await read_version(connection, row["interview_id"], row["revision"])
            takes = find_shown(takes, definition.settings, number)
        return _Rows(key=key, plan=await read_plan(connection, attempt_id), takes=takes)


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


def _word(missing: Sequence[Gap], voice: _LinesVoice, *, pcm_bytes: int) -> bytes:
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


async def _encode(pcm: bytes, *, missing: Sequence[Gap] = (), voice: _LinesVoice | None = None) -> bytes:
    head = _word(missing, voice or _LinesVoice(plan=SessionPlan(), files={}), pcm_bytes=len(pcm))
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
