"""What was said goes to the store of files at the end of each turn, and within a long one, so that any server can read
it, and go on from it.

    microphone-640.pcm    ▓▓▓▓▓▓▓▓▒▒▒▒▒▒░░░       ▓ stored before   ▒ what is new: one part   ░ what comes meanwhile
    stored                {"next": 400, "turns": 80}   how far ▓ goes, noted once the part is there

A part is sealed on this disk and sent as a whole; the lines that were heard go with it (sound/storing_lines.py).
Whoever is stopped after sending and before noting it sends it again, longer, under the same name. What failed goes
with the next turn.
"""

import asyncio
import json
import logging
import os
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from vivavoce.attempts.recording_store import PIECE_BYTES, RecordingStore
from vivavoce.attempts.sound_names import TURNS, PartName, recordings_folder
from vivavoce.candidates.own_key import own_key
from vivavoce.db.database import Database
from vivavoce.errors import BeingErased, NotFound, VivavoceError
from vivavoce.private import create_file
from vivavoce.recordings.stored_sound import LENGTH_BYTES
from vivavoce.sound.side_work import SideWork
from vivavoce.sound.sound_file import ERASING, SoundFile, SoundPiece, list_pieces
from vivavoce.sound.storing_lines import store_lines

log = logging.getLogger(__name__)

MARK = "stored"
PATIENCE = 5.0  # seconds that whoever closes waits for a part that is on its way
WITHIN_TURN = 10.0  # seconds of sound in a part of a turn that is not over; what is newer the page still has


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundExtent:
    """How far an attempt's sound goes: the number of the frame after it, and the bytes of its entries."""

    next: int
    turns: int


class PartStorer:
    """One attempt's way to the store, beside everything else. It never holds anybody up and never raises."""

    def __init__(
        self,
        database: Database,
        store: RecordingStore | None,
        file: SoundFile,
        *,
        merchant_id: UUID,
        attempt_id: UUID,
        threads: Executor,
    ) -> None:
        self._database = database
        self._store = store
        self._file = file
        self._merchant_id, self._attempt_id = merchant_id, attempt_id
        self._side_work = SideWork(threads, failed=lambda: None)
        self._key: bytes | None = None
        self._task: asyncio.Task[None] | None = None
        self._waiting: SoundExtent | None = None
        self._begun_at = 0.0  # seconds of the attempt's sound
        self._turn_begins: int | None = None  # the first frame of the turn of which something was sent
        self._stored_lines: set[str] = set()

    def begin(self) -> None:
        """What is on the disk now goes to the store; while a part is on its way, it goes once that one is there."""
        if self._store is None:
            return
        self._begun_at = self._file.ledger.seconds
        self._waiting = SoundExtent(next=self._file.ledger.next, turns=self._file.turns_length)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._send_waiting(self._store))

    def begin_within_turn(self, begins: int) -> None:
        """The same where there is much that is new, or nothing was sent yet of the turn that begins at this frame."""
        if begins != self._turn_begins or self._file.ledger.seconds - self._begun_at >= WITHIN_TURN:
            self._turn_begins = begins
            self.begin()

    async def settle(self) -> None:
        """Done when nothing is on its way any more, or it takes too long."""
        if self._task is not None:
            await asyncio.wait([self._task], timeout=PATIENCE)

    async def _send_waiting(self, store: RecordingStore) -> None:
        while self._waiting is not None:
            extent, self._waiting = self._waiting, None
            await self._send(store, extent)

    async def _send(self, store: RecordingStore, extent: SoundExtent) -> None:
        try:
            if self._key is None:
                self._key = await open_key(
                    self._database, store, merchant_id=self._merchant_id, attempt_id=self._attempt_id
                )
            place = recordings_folder(merchant_id=self._merchant_id, attempt_id=self._attempt_id)
            incoming = store.incoming(merchant_id=self._merchant_id, attempt_id=self._attempt_id)
            await self._side_work.in_thread(
                store_sound, store, self._file.folder, self._key, place=place, incoming=incoming, extent=extent
            )
            await store_lines(
                self._database,
                store,
                self._key,
                merchant_id=self._merchant_id,
                attempt_id=self._attempt_id,
                known=self._stored_lines,
            )
            await take_back(self._database, store, merchant_id=self._merchant_id, attempt_id=self._attempt_id)
        except (NotFound, BeingErased):
            return
        except (VivavoceError, OSError) as error:
            reason = error.message if isinstance(error, VivavoceError) else str(error)
            log.warning("the sound of attempt %s stays on this disk for now: %s", self._attempt_id, reason)


