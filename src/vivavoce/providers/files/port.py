"""What every store of files does. Names are parts joined by slashes, as `introductions/MERCHANT/ATTEMPT/ID.webm`.

Every method blocks: call it in a thread. A store tries again by itself where that helps, and raises FilesAway for what
fails all the same: nothing is known then of whether a file was put or deleted, and both can be repeated.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from vivavoce.errors import Invalid, NotFound, Unavailable

_PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}")


class FilesAway(Unavailable):
    """Recordings can't be stored or read right now. Please try again in a moment."""


class NoFile(NotFound):
    """There is no file of this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file that is there. changed_at: aware, when it was put."""

    name: str
    size: int
    changed_at: datetime


class FileStore(Protocol):
    """Where recordings lie."""

    def put(self, name: str, content: bytes) -> None:
        """Stores a file, in place of one of the same name: whole or not at all, and safe once it returns.

        Raises FilesAway, and NoSpace where the disk is full.
        """

    def take(self, path: Path, name: str) -> None:
        """Stores a local file in the same way, in parts where it is large; the local one is gone afterwards.

        Raises FilesAway, and NoSpace; the local file is still there then.
        """

    def size(self, name: str) -> int:
        """The file's length in bytes. Raises NoFile, and FilesAway."""

    def read(self, name: str, begin: int, end: int) -> bytes:
        """Its bytes from one up to another, as far as they are there. Raises NoFile, and FilesAway."""

    def list(self, folder: str) -> Iterator[StoredFile]:
        """All files below this folder, the ones deeper down too, in no order. Raises FilesAway."""

    def delete(self, names: Iterable[str]) -> None:
        """Removes these files; one that isn't there is no error. Raises FilesAway."""

    def delete_all(self, folder: str) -> None:
        """Removes every file below this folder. Raises FilesAway."""


def check_name(name: str) -> str:
    """The name of a file or folder, if it is one. Raises Invalid: no name leads out of the store."""
    if all(_PART.fullmatch(part) for part in name.split("/")):
        return name
    raise Invalid(f"{name!r} can't be a file's name: its parts may hold only A-Z a-z 0-9 . _ -, and begin with no dot.")
