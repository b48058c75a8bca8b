"""Folders and files of the data folder: nobody's but the server's own, whatever the umask says.

Candidates' sound, films and answers lie in it as they are. So a folder is 0700 and a file 0600, from the first moment.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

FOLDER_MODE, FILE_MODE = 0o700, 0o600
# Where PostgreSQL does not run as root, its user must pass through the data folder: pass, not look into it.
PASSED_MODE = 0o711
UMASK = 0o077
# What we make in a data folder. Whatever else lies there is the operator's.
OURS = ("secrets", "sound", "introductions", "recordings", "incoming", "voice", "mails", "whisper-base")


def make_folder(folder: Path) -> None:
    """Makes the folder, and what is missing above it, for its owner alone. Raises OSError."""
    if folder.is_dir():
        return
    if folder.parent != folder:
        make_folder(folder.parent)
    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)


def create_file(path: Path) -> int:
    """The descriptor of a new file for its owner alone, open for writing. Raises FileExistsError, and OSError."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)


def tighten(data_dir: Path, *, is_passed: bool) -> list[Path]:
    """Takes others' rights away from what an earlier version made, or a wider umask; what stays open all the same.

    is_passed: another user must pass through the data folder itself, so that 0711 is left of its mode.
    What does not belong to us can't be changed, and a folder that everybody shares (sticky, as /tmp) is not ours alone.
    """
    mode = PASSED_MODE if is_passed else FOLDER_MODE
    still_open = [path for path in _passed(data_dir) if not _narrow(path, mode if path.is_dir() else FILE_MODE)]
    return still_open + [path for name in OURS for path in _all_in(data_dir / name) if not _narrow(path, FOLDER_MODE)]


def _passed(data_dir: Path) -> Iterator[Path]:
    """The folders on PostgreSQL's way to its own, which it looks after itself, and the files beside that."""
    with suppress(FileNotFoundError):
        if not data_dir.stat().st_mode & stat.S_ISVTX:
            yield data_dir
        postgres = data_dir / "postgres"
        yield from (path for path in (postgres, *postgres.glob("*")) if path == postgres or path.is_file())


def _all_in(folder: Path) -> Iterator[Path]:
    """The folder itself, and everything in it; a link is another place's, and is not followed."""
    if folder.is_symlink() or not folder.is_dir():
        return
    yield folder
    for where, folders, files in os.walk(folder):
        yield from (Path(where, name) for name in (*folders, *files))


def _narrow(path: Path, mode: int) -> bool:
    """Whether nobody else has any right but those of the mode, now. What is gone by now is not open."""
    try:
        status = path.lstat()
        if not stat.S_ISLNK(status.st_mode) and status.st_mode & 0o077 & ~mode:
            path.chmod(stat.S_IMODE(status.st_mode) & (mode | 0o700))
    except FileNotFoundError:
        return True
    except PermissionError:
        return False
    return True
