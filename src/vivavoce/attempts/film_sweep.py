"""Films that belong to nobody: what a crash, or a commit whose outcome nobody heard, leaves in the store.

A film goes when its attempt is there and does not have it. Where the attempt itself is not there the file stays: then
this is another database than the one that the files go with, as after a backup was put back in part. What was coming in
when its server died goes as well.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from uuid import UUID

from vivavoce.attempts.film_file import is_held
from vivavoce.attempts.introduction import FOLDER
from vivavoce.attempts.recording_store import INCOMING, RecordingStore
from vivavoce.db.database import Database
from vivavoce.db.ids import to_id
from vivavoce.errors import Unavailable
from vivavoce.providers.files.port import StoredFile

log = logging.getLogger(__name__)

# Since its last byte came. No transaction takes longer than minutes; the rest is for whoever puts a backup back, the
# database first and the files then, or the other way round.
SAFE_AGE = timedelta(days=1)
AT_A_TIME = 500

# Which of these films an attempt that is there does not have.
UNKNOWN = """
select film.id from unnest($1::uuid[], $2::uuid[]) as film (id, attempt_id)
join attempts on attempts.id = film.attempt_id
where not exists (select from introductions where introductions.id = film.id)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmInStore:
    """A file in a film's place."""

    attempt_id: UUID
    id: UUID
    name: str


async def sweep_films(database: Database, store: RecordingStore, *, now: datetime) -> int:
    """Removes films that no attempt has and that were stored more than SAFE_AGE ago; how many."""
    before, removed = now - SAFE_AGE, 0
    try:
        by_merchant = await asyncio.to_thread(_list_old, store, before)
        for merchant_id, films in by_merchant.items():
            for start in range(0, len(films), AT_A_TIME):
                orphans = await _find_orphans(database, merchant_id, films[start : start + AT_A_TIME])
                await asyncio.to_thread(store.files.delete, [film.name for film in orphans])
                removed += len(orphans)
    except Unavailable as error:
        log.warning("films that belong to nobody can't be removed now: %s", error.message)
    return removed + await asyncio.to_thread(_remove_incoming, store, before)


async def _find_orphans(database: Database, merchant_id: UUID, films: Sequence[FilmInStore]) -> list[FilmInStore]:
    async with database.tenant(merchant_id) as connection:
        rows = await connection.fetch(UNKNOWN, [film.id for film in films], [film.attempt_id for film in films])
    unknown = {row["id"] for row in rows}
    return [film for film in films if film.id in unknown]


def _list_old(store: RecordingStore, before: datetime) -> dict[UUID, list[FilmInStore]]:
    """Films by merchant that were stored before. What is not named as we name things is not ours to judge."""
    by_merchant: defaultdict[UUID, list[FilmInStore]] = defaultdict(list)
    for file in store.files.list(FOLDER):
        if file.changed_at < before and (parted := _part(file)) is not None:
            by_merchant[parted[0]].append(parted[1])
    return by_merchant


def _part(file: StoredFile) -> tuple[UUID, FilmInStore] | None:
    parts = PurePosixPath(file.name).parts
    if len(parts) != 4:
        return None
    merchant_id, attempt_id, film_id = to_id(parts[1]), to_id(parts[2]), to_id(PurePosixPath(parts[3]).stem)
    if merchant_id is None or attempt_id is None or film_id is None:
        return None
    return merchant_id, FilmInStore(attempt_id=attempt_id, id=film_id, name=file.name)


def _remove_incoming(store: RecordingStore, before: datetime) -> int:
    """Removes what came in on this machine and was not whole when its server died; how many."""
    removed = 0
    for path in list((store.data_dir / INCOMING).rglob("*")):
        with suppress(FileNotFoundError):
            if path.is_file() and path.stat().st_mtime < before.timestamp() and not is_held(path):
                path.unlink()
                removed += 1
                for folder in path.relative_to(store.data_dir / INCOMING).parents[:-1]:
                    with suppress(OSError):  # something else is in it
                        (store.data_dir / INCOMING / folder).rmdir()
    return removed
