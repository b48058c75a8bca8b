"""Whether a store of files does what it is there for, tried with a file of a few bytes that goes again."""

import os
from uuid import uuid4

from vivavoce.providers.files.port import FilesAway, FileStore, NoFile

FOLDER = "doctor"
BYTES = 100_000


class StoreUnfit(FilesAway):
    """The store of files answers, and does not do what it is asked to."""


def try_store(files: FileStore) -> None:
    """Writes, measures, reads a stretch, lists and removes. It blocks. Raises FilesAway, and StoreUnfit."""
    name, content = f"{FOLDER}/{uuid4()}.canary", os.urandom(BYTES)
    files.put(name, content)
    try:
        if files.size(name) != BYTES or files.read(name, 40_000, 70_001) != content[40_000:70_001]:
            raise StoreUnfit("The store gave other bytes than were put. Check what stands between it and this machine.")
        if name not in {file.name for file in files.list(FOLDER)}:
            raise StoreUnfit(f"The store doesn't list what was put. Grant the right to list below {FOLDER}/ as well.")
    finally:
        files.delete([name])
    try:
        files.size(name)
    except NoFile:
        return
    raise StoreUnfit("The store keeps what was deleted. Grant the right to delete, and switch off retention locks.")
