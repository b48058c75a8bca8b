"""Films that belong to nobody: what a crash, or a commit whose outcome nobody heard, leaves on the disk.

A film goes when its attempt is there and does not have it. Where the attempt itself is not there the file stays: then
this is another database than the one that the folder goes with, as after a backup was put back in part.
"""

import asyncio
import fcntl
import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from vivavoce.attempts.introduction import FOLDER
from vivavoce.db.database import Database
from vivavoce.db.ids import to_id

log = logging.getLogger(__name__)

# Since its last byte came. No transaction takes longer than minutes; the rest is for whoever puts a backup back, the
# database first and the folder then, or the other way round.
SAFE_AGE = timedelta(days=1)
AT_A_TIME = 500

# Which of these films an attempt that is there does not have.
UNKNOWN = """
select film.id from unnest($1::uuid[], $2::uuid[]) as film (id, attempt_id)
join attempts on attempts.id = film.attempt_id
where not exists (select from introductions where introductions.id = film.id)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmOnDisk:
    """A file in a film's place."""

    merchant_id: UUID
    attempt_id: UUID
    id: UUID
    path: Path


async def sweep_films(database: Database, data_dir: Path, *, now: datetime) -> int:
    """Removes films that no attempt has and that have not been touched for SAFE_AGE; how many."""
    before, removed = now - SAFE_AGE, 0
    for folder in await asyncio.to_thread(_list_folders, data_dir / FOLDER):
        found = await asyncio.to_thread(_list_old, folder, before)
        for start in range(0, len(found), AT_A_TIME):
            for orphan in await _find_orphans(database, found[start : start + AT_A_TIME]):
                removed += await _remove(database, orphan, before=before)
    return removed


async def _find_orphans(database: Database, found: Sequence[FilmOnDisk]) -> list[FilmOnDisk]:
    async with database.tenant(found[0].merchant_id) as connection:
        rows = await connection.fetch(UNKNOWN, [one.id for one in found], [one.attempt_id for one in found])
    unknown = {row["id"] for row in rows}
    return [one for one in found if one.id in unknown]


async def _remove(database: Database, orphan: FilmOnDisk, *, before: datetime) -> bool:
    """Whether it went. Asked once more under the file's lock, when nobody can be about to save it."""
    try:
        with await asyncio.to_thread(orphan.path.open, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not _is_old(orphan.path, before) or not await _find_orphans(database, [orphan]):
                return False
            await asyncio.to_thread(orphan.path.unlink)
    except (BlockingIOError, FileNotFoundError):
        return False
    except OSError as error:
        log.error("a film that belongs to nobody can't be removed: %s", error)
        return False
    with suppress(OSError):  # another film is there
        orphan.path.parent.rmdir()
    return True


def _list_folders(folder: Path) -> list[Path]:
    return [one for one in _entries(folder) if one.is_dir()]


def _list_old(folder: Path, before: datetime) -> list[FilmOnDisk]:
    """A merchant's films that were not touched since. What is not named as we name things is not ours to judge."""
    merchant_id = to_id(folder.name)
    return [] if merchant_id is None else list(_find_old(folder, merchant_id, before))


def _find_old(folder: Path, merchant_id: UUID, before: datetime) -> Iterator[FilmOnDisk]:
    for attempt in _list_folders(folder):
        attempt_id = to_id(attempt.name)
        if attempt_id is None:
            continue
        paths = _entries(attempt)
        if not paths:
            with suppress(OSError):  # a film has just come
                attempt.rmdir()
        for path in paths:
            film_id = to_id(path.stem)
            if film_id is not None and _is_old(path, before):
                yield FilmOnDisk(merchant_id=merchant_id, attempt_id=attempt_id, id=film_id, path=path)


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []  # removed meanwhile


def _is_old(path: Path, before: datetime) -> bool:
    try:
        return path.is_file() and path.stat().st_mtime < before.timestamp()
    except FileNotFoundError:
        return False
