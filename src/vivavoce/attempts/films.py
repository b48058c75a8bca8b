"""A candidate sends a film of themselves before they hand in, sends another one in its place, or takes it back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

from vivavoce.attempts.complete import introduction_wanted
from vivavoce.attempts.film_file import FilmFile
from vivavoce.attempts.introduction import Introduction, Wanted, erase_file, save_introduction, take_introduction
from vivavoce.attempts.record import record_attempt
from vivavoce.attempts.results import lock_own, require_own
from vivavoce.attempts.states import AttemptState
from vivavoce.candidates.links import Seat
from vivavoce.db.database import Database
from vivavoce.errors import Conflict
from vivavoce.events.record import Event
from vivavoce.interviews.versions import read_version


@asynccontextmanager
async def receiving_film(database: Database, data_dir: Path, seat: Seat, attempt_id: UUID) -> AsyncIterator[FilmFile]:
    """Where the film is written to; it is not the attempt's until keep_film, within the block.

    Raises, before there is any file, NotFound when the attempt is not this seat's, LinkRevoked, LinkClosed, and
    Conflict unless it waits to be handed in and asks for a film.
    """
    await _require_wanted(database, seat, attempt_id)
    film = FilmFile(data_dir, merchant_id=seat.merchant_id, attempt_id=attempt_id)
    try:
        yield film
    finally:
        await asyncio.to_thread(film.leave)


async def keep_film(
    database: Database, data_dir: Path, seat: Seat, attempt_id: UUID, film: FilmFile, *, now: datetime
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
        await asyncio.to_thread(erase_file, data_dir, before)
    return kept


async def remove_film(database: Database, data_dir: Path, seat: Seat, attempt_id: UUID) -> None:
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
    await asyncio.to_thread(erase_file, data_dir, film)


async def _require_wanted(database: Database, seat: Seat, attempt_id: UUID) -> None:
    async with database.tenant(seat.merchant_id) as connection:
        await require_own(connection, seat, attempt_id)
        row = await connection.fetchrow("select state, interview_id, revision from attempts where id = $1", attempt_id)
        assert row is not None
        if row["state"] != AttemptState.FINISHED.value:
            raise Conflict("This attempt takes no film now.")
        definition = await read_version(connection, row["interview_id"], row["revision"])
    if introduction_wanted(definition.settings) is Wanted.HIDDEN:
        raise Conflict("This interview asks for no film.")
