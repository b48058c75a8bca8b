"""A candidate sends a film of themselves before they hand in, sends another one in its place, or takes it back."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from vivavoce.attempts.complete import introduction_wanted
from vivavoce.attempts.film_file import FilmFile
from vivavoce.attempts.introduction import Introduction, Wanted, erase_file, save_introduction, take_introduction
from vivavoce.attempts.record import record_attempt
from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.attempts.results import lock_own, require_own
from vivavoce.attempts.states import AttemptState
from vivavoce.candidates.links import Seat
from vivavoce.candidates.own_key import find_own_key, own_key
from vivavoce.db.database import Database
from vivavoce.errors import Conflict
from vivavoce.events.record import Event
from vivavoce.interviews.versions import read_version

PIECE_BYTES = 1024 * 1024


@asynccontextmanager
async def receiving_film(
    database: Database, store: RecordingStore, seat: Seat, attempt_id: UUID
) -> AsyncIterator[FilmFile]:
    """Where the film is written to; it is not the attempt's until keep_film, within the block.

    Raises, before there is any file, NotFound when the attempt is not this seat's, LinkRevoked, LinkClosed, and
    Conflict unless it waits to be handed in and asks for a film.
    """
    key = await _require_wanted(database, store, seat, attempt_id)
    film = FilmFile(store, key, merchant_id=seat.merchant_id, attempt_id=attempt_id)
    try:
        yield film
    finally:
        await asyncio.to_thread(film.leave)


async def keep_film(
    database: Database, store: RecordingStore, seat: Seat, attempt_id: UUID, film: FilmFile, *, now: datetime
) -> Introduction:
    """Makes the film that came the attempt's, in place of the one before.

    Raises what FilmFile does, NotFound, Conflict once the attempt is handed in, and Unavailable; after that error
    nobody knows whether it is the attempt's, and its file stays.
    """
    kept = await asyncio.to_thread(film.complete, now=now)
    async with database.tenant(seat.merchant_id) as connection:
        await lock_own(connection, seat, attempt_id)
        before = await save_introduction(connection, kept)
        await record_attempt(
            connection,
            Event.INTRODUCTION_KEPT,
            attempt_id=attempt_id,
            actor=f"candidate {seat.candidate_id}",
            data={"format": kept.format, "size_bytes": kept.size_bytes},
        )
    if before is not None:
        await asyncio.to_thread(erase_file, store, before)
    return kept


async def remove_film(database: Database, store: RecordingStore, seat: Seat, attempt_id: UUID) -> None:
    """Takes the attempt's film back, where it has one. Raises NotFound, and Conflict once the attempt is handed in."""
    async with database.tenant(seat.merchant_id) as connection:
        await lock_own(connection, seat, attempt_id)
        film = await take_introduction(connection, attempt_id)
        if film is None:
            return
        await record_attempt(
            connection,
            Event.INTRODUCTION_REMOVED,
            attempt_id=attempt_id,
            actor=f"candidate {seat.candidate_id}",
        )
    await asyncio.to_thread(erase_file, store, film)


async def _require_wanted(database: Database, store: RecordingStore, seat: Seat, attempt_id: UUID) -> bytes:
    """The key that the film is sealed by."""
    async with database.tenant(seat.merchant_id) as connection:
        await require_own(connection, seat, attempt_id)
        row = await connection.fetchrow("select state, interview_id, revision from attempts where id = $1", attempt_id)
        assert row is not None
        if row["state"] != AttemptState.FINISHED.value:
            raise Conflict("This attempt takes no film now.")
        definition = await read_version(connection, row["interview_id"], row["revision"])
        if introduction_wanted(definition.settings) is Wanted.HIDDEN:
            raise Conflict("This interview asks for no film.")
        return await own_key(connection, store.wrapping, merchant_id=seat.merchant_id, candidate_id=seat.candidate_id)


async def open_film(database: Database, store: RecordingStore, film: Introduction) -> "OpenFilm":
    """The film, to be read. Raises NotFound, FilesAway, and SealBroken for one that was changed."""
    if not film.is_sealed:
        size = await asyncio.to_thread(store.files.size, film.place)
        return OpenFilm(size=size, pieces=partial(_read_in_clear, store, film.place))
    async with database.tenant(film.merchant_id) as connection:
        candidate_id = await connection.fetchval("select candidate_id from attempts where id = $1", film.attempt_id)
        key = await find_own_key(connection, store.wrapping, merchant_id=film.merchant_id, candidate_id=candidate_id)
    sealed = await asyncio.to_thread(store.open, film.place, key)
    return OpenFilm(size=sealed.size, pieces=sealed.pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFilm:
    """What can be read of a film: its length in bytes, and its pieces from one byte up to another, which blocks."""

    size: int
    pieces: Callable[[int, int], Iterator[bytes]]


def _read_in_clear(store: RecordingStore, name: str, begin: int, end: int) -> Iterator[bytes]:
    for start in range(begin, end, PIECE_BYTES):
        yield store.files.read(name, start, min(start + PIECE_BYTES, end))
