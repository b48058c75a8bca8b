"""Where the embedded database lies, and who owns it.

DATA/postgres/       home, unless `elsewhere` names another
    cluster/         PostgreSQL's own folder
    socket/          the only door: 0700, and inside it nobody is asked for a password
    users.lock       shared by every process that uses the database, for life
    gate.lock        held while somebody starts or stops it
    log              what PostgreSQL says
    elsewhere        one line: the home, where the server's user may not enter DATA
"""

import fcntl
import hashlib
import os
import pwd
import stat
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from vivavoce.db.postgres_binaries import ELSEWHERE, ServerUser, find_user, make_open_folder
from vivavoce.errors import BadSetting
from vivavoce.private import FOLDER_MODE, PASSED_MODE

Say = Callable[[str], None]

PATIENCE_SECONDS = 2  # what takes longer is spoken of
PORT = 5432  # only the name of the socket
SOCKET_PATH_BYTES = 107  # sockaddr_un's 108, less the closing zero


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresPlace:
    """One database: its folder, the folder of its socket, and its user."""

    home: Path
    socket_dir: Path
    user: ServerUser

    @property
    def cluster(self) -> Path:
        """The folder that PostgreSQL calls its data directory."""
        return self.home / "cluster"

    @property
    def log(self) -> Path:
        """What PostgreSQL says."""
        return self.home / "log"


def find_place(data_dir: Path, *, say: Say) -> PostgresPlace:
    """The place of this data folder's database; what is missing on the way to it is made.

    Raises BadSetting when the folder can't be used, and OSError from the file system.
    """
    user = find_user()
    here = _make_here(data_dir, user)
    # Only one process chooses; the others read what it chose.
    with locked(here / "gate.lock", say=say):
        home = _read_elsewhere(here) or _choose_home(here, user, say)
    user = _owner_of(home / "cluster", user)
    return PostgresPlace(home=home, socket_dir=_make_socket_dir(home, user), user=user)


@contextmanager
def locked(file: Path, *, say: Say) -> Iterator[None]:
    """Alone with this lock while the block runs; the kernel drops it on any death, and no program inherits it."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with telling(say, "Waiting for another process, which starts or stops the database…"):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def telling(say: Say, text: str) -> Iterator[None]:
    """Says the text when the block takes long."""
    timer = threading.Timer(PATIENCE_SECONDS, say, [text])
    timer.daemon = True
    # A Python that ends takes no new thread: then we wait in silence.
    with suppress(RuntimeError):
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


def give(path: Path, user: ServerUser) -> None:
    """Makes the user the owner, when it is not ourselves."""
    if user.is_other:
        os.chown(path, user.uid, user.gid, follow_symlinks=False)


def _make_here(data_dir: Path, user: ServerUser) -> Path:
    # What we make ourselves lets the server's user through, whatever the umask says; not into it.
    mode = PASSED_MODE if user.is_other else FOLDER_MODE
    try:
        data = data_dir.resolve()
        if not data.is_dir():
            _make_passable(data, mode=mode)
        here = data / "postgres"
        if not here.is_dir():
            _make_passable(here, mode=mode)
    except (FileExistsError, NotADirectoryError):
        raise BadSetting(f"{data_dir} can't be the data folder: a file lies there.", name="data_dir") from None
    return here


def _make_passable(folder: Path, *, mode: int) -> None:
    """Makes the folder and what is missing above it, each with this mode."""
    if folder.is_dir():
        return
    _make_passable(folder.parent, mode=mode)
    folder.mkdir(exist_ok=True)
    folder.chmod(mode)


def _read_elsewhere(here: Path) -> Path | None:
    try:
        home = Path((here / "elsewhere").read_text(encoding="utf-8").rstrip("\n"))
    except FileNotFoundError:
        return None
    # An empty database in its place would look like a loss of everything.
    if not home.is_dir():
        raise BadSetting(
            f"The database of this data folder lay in {home}, which is gone. Bring it back; or remove "
            f"{here / 'elsewhere'} to begin with an empty one.",
            name="data_dir",
        )
    return home


def _choose_home(here: Path, user: ServerUser, say: Say) -> Path:
    cluster = here / "cluster"
    if cluster.exists():
        if user.is_other and not _may_enter(cluster, _owner_of(cluster, user)):
            raise BadSetting(
                f"PostgreSQL does not run as root, and the user {_owner_of(cluster, user).name} may no longer enter "
                f"{cluster}: let others pass through the folders above it (chmod o+x).",
                name="data_dir",
            )
        return here
    if not user.is_other or _can_live_in(here, user):
        return here
    home = _make_elsewhere(here)
    _write_whole(here / "elsewhere", f"{home}\n")
    say(f"PostgreSQL does not run as root, and {user.name} may not enter {here}: the database is kept in {home}.")
    return home


def _can_live_in(folder: Path, user: ServerUser) -> bool:
    """Tried with a real folder: the ways to it, its file system and a container's limits all have a say."""
    probe = Path(tempfile.mkdtemp(prefix="new-", dir=folder))
    try:
        give(probe, user)
        return _may_enter(probe, user)
    except PermissionError:
        return False
    finally:
        probe.rmdir()