async def open_key(database: Database, store: RecordingStore, *, merchant_id: UUID, attempt_id: UUID) -> bytes:
    """The key that seals the attempt's sound. Raises NotFound, and BeingErased."""
    async with database.tenant(merchant_id) as connection:
        row = await connection.fetchrow("select candidate_id, erasing_at from attempts where id = $1", attempt_id)
        if row is None:
            raise NotFound
        if row["erasing_at"] is not None:
            raise BeingErased
        return await own_key(connection, store.wrapping, merchant_id=merchant_id, candidate_id=row["candidate_id"])


async def take_back(database: Database, store: RecordingStore, *, merchant_id: UUID, attempt_id: UUID) -> None:
    """Removes what was just stored where the attempt was claimed meanwhile: erasing wins. Raises FilesAway."""
    async with database.tenant(merchant_id) as connection:
        erasing_at = await connection.fetchval("select erasing_at from attempts where id = $1", attempt_id)
    if erasing_at is not None:
        place = recordings_folder(merchant_id=merchant_id, attempt_id=attempt_id)
        await asyncio.to_thread(store.files.delete_all, place)


def store_sound(
    store: RecordingStore,
    folder: Path,
    key: bytes,
    *,
    place: str,
    incoming: Path,
    extent: SoundExtent | None = None,
) -> int:
    """Stores what is new in the folder, and notes it; how many bytes of sound that was. It blocks.

    The folder must be held. extent: how far it is safe; None: all that is there.
    Raises FilesAway, NoSpace, and OSError; nothing is noted then.
    """
    if (folder / ERASING).exists():
        return 0
    mark, stored = _read_mark(folder), 0
    entries, turns = _read_entries(folder, mark.turns, None if extent is None else extent.turns)
    for piece in list_pieces(folder):
        begins = max(piece.own, mark.next)
        following = piece.next if extent is None else min(piece.next, extent.next)
        if following <= begins:
            continue
        part = PartName(begins=begins, frame_bytes=piece.frame_bytes, tag=piece.tag)
        pieces = _join(entries, _read_frames(piece, begins, following))
        store.seal_pieces(pieces, f"{place}/{part}", key, incoming=incoming)
        stored += (following - begins) * piece.frame_bytes
        mark, entries = SoundExtent(next=following, turns=turns), b""
        _write_mark(folder, mark)
    return stored


def _join(entries: bytes, frames: Iterator[bytes]) -> Iterator[bytes]:
    yield len(entries).to_bytes(LENGTH_BYTES, "big") + entries
    yield from frames


def _read_frames(piece: SoundPiece, begins: int, following: int) -> Iterator[bytes]:
    left = (following - begins) * piece.frame_bytes
    with piece.path.open("rb") as file:
        file.seek((begins - piece.begins) * piece.frame_bytes)
        while left > 0 and (read := file.read(min(left, PIECE_BYTES))):
            left -= len(read)
            yield read


def _read_entries(folder: Path, begin: int, end: int | None) -> tuple[bytes, int]:
    """The whole lines between these bytes, and where they end."""
    try:
        content = (folder / TURNS).read_bytes()[:end]
    except FileNotFoundError:
        return b"", begin
    whole = content.rfind(b"\n") + 1
    return content[begin:whole], max(begin, whole)


def _read_mark(folder: Path) -> SoundExtent:
    """Nothing, where there is none that can be read: then all of it is stored again, under the same names."""
    try:
        noted = json.loads((folder / MARK).read_bytes())
        return SoundExtent(next=int(noted["next"]), turns=int(noted["turns"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return SoundExtent(next=0, turns=0)


def _write_mark(folder: Path, mark: SoundExtent) -> None:
    draft = folder / f"{MARK}.new"
    draft.unlink(missing_ok=True)
    with os.fdopen(create_file(draft), "w") as file:
        json.dump({"next": mark.next, "turns": mark.turns}, file)
    draft.replace(folder / MARK)
