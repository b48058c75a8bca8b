"""The embedded PostgreSQL: started by the first process that needs it, stopped by the last that leaves.

    users.lock   shared by each process that uses the database, for life; the kernel drops it on any death
    gate.lock    alone, around starting and leaving

    start:  does it answer? else make it once, clear what a killed one left, start it
    leave:  users.lock for myself alone, at once? then I am the last: stop it

A process that is killed leaves the server running; whoever leaves last after it stops it. The locks belong to the
process and to what it forks: start children as new programs (spawn), not by fork. A program that ends by SIGTERM turns
it into SystemExit, so that leaving is run (`atexit` does it where no `with` block does).
"""

import atexit
import fcntl
import os
import re
import shutil
import tempfile
import threading
import time
from enum import IntEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from vivavoce.db.postgres_binaries import MAJOR, binaries_for
from vivavoce.db.postgres_place import PORT, PostgresPlace, Say, find_place, give, locked, sync_folder, telling
from vivavoce.errors import BadSetting, Unavailable, VivavoceError

DATABASE = "vivavoce"
SUPERUSER = "postgres"

# Written into postgresql.conf when the database is made; an operator may change them there.
FIRST_SETTINGS = {
    "listen_addresses": "",  # no TCP
    "max_connections": "100",
    "shared_buffers": "128MB",
    # What a statement says, or the row that it was refused for, may hold a candidate's words.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
}
# Given at each start: what is promised, and what we find the server by.
PROMISED_SETTINGS = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "port": str(PORT)}

WAIT_SECONDS = 30  # for a server that is there and says nothing
STOP_SECONDS = 300  # for its last checkpoint
POLL_SECONDS = 0.02
LOG_BYTES = 10_000_000


