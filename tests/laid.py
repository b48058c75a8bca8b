"""Data folders with a database at this version in them, laid once for a whole run of the tests and then copied.

To make the database and bring it to this version takes some five seconds of a processor, and most tests of a server
care for neither. Those of the first start itself begin with an empty folder.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vivavoce.db.address import embedded_address
from vivavoce.db.embedded import hold
from vivavoce.db.upgrade import upgrade

# Names the place of the one that is copied, to the processes of a run that shares the tests among several.
PLACE = "LAID_FOR_THE_TESTS_OF_VIVAVOCE"


@contextmanager
def laid_folder() -> Iterator[Path]:
    """A data folder of one's own with a database in it; gone at the end."""
    with a_folder() as folder:
        lay(folder)
        yield folder


@contextmanager
def a_folder() -> Iterator[Path]:
    """An empty folder that the database's own user can reach, unlike pytest's; gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="vivavoce-test-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def lay(folder: Path) -> None:
    """Puts a database at this version, which nobody has used, into an empty data folder."""
    shutil.copytree(_pattern(), folder, symlinks=True, dirs_exist_ok=True, copy_function=_copy)
    for copied in folder.rglob("*"):
        # Owners are not copied with the rest, and PostgreSQL starts on nothing that is another's.
        found = (_pattern() / copied.relative_to(folder)).lstat()
        os.chown(copied, found.st_uid, found.st_gid, follow_symlinks=False)


def _copy(source: str, target: str) -> str:
    return str(shutil.copy2(source, target, follow_symlinks=False))


def _pattern() -> Path:
    """The folder that is copied, made by whoever comes first."""
    place = Path(os.environ[PLACE])
    made = place / "made"
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            folder = place / "data"
            with hold(folder, say=lambda _: None) as server:
                upgrade(embedded_address(server.socket_dir, server.database))
            made.touch()
    return place / "data"


@contextmanager
def place_for_the_pattern() -> Iterator[None]:
    """While a run of the tests lasts."""
    with a_folder() as place:
        os.environ[PLACE] = str(place)
        yield
