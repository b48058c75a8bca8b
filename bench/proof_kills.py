"""What a server that is killed again and again costs of what it had acknowledged: a part of bench/proof.py."""

import asyncio
import os
import random
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from uuid import UUID

from tests.crash.program import Program, end_all
from tests.laid import a_folder
from tests.providers.speaking import WHISPER
from tests.recorded_page import PICTURED, RecordedPage
from tests.talking import begin_at, create_interview
from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.sound_names import recordings_folder
from vivavoce.attempts.takes import part_name, read_takes, takes_folder
from vivavoce.cli.recordings import open_recordings
from vivavoce.db.address import embedded_address
from vivavoce.db.database import Database, open_database
from vivavoce.db.embedded import hold
from vivavoce.providers.ears.whisper_files import find_files
from vivavoce.recordings.stored_sound import StoredSound, list_parts
from vivavoce.settings import read_settings
from vivavoce.sound.resting import rest_sound
from vivavoce.sound.storing import open_key

RECORDED = 3
LONGEST_WAIT = 2.0  # seconds from the first new receipts to the kill
GOES_ON_SECONDS = 120.0  # until everybody has new receipts
VOICE = {"VIVAVOCE_VOICE": "on", "VIVAVOCE_WHISPER_FOLDER": str(WHISPER)}


@dataclass(frozen=True, slots=True)
class _Recorded:
    """A server that can be killed, and those who are recorded there."""

    program: Program
    merchant_id: UUID
    pages: Sequence[RecordedPage]


def kill_again_and_again(kills: int) -> bool:
    """Whether nothing was lost that had its receipt."""
    find_files(WHISPER, ["registry", "hub"], say=print)
    seed = int(os.environ.get("VIVAVOCE_CRASH_SEED") or secrets.randbits(32))
    began = time.monotonic()
    with _recorded() as recorded:
        asyncio.run(_record(recorded, kills=kills, chance=random.Random(seed)))
        recorded.program.stop()
        lost_sound, lost_picture = asyncio.run(_find_lost(recorded))
    pages = recorded.pages
    sound = sum(len(page.heard) for page in pages)
    picture = sum(len(part) for page in pages for part in page.camera.parts[: page.camera.kept])
    print(
        f"kills       {kills} kills of the server in {time.monotonic() - began:.0f} s while {len(pages)} record (seed"
        f" {seed}): of {sound / 1e6:.1f} MB of sound {lost_sound} bytes lost, of {picture / 1e6:.1f} MB of picture"
        f" {lost_picture} bytes lost"
    )
    return lost_sound + lost_picture == 0


def count_lost(acknowledged: bytes, kept: bytes) -> int:
    """How many bytes are missing, or are others."""
    there = kept[: len(acknowledged)]
    return 0 if there == acknowledged else sum(sent != now for sent, now in zip_longest(acknowledged, there))


@contextmanager
def _recorded() -> Iterator[_Recorded]:
    with a_folder() as folder:
        program = Program(folder)
        program.settings |= VOICE
        try:
            program.start()
            furnished = program.running.furnish("bench")
            interview_id = create_interview(program.running, furnished, **PICTURED)
            opened = [begin_at(program.running, furnished, interview_id, shows_face=True) for _ in range(RECORDED)]
            yield _Recorded(program, UUID(furnished.merchant_id), [RecordedPage(page) for page in opened])
        finally:
            program.sweep()
            end_all(folder)


async def _record(recorded: _Recorded, *, kills: int, chance: random.Random) -> None:
    over = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for page in recorded.pages:
            group.create_task(page.record(over))
        try:
            for _ in range(kills):
                await _goes_on(recorded.pages)
                await asyncio.sleep(chance.uniform(0, LONGEST_WAIT))
                await asyncio.to_thread(recorded.program.kill)
                await asyncio.to_thread(recorded.program.start)
            await _goes_on(recorded.pages)
        finally:
            over.set()


async def _goes_on(pages: Sequence[RecordedPage]) -> None:
    """Returns when everybody has a new receipt for sound and for a part of their picture."""
    before = [(page.camera.kept, len(page.heard)) for page in pages]
    async with asyncio.timeout(GOES_ON_SECONDS):
        while any(  # noqa: ASYNC110 - the pages tell nobody
            page.camera.kept <= parts or len(page.heard) <= heard
            for page, (parts, heard) in zip(pages, before, strict=True)
        ):
            await asyncio.sleep(0.05)


async def _find_lost(recorded: _Recorded) -> tuple[int, int]:
    """Bytes of sound and of pictures that had their receipts, and are not in the store as they were sent."""
    sound = picture = 0
    folder = recorded.program.folder
    store = open_recordings(read_settings({}, given={"data_dir": folder}))
    with hold(folder, say=lambda _: None) as server:
        async with open_database(embedded_address(server.socket_dir, server.database), connections=2) as database:
            async for _ in rest_sound(database, store):  # what of the sound was not stored at the end of a turn
                pass
            for page in recorded.pages:
                attempt_id = UUID(page.opened.attempt_id)
                key = await open_key(database, store, merchant_id=recorded.merchant_id, attempt_id=attempt_id)
                place = recordings_folder(merchant_id=recorded.merchant_id, attempt_id=attempt_id)
                stored = StoredSound(store, place, list_parts(store, place), key)
                sound += count_lost(page.heard, stored.read(0, stored.size))
                picture += await _find_lost_picture(database, store, recorded.merchant_id, page, key)
    return sound, picture


async def _find_lost_picture(
    database: Database, store: RecordingStore, merchant_id: UUID, page: RecordedPage, key: bytes
) -> int:
    """A part that its row does not count is lost too: nobody would play it."""
    attempt_id, camera = UUID(page.opened.attempt_id), page.camera
    folder = takes_folder(merchant_id=merchant_id, attempt_id=attempt_id)
    async with database.tenant(merchant_id) as connection:
        takes = await read_takes(connection, attempt_id)
    counted = next((take.parts for take in takes if take.id == camera.take_id), 0)
    lost = sum(len(part) for part in camera.parts[counted : camera.kept])
    for index, part in enumerate(camera.parts[: min(counted, camera.kept)]):
        kept = store.open(part_name(folder, camera.take_id, index), key)
        lost += count_lost(part, kept.read(0, kept.size))
    return lost