def _may_enter(folder: Path, user: ServerUser) -> bool:
    return user.can("/bin/sh", "-c", 'test -w "$1" && test -x "$1"', "sh", folder)


def _make_elsewhere(here: Path) -> Path:
    """A home that no other database lies in, not even one that a removed data folder of this name has left."""
    make_open_folder(ELSEWHERE)
    name = hashlib.sha256(os.fsencode(here.parent)).hexdigest()[:16]
    homes = (ELSEWHERE / (name if number == 1 else f"{name}-{number}") for number in count(1))
    home = next(home for home in homes if not (home / "cluster").exists())
    home.mkdir(exist_ok=True)
    home.chmod(0o711)
    sync_folder(ELSEWHERE)
    return home


def _write_whole(file: Path, text: str) -> None:
    new = file.with_name(file.name + ".new")
    with new.open("w", encoding="utf-8") as writer:
        writer.write(text)
        writer.flush()
        os.fsync(writer.fileno())
    new.rename(file)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder outlive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _owner_of(cluster: Path, user: ServerUser) -> ServerUser:
    """As whom this database runs: as its owner, whom root may become and others must be."""
    try:
        owner = cluster.stat()
    except FileNotFoundError:
        return user
    if owner.st_uid == user.uid:
        return user
    name = _name_of(owner.st_uid)
    if not user.is_other:
        raise BadSetting(f"{cluster} belongs to the user {name}: start as that user, or as root.", name="data_dir")
    if owner.st_uid == 0:
        # Brought back by root from a backup.
        for path in [cluster, *cluster.rglob("*")]:
            give(path, user)
        return user
    return ServerUser(uid=owner.st_uid, gid=owner.st_gid, name=name, is_other=True)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _make_socket_dir(home: Path, user: ServerUser) -> Path:
    """The socket's folder: in the home, or under /tmp where that path is too long or can't be named."""
    folder = home / "socket"
    if _can_be_host(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
        give(folder, user)
        return folder
    folder = Path("/tmp") / f"vivavoce-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"
    try:
        folder.mkdir(mode=0o700)
        give(folder, user)
    except FileExistsError:
        _refuse_foreign(folder, user)
    return folder


def _can_be_host(folder: Path) -> bool:
    """Clients take a comma for the end of a host, and read UTF-8."""
    try:
        path = str(folder / f".s.PGSQL.{PORT}").encode()
    except UnicodeEncodeError:
        return False
    return b"," not in path and len(path) <= SOCKET_PATH_BYTES


def _refuse_foreign(folder: Path, user: ServerUser) -> None:
    """Anybody can make a folder in /tmp: through another's, they would be our database."""
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != user.uid or stat.S_IMODE(status.st_mode) != 0o700:
        raise BadSetting(
            f"{folder} is not a private folder of {user.name}: remove it, or choose a data folder with a shorter path.",
            name="data_dir",
        )
