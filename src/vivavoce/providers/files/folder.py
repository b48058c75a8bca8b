"""Files in the data folder, each for its owner alone, and on the disk before anybody hears that it is stored.

DATA/introductions/…    DATA/sound/…    DATA/incoming/…     what is not whole yet; a restart leaves it to be swept
"""

import logging
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from vivavoce.errors import NoSpace, is_disk_full
from vivavoce.private import create_file, make_folder
from vivavoce.providers.files.port import FilesAway, NoFile, StoredFile, check_name
from vivavoce.settings import Settings

log = logging.getLogger(__name__)

INCOMING = "incoming"


def open_files(settings: Settings) -> "FolderFiles":
    """The data folder."""
    return FolderFiles(settings.data_dir)


class FolderFiles:
    """A store in this folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, content: bytes) -> None:
        """As the port says."""
        place = self._place(name)
        with _on_disk():
            draft = self._folder / INCOMING / secrets.token_hex(16)
            make_folder(draft.parent)
            descriptor = create_file(draft)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(descriptor)
                _move(draft, place)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise

    def take(self, path: Path, name: str) -> None:
        """As the port says: the file moves, or is copied from another disk first."""
        place = self._place(name)
        with _on_disk():
            if path.stat().st_dev != _nearest(place.parent).stat().st_dev:
                self._copy(path, name)
                return
            with path.open("rb") as file:
                os.fsync(file.fileno())
            _move(path, place)

    def size(self, name: str) -> int:
        """As the port says."""
        with _on_disk(name):
            return self._place(name).stat().st_size

    def read(self, name: str, begin: int, end: int) -> bytes:
        """As the port says."""
        with _on_disk(name), self._place(name).open("rb") as file:
            return os.pread(file.fileno(), max(0, end - begin), begin)

    def list(self, folder: str) -> Iterator[StoredFile]:
        """As the port says."""
        for where, _, names in os.walk(self._place(folder)):
            for name in names:
                path = Path(where, name)
                with suppress(FileNotFoundError):  # removed meanwhile
                    status = path.stat()
                    yield StoredFile(
                        name=path.relative_to(self._folder).as_posix(),
                        size=status.st_size,
                        changed_at=datetime.fromtimestamp(status.st_mtime, UTC),
                    )

    def delete(self, names: Iterable[str]) -> None:
        """As the port says; a folder that is empty then goes too."""
        for name in names:
            path = self._place(name)
            with _on_disk():
                path.unlink(missing_ok=True)
            with suppress(OSError):  # something else is in it
                path.parent.rmdir()

    def delete_all(self, folder: str) -> None:
        """As the port says."""
        with _on_disk(), suppress(FileNotFoundError):
            shutil.rmtree(self._place(folder))

    def _place(self, name: str) -> Path:
        return self._folder / check_name(name)

    def _copy(self, path: Path, name: str) -> None:
        draft = self._folder / INCOMING / secrets.token_hex(16)
        make_folder(draft.parent)
        try:
            with os.fdopen(create_file(draft), "wb") as file, path.open("rb") as source:
                shutil.copyfileobj(source, file)
                file.flush()
                os.fsync(file.fileno())
            _move(draft, self._place(name))
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        path.unlink()


def _move(draft: Path, place: Path) -> None:
    while True:
        make_folder(place.parent)
        with suppress(FileNotFoundError):  # whoever removes an empty folder may do it in between
            draft.replace(place)
            break
    descriptor = os.open(place.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)  # the name too must outlive a power cut
    finally:
        os.close(descriptor)


def _nearest(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder


@contextmanager
def _on_disk(name: str | None = None) -> Iterator[None]:
    """What the disk says in our words. name: of the file that must be there."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        if name is None:
            raise FilesAway from error
        raise NoFile from error
    except OSError as error:
        log.error("files can't be stored or read: %s", error)
        raise (NoSpace if is_disk_full(error) else FilesAway)() from error