class EmbeddedServer:
    """A running server that this process uses until it leaves. Made by `hold`."""

    database = DATABASE

    def __init__(self, place: PostgresPlace, *, users: int, say: Say) -> None:
        self.socket_dir = place.socket_dir
        self._place = place
        self._users = users
        self._say = say
        self._process_id = os.getpid()
        self._has_left = False
        atexit.register(self.leave)

    def revive(self) -> bool:
        """Start the server again if it does not answer; whether it had to.

        Blocks, and may be called from any thread. Raises Unavailable when it does not start.
        """
        with locked(self._place.home / "gate.lock", say=self._say):
            # Another thread may have left while we waited; started now, it would run without a user.
            if self._has_left or _ask(self._place, binaries_for(self._place.user)) is _Readiness.YES:
                return False
            if not self._place.cluster.exists():
                raise Unavailable(
                    f"The database's files in {self._place.cluster} were removed. Bring them back from a back-up; an "
                    "empty database in their place would only hide the loss."
                )
            _bring_up(self._place, say=self._say)
        return True

    def leave(self) -> None:
        """Stop using the server; the last one stops it. Twice does no harm."""
        # A forked child shares our lock: by leaving it would leave for us.
        if self._has_left or os.getpid() != self._process_id:
            return
        try:
            with locked(self._place.home / "gate.lock", say=self._say):
                self._leave_in_gate()
        except FileNotFoundError:
            self._let_go()  # the whole folder was removed, and a server without its folder ends by itself

    def _leave_in_gate(self) -> None:
        try:
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass  # somebody else uses it
        else:
            _stop(self._place, say=self._say)
        self._let_go()

    def _let_go(self) -> None:
        self._has_left = True
        os.close(self._users)
        atexit.unregister(self.leave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()


def hold(data_dir: Path, *, say: Say) -> EmbeddedServer:
    """The server of this data folder, answering and with its database, for as long as this process wants it.

    Blocks: about a second the first time, 0.1 s to start it later, less when it runs. A process may hold it twice.
    say: progress, where a step takes over two seconds.
    Raises BadSetting (name `data_dir`) for a folder that can't be used, Unavailable when the server does not start; the
    text says what to do.
    """
    try:
        place = find_place(data_dir, say=say)
        with locked(place.home / "gate.lock", say=say):
            users = os.open(place.home / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
            # At once: only who is behind the gate holds it alone.
            fcntl.flock(users, fcntl.LOCK_SH)
            server = EmbeddedServer(place, users=users, say=say)
            try:
                _bring_up(place, say=say)
            except BaseException:
                server._leave_in_gate()
                raise
        return server
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        raise BadSetting(
            f"The data folder {data_dir} can't be used: {error.strerror}{where}. Choose another by --data or "
            "VIVAVOCE_DATA_DIR, or mend this one.",
            name="data_dir",
        ) from error


class _Readiness(IntEnum):
    """What pg_isready finds, by its exit code."""

    YES = 0
    NOT_YET = 1  # it starts, recovers or stops
    NOTHING = 2


def _bring_up(place: PostgresPlace, *, say: Say) -> None:
    binaries = binaries_for(place.user)
    if _ask(place, binaries) is not _Readiness.YES:
        if not place.cluster.exists():
            _make(place, binaries, say=say)
        _refuse_other_version(place)
        with telling(say, "Starting the database…"):
            if not _await_running(place, binaries):
                _start(place, binaries)
    _make_database(place, binaries)


def _ask(place: PostgresPlace, binaries: Path) -> _Readiness:
    asked = place.user.run(binaries / "pg_isready", "--quiet", "--timeout=3", *_door(place), "--dbname=postgres")
    return _Readiness(asked.returncode) if asked.returncode in (0, 1) else _Readiness.NOTHING


def _make(place: PostgresPlace, binaries: Path, *, say: Say) -> None:
    """Makes the cluster beside its place and moves it there whole: a kill in between leaves nothing half."""
    for left_over in place.home.glob("new-*"):
        shutil.rmtree(left_over, ignore_errors=True)
    say("Making the database, about 5 seconds…")
    new = Path(tempfile.mkdtemp(prefix="new-", dir=place.home))
    try:
        give(new, place.user)
        made = place.user.run(
            binaries / "initdb",
            f"--pgdata={new}",
            f"--username={SUPERUSER}",
            # Only we can open the socket's folder; whoever comes by TCP, once an operator listens, has a password.
            "--auth-local=trust",
            "--auth-host=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
            *_options(FIRST_SETTINGS),
        )
        if made.returncode != 0:
            raise _failure("made", made.stdout, place)
        new.rename(place.cluster)
        sync_folder(place.home)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def _refuse_other_version(place: PostgresPlace) -> None:
    try:
        version = (place.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise BadSetting(f"{place.cluster} holds no database: move it away.", name="data_dir") from None
    if version != str(MAJOR):
        raise Unavailable(
            f"The database in {place.cluster} was made by PostgreSQL {version}, and this Vivavoce brings {MAJOR}. "
            "Nothing was changed. Write it out (pg_dump) with the Vivavoce that made it, and read it into a new data "
            "folder."
        )


def _await_running(place: PostgresPlace, binaries: Path) -> bool:
    """Whether a server that somebody else started answers in the end.

    Its starter may have been killed, it may recover from a crash, or stop; False when all its processes are gone.
    """
    deadline = time.monotonic() + WAIT_SECONDS
    while running := _processes_in(place):
        answer = _ask(place, binaries)
        if answer is _Readiness.YES:
            return True
        if answer is _Readiness.NOTHING and time.monotonic() > deadline:
            raise Unavailable(
                f"The database in {place.cluster} is in use by process {min(running)}, which does not answer. "
                f"Look into {place.log}; if that process hangs, end it and start again."
            )
        time.sleep(POLL_SECONDS)
    return False


def _processes_in(place: PostgresPlace) -> set[int]:
    """The ids of the processes that work in the cluster's folder, as every process of a server does.

    The id in postmaster.pid proves nothing: it may name a zombie, or in a new container any program. Asked as the
    server's user, since in a container even root may not see another's working directory. Empty where there is no
    /proc.
    """
    script = 'for one in /proc/[0-9]*; do [ "$one/cwd" -ef "$1" ] && echo "${one#/proc/}"; done; true'
    listed = place.user.run("/bin/sh", "-c", script, "sh", place.cluster)
    return {int(line) for line in listed.stdout.splitlines() if line.isdigit()}


def _start(place: PostgresPlace, binaries: Path) -> None:
    """Starts the server, of which no process runs, and returns when it answers."""
    _clear_stale(place)
    log, said_before = _open_log(place)
    settings = PROMISED_SETTINGS | {"unix_socket_directories": _quoted(place.socket_dir)}
    try:
        process = place.user.start(binaries / "postgres", "-D", place.cluster, *_options(settings), output=log)
    finally:
        os.close(log)
    # Takes note of its end while we live, so that it stays no zombie.
    threading.Thread(target=process.wait, name="postgres", daemon=True).start()
    while _ask(place, binaries) is not _Readiness.YES:
        if process.poll() is not None:
            raise _failure("started", place.log.read_bytes()[said_before:].decode(errors="replace"), place)
        time.sleep(POLL_SECONDS)


def _clear_stale(place: PostgresPlace) -> None:
    """Removes what a killed server leaves, which PostgreSQL takes for a running one when the id in it lives again."""
    # Where processes can't be looked at, PostgreSQL judges by itself.
    if Path("/proc/self/cwd").exists():
        socket = place.socket_dir / f".s.PGSQL.{PORT}"
        for left_over in (place.cluster / "postmaster.pid", socket.with_name(socket.name + ".lock"), socket):
            left_over.unlink(missing_ok=True)


def _open_log(place: PostgresPlace) -> tuple[int, int]:
    """The log, open for adding, and its size; a long one is put aside first."""
    if place.log.exists() and place.log.stat().st_size > LOG_BYTES:
        place.log.rename(place.log.with_name("log.old"))
    log = os.open(place.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    give(place.log, place.user)
    return log, os.fstat(log).st_size


def _make_database(place: PostgresPlace, binaries: Path) -> None:
    # Not by psycopg, which would stay in the server's memory for good (25 MB).
    if place.user.can(binaries / "psql", "--no-psqlrc", *_door(place), f"--dbname={DATABASE}", "--command=select 1"):
        return
    made = place.user.run(binaries / "createdb", *_door(place), "--maintenance-db=postgres", DATABASE)
    if made.returncode != 0:
        raise _failure("made", made.stdout, place)


def _stop(place: PostgresPlace, *, say: Say) -> None:
    """Stops the server, if it runs, and returns when it has written everything."""
    try:
        process_id = int(
            (place.cluster / "postmaster.pid").read_text(encoding="utf-8", errors="replace").split("\n")[0]
        )
    except (FileNotFoundError, ValueError):
        return
    # pg_ctl signals whatever process the file names.
    if process_id not in _processes_in(place):
        return
    how = ("-m", "fast", "-w", "-t", str(STOP_SECONDS))
    with telling(say, "Stopping the database…"):
        stopped = place.user.run(binaries_for(place.user) / "pg_ctl", "stop", "-D", place.cluster, *how)
    if stopped.returncode != 0:
        say(f"The database has not stopped yet: {stopped.stdout.strip()} Its log is {place.log}.")


def _door(place: PostgresPlace) -> list[str]:
    return [f"--host={place.socket_dir}", f"--port={PORT}", f"--username={SUPERUSER}"]


def _options(settings: dict[str, str]) -> list[str]:
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _quoted(path: Path) -> str:
    return '"' + str(path).replace('"', '""') + '"'


def _failure(what: str, said: str, place: PostgresPlace) -> VivavoceError:
    """The error for a program of PostgreSQL that failed, with the first reason that it gave."""
    reasons = re.findall(r"(?:FATAL|PANIC|ERROR|error): +(.+)", said) or [said.strip().rpartition("\n")[2]]
    advice = f"Its log is {place.log}."
    if "No space left on device" in said:
        advice = f"The disk is full: free some space where {place.home} lies."
    return Unavailable(f"The database could not be {what}: {reasons[0].strip().rstrip('.')}. {advice}")
