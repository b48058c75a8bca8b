"""A recording with the candidate's picture, and with the interviewer drawn beside it where the whole session is shown.

Composed of what recordings/compose.py has made of the sound, by the programs of recordings/picture.py.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from vivavoce.attempts.sound_names import line_path
from vivavoce.attempts.takes import read_takes
from vivavoce.candidates.sealed_file import SealedFile
from vivavoce.db.database import Database
from vivavoce.errors import NotFound
from vivavoce.interviews.templates import Interviewer
from vivavoce.providers.files.port import NoFile
from vivavoce.recordings.mouth import Marks
from vivavoce.recordings.picture import DrawnBeside, NoPicture, PlacedTake, compose_picture
from vivavoce.recordings.recording_place import (
    AT_ONCE,
    OpenRecording,
    RecordingPlace,
    is_recording_erased,
    read_voice,
    remove_outdated,
)
from vivavoce.recordings.stored_sound import BYTES_A_SECOND, StoredSound
from vivavoce.recordings.stretches import find_stretches

DrawFaces = Callable[[Interviewer], Mapping[str, bytes]]  # the interviewer as PNG, by the mouth; it blocks

DRAWN = "drawn"
DRAWN_FORM = 1  # of films with an interviewer beside: a new number when they change


async def open_drawn(
    database: Database, place: RecordingPlace, sound: SealedFile, *, asked_at: datetime | None, draw: DrawFaces | None
) -> OpenRecording | None:
    """The session with its interviewer drawn beside the candidate; None where that isn't there, or can't be made."""
    interviewer = place.rows.interviewer
    assert interviewer is not None
    folder, media_type = f"{place.takes_folder}/{DRAWN}", f"video/{place.rows.takes[0].format}"
    name = place.film_name(folder, beside=f"{DRAWN_FORM} {interviewer.character} {interviewer.background}")
    drawn = await asyncio.to_thread(_find_drawn, place, folder, name, asked_at)
    if drawn is not None or draw is None:
        return None if drawn is None else OpenRecording(drawn, media_type)
    faces = await asyncio.to_thread(draw, interviewer)
    beside = await asyncio.to_thread(_read_beside, place, faces)
    made = await _compose_film(database, place, sound, name, beside=beside)
    return None if made is None else OpenRecording(made, media_type)


def _find_drawn(place: RecordingPlace, folder: str, name: str, asked_at: datetime | None) -> SealedFile | None:
    """It blocks."""
    try:
        there = [file for file in place.store.files.list(folder) if file.name == name]
        if not there or (asked_at is not None and there[0].changed_at > asked_at):
            return None
        return place.store.open(name, place.rows.key)
    except NoFile:
        return None


async def open_pictured(database: Database, place: RecordingPlace, sound: SealedFile) -> OpenRecording | None:
    """The same without anybody beside; None where nothing that the camera recorded can be read."""
    ending, is_undrawn = place.rows.takes[0].format, place.rows.interviewer is not None
    name = place.film_name(place.takes_folder)
    try:
        there = await asyncio.to_thread(place.store.open, name, place.rows.key)
    except NoFile:
        made = await _compose_film(database, place, sound, name)
        if made is None:
            return None
        there = made
    return OpenRecording(there, f"video/{ending}", is_undrawn=is_undrawn)


async def _compose_film(
    database: Database, place: RecordingPlace, sound: SealedFile, name: str, *, beside: DrawnBeside | None = None
) -> SealedFile | None:
    """Composes it anew. None where it can't be made of what the camera recorded. beside: who is drawn in it."""
    store, key = place.store, place.rows.key
    whose: dict[str, Any] = {"merchant_id": place.merchant_id, "attempt_id": place.attempt_id}
    try:
        async with AT_ONCE:
            placed = await asyncio.to_thread(_place_takes, place)
            heard = await asyncio.to_thread(sound.read, 0, sound.size)
            await asyncio.to_thread(compose_picture, store, name, key, placed, heard, beside=beside, **whose)
    except NoPicture:
        return None
    await asyncio.to_thread(remove_outdated, store, str(PurePosixPath(name).parent), place.stem, name)
    if not await _has_takes(database, place.merchant_id, place.attempt_id):  # erased meanwhile: nothing comes back
        await asyncio.to_thread(store.files.delete, [name])
        raise NotFound
    return await asyncio.to_thread(store.open, name, key)


def _read_beside(place: RecordingPlace, faces: Mapping[str, bytes]) -> DrawnBeside:
    """What is known of how the interviewer's mouth moves. It blocks."""
    store, plan = place.store, place.rows.plan
    marks: dict[str, Marks] = {}
    for line in dict.fromkeys(line.file for line in plan.lines):
        with suppress(FileNotFoundError, ValueError, KeyError):
            told = json.loads(line_path(store.data_dir, place.merchant_id, line, kind="json").read_bytes())
            marks[line] = told["marks"]
    voice = read_voice(store, place.folder, place.rows.key, plan, place.merchant_id)
    sounds = {line: wav for line, wav in voice.files.items() if not marks.get(line)}
    return DrawnBeside(faces=faces, lines=plan.lines, marks=marks, sounds=sounds)


def _place_takes(place: RecordingPlace) -> list[PlacedTake]:
    """Where each take begins in what is composed. It blocks."""
    if place.number is None:
        return [PlacedTake(take=take, at=place.rows.plan.moment(take.begins_at)) for take in place.rows.takes]
    sound = StoredSound(place.store, place.folder, place.parts, place.rows.key)
    stretch = find_stretches(sound.entries, seconds=sound.size / BYTES_A_SECOND).get(place.number)
    begin = 0.0 if stretch is None else stretch.begin
    return [PlacedTake(take=take, at=take.begins_at - begin) for take in place.rows.takes]


async def _has_takes(database: Database, merchant_id: UUID, attempt_id: UUID) -> bool:
    """Whether a picture may be kept: its attempt is not erased, nor are its pictures or its sound alone."""
    if await is_recording_erased(database, merchant_id, attempt_id):
        return False
    async with database.tenant(merchant_id) as connection:
        return bool(await read_takes(connection, attempt_id))
