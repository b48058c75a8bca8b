"""Files in a bucket: Amazon S3 and whatever speaks it, Google Cloud Storage, Azure Blob Storage, by obstore.

Who we are there is told by the variables that each vendor's own tools read, as AWS_ACCESS_KEY_ID.
"""

import logging
import random
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import ObjectStore, from_url

from vivavoce.errors import BadSetting
from vivavoce.providers.files.port import FilesAway, NoFile, StoredFile, check_name
from vivavoce.settings import Settings

log = logging.getLogger(__name__)

WAITS = (0.2, 0.8, 2.4)  # seconds before another try, each up to twice as long by chance
PART_BYTES = 8 * 1024 * 1024
AT_ONCE = 500  # files in one call for deletion; S3 takes 1,000
# Of one request, so that a store that hangs holds nobody up for long; a part of 8 MB takes 20 s over 4 Mbit/s.
TIMES: Any = {"connect_timeout": "5s", "timeout": "60s"}
REFUSED = (PermissionDeniedError, UnauthenticatedError)

Result = TypeVar("Result")


def open_files(settings: Settings) -> "BucketFiles":
    """The bucket of the settings' URL. Raises BadSetting where it can't be used."""
    assert settings.files_url is not None
    try:
        # Nobody is to wait while two layers each try again: this one has to know when it is over.
        store = from_url(settings.files_url, client_options=TIMES, retry_config={"max_retries": 0})
    except (BaseError, ValueError, TypeError) as error:
        first = str(error).partition("\n")[0]
        raise BadSetting(f"VIVAVOCE_FILES_URL can't be used: {first}.", name="files_url") from error
    return BucketFiles(store)


class BucketFiles:
    """A store in this bucket. sleep: waits so many seconds between two tries."""

    def __init__(self, store: ObjectStore, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._store = store
        self._sleep = sleep

    def put(self, name: str, content: bytes) -> None:
        """As the port says."""
        check_name(name)
        self._try(lambda: obstore.put(self._store, name, content, use_multipart=False))

    def take(self, path: Path, name: str) -> None:
        """As the port says. What was sent of one that did not come whole is the bucket's to remove: set it a rule."""
        check_name(name)
        self._try(lambda: obstore.put(self._store, name, path, chunk_size=PART_BYTES, max_concurrency=2))
        path.unlink()

    def size(self, name: str) -> int:
        """As the port says."""
        check_name(name)
        return self._try(lambda: obstore.head(self._store, name))["size"]

    def read(self, name: str, begin: int, end: int) -> bytes:
        """As the port says."""
        check_name(name)
        return self._try(lambda: self._range(name, begin, end)) if end > begin else b""

    def list(self, folder: str) -> Iterator[StoredFile]:
        """As the port says."""
        check_name(folder)
        batches = self._try(lambda: list(obstore.list(self._store, f"{folder}/")))
        for batch in batches:
            for file in batch:
                yield StoredFile(name=file["path"], size=file["size"], changed_at=file["last_modified"])

    def delete(self, names: Iterable[str]) -> None:
        """As the port says."""
        wanted = [check_name(name) for name in names]
        for start in range(0, len(wanted), AT_ONCE):
            part = wanted[start : start + AT_ONCE]
            try:
                self._try(partial(obstore.delete, self._store, part))
            except NoFile:
                for name in part:
                    self._delete_one(name)

    def delete_all(self, folder: str) -> None:
        """As the port says."""
        self.delete(file.name for file in self.list(folder))

    def _range(self, name: str, begin: int, end: int) -> bytes:
        try:
            return bytes(obstore.get_range(self._store, name, start=begin, end=end))
        except BaseError:
            # Each vendor words it in its own way that a range begins behind the end.
            if begin >= obstore.head(self._store, name)["size"]:
                return b""
            raise

    def _delete_one(self, name: str) -> None:
        try:
            self._try(lambda: obstore.delete(self._store, name))
        except NoFile:
            return

    def _try(self, act: Callable[[], Result]) -> Result:
        for wait in (*WAITS, None):
            try:
                return act()
            except FileNotFoundError as error:
                raise NoFile from error
            except REFUSED as error:
                log.error("the file store refuses us: %s", _first_line(error))
                raise FilesAway from error
            except BaseError as error:
                if wait is None:
                    log.error("the file store does not answer: %s", _first_line(error))
                    raise FilesAway from error
                log.warning("the file store failed, and is asked again: %s", _first_line(error))
                self._sleep(wait * (1 + random.random()))
        raise AssertionError("unreachable")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
