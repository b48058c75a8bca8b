"""A film that is coming in, sealed as its pieces come, and stored once it is whole. What is not whole is removed.

Until its row is committed a film belongs to nobody. Whether it was committed is the database's word alone, and now and
then nobody hears it: so from the moment a film is whole its file stays, and what turns out to belong to nobody goes by
the sweep (attempts/film_sweep.py). The lock on the file tells the sweep, in whatever process, that somebody is at it.
"""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import BinaryIO
from uuid import UUID

from vivavoce.attempts.introduction import HEAD_BYTES, MOST_BYTES, Introduction, film_name, find_format
from vivavoce.attempts.recording_store import RecordingStore
from vivavoce.candidates.sealed_file import SALT_BYTES, Sealing
from vivavoce.db.ids import new_id
from vivavoce.errors import Conflict, NoSpace, TooLarge, Unavailable, is_disk_full
from vivavoce.private import create_file, make_folder

log = logging.getLogger(__name__)

MOST_AT_ONCE = 3  # that come in for one attempt: a second try while the first one hangs, and one more


class ManyFilms(Conflict):
    """Other films for this attempt are on their way already. Please wait until they have come."""


class FilmFile:
    """The film of one attempt. Every method blocks.

    Raises NoFilm as soon as its first bytes are no film's, TooLarge beyond MOST_BYTES, ManyFilms where MOST_AT_ONCE
    others come in for the attempt, NoSpace where the disk is full, and Unavailable where it refuses otherwise.
    key: of its person.
    """

    def __init__(self, store: RecordingStore, key: bytes, *, merchant_id: UUID, attempt_id: UUID) -> None:
        self._store, self._key = store, key
        self._sealing: Sealing | None = None
        self._folder = store.incoming(merchant_id=merchant_id, attempt_id=attempt_id)
        self._merchant_id, self._attempt_id, self._id = merchant_id, attempt_id, new_id()
        self._head = b""
        self._file: BinaryIO | None = None
        self._path: Path | None = None
        self._format = ""
        self._size = 0
        self._is_whole = False
        # A task that is cancelled leaves while a thread may still be writing for it.
        self._turn = Lock()

    @property
    def has_begun(self) -> bool:
        """Whether anything came."""
        return self._size > 0

    def write(self, piece: bytes) -> None:
        """Adds what came."""
        with self._turn, _on_disk():
            self._size += len(piece)
            if self._size > MOST_BYTES:
                raise TooLarge(f"A film has at most {MOST_BYTES // 1024**2} MB.")
            if self._file is not None and self._sealing is not None:
                self._file.write(self._sealing.add(piece))
                return
            self._head += piece
            if len(self._head) >= HEAD_BYTES:
                self._open()

    def complete(self, *, now: datetime) -> Introduction:
        """Everything came: it is stored, sealed, and stays there. Raises FilesAway too; nothing is kept then."""
        with self._turn, _on_disk():
            file = self._file or self._open()
            assert self._sealing is not None
            assert self._path is not None
            file.write(self._sealing.end())
            file.flush()
            self._store.files.take(self._path, self._name())
            self._is_whole = True
        return Introduction(
            id=self._id,
            merchant_id=self._merchant_id,
            attempt_id=self._attempt_id,
            format=self._format,
            size_bytes=self._size,
            kept_at=now,
            is_sealed=True,
        )

    def leave(self) -> None:
        """Lets the file go; what is not whole is removed, and its folder where nothing else is in it."""
        with self._turn:
            if self._file is None or self._path is None:
                return
            if not self._is_whole:
                self._path.unlink(missing_ok=True)
            for folder in (self._folder, self._folder.parent):
                with suppress(OSError):  # another film comes in
                    folder.rmdir()
            with suppress(OSError):  # of a full disk; nobody waits for these bytes
                self._file.close()

    def _open(self) -> BinaryIO:
        self._format = find_format(self._head)
        path = self._folder / f"{self._id}.{self._format}"
        file = _create(path)
        self._file, self._path = file, path
        fcntl.flock(file, fcntl.LOCK_EX)
        if sum(is_held(other) for other in self._folder.iterdir() if other != path) >= MOST_AT_ONCE:
            raise ManyFilms
        self._sealing = Sealing(self._key, name=self._name(), salt=os.urandom(SALT_BYTES))
        file.write(self._sealing.head + self._sealing.add(self._head))
        return file

    def _name(self) -> str:
        return film_name(
            merchant_id=self._merchant_id, attempt_id=self._attempt_id, film_id=self._id, film_format=self._format
        )


def is_held(path: Path) -> bool:
    """Whether somebody is just writing this file, in whatever process."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


def _create(path: Path) -> BinaryIO:
    while True:
        make_folder(path.parent)
        with suppress(FileNotFoundError):  # whoever removes an empty folder may do it in between
            return os.fdopen(create_file(path), "wb")


@contextmanager
def _on_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        log.error("a film can't be kept: %s", error)
        if is_disk_full(error):
            raise NoSpace from error
        raise Unavailable("We can’t save videos right now.") from error
