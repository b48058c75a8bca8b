"""Films from before films were sealed: they lie in clear, are sealed one after the other, and moved to the store.

One that is done says so in its row, after its sealed file is there; whoever is stopped in between does that film again.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from vivavoce.attempts.introduction import Introduction, find_introduction
from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.candidates.own_key import own_key
from vivavoce.candidates.sealed_file import is_sealed
from vivavoce.db.database import Database
from vivavoce.errors import BeingErased
from vivavoce.providers.files.port import NoFile

AT_A_TIME = 200

# The next ones after an id, whoever's they are.
IN_CLEAR = """
select merchant_id, attempt_id, id from introductions where not is_sealed and id > $1 order by id limit $2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedNow:
    """A film that was looked at. size_bytes: of it; 0 where it is not there, or its person is being erased."""

    attempt_id: UUID
    size_bytes: int


async def count_in_clear(database: Database) -> int:
    """How many films lie in clear, at every merchant."""
    async with database.sweeping() as connection:
        in_clear: int = await connection.fetchval("select count(*) from introductions where not is_sealed")
    return in_clear


async def seal_films(database: Database, store: RecordingStore) -> AsyncIterator[SealedNow]:
    """Seals every film that lies in clear, and tells of each. Raises FilesAway, and NoSpace; the rest is done later."""
    after = UUID(int=0)
    while True:
        async with database.sweeping() as connection:
            rows = await connection.fetch(IN_CLEAR, after, AT_A_TIME)
        for row in rows:
            after = row["id"]
            yield await _seal(database, store, row["merchant_id"], row["attempt_id"])
        if len(rows) < AT_A_TIME:
            return


async def _seal(database: Database, store: RecordingStore, merchant_id: UUID, attempt_id: UUID) -> SealedNow:
    try:
        async with database.tenant(merchant_id) as connection:
            film = await find_introduction(connection, attempt_id)
            candidate_id = await connection.fetchval("select candidate_id from attempts where id = $1", attempt_id)
            if film is None or film.is_sealed:
                return SealedNow(attempt_id=attempt_id, size_bytes=0)
            key = await own_key(connection, store.wrapping, merchant_id=merchant_id, candidate_id=candidate_id)
    except BeingErased:  # with all their films
        return SealedNow(attempt_id=attempt_id, size_bytes=0)
    if not await asyncio.to_thread(_seal_file, store, film, key):
        return SealedNow(attempt_id=attempt_id, size_bytes=0)
    async with database.tenant(merchant_id) as connection:
        await connection.execute("update introductions set is_sealed = true where id = $1", film.id)
    return SealedNow(attempt_id=attempt_id, size_bytes=film.size_bytes)


def _seal_file(store: RecordingStore, film: Introduction, key: bytes) -> bool:
    """Whether there is a sealed file now. It is made beside, and takes the place of the clear one in one step."""
    clear = store.data_dir / film.place
    if _lies_in_clear(clear):
        incoming = store.incoming(merchant_id=film.merchant_id, attempt_id=film.attempt_id)
        store.seal(clear, film.place, key, incoming=incoming)
        if _lies_in_clear(clear):  # the sealed one went to a bucket
            clear.unlink()
            with suppress(OSError):  # another film is there
                clear.parent.rmdir()
        return True
    # Whoever was stopped had sealed it already, and not said so; or it lies on another machine.
    try:
        return is_sealed(store.files.read(film.place, 0, 8))
    except NoFile:
        return False


def _lies_in_clear(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return not is_sealed(file.read(8))
    except FileNotFoundError:
        return False
