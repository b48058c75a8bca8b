"""`vivavoce serve` as an operator runs it, again and again on one folder and port, and everything that runs for it."""

import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psycopg
from psycopg.rows import DictRow, dict_row

from tests.running import PROGRAM, WITHOUT_RATES, Running, own_environment, run_program

# Below the ports that outgoing connections are given: one of them could be ours while no server listens, and a client
# that knocks there again and again would in the end be connected to itself.
PORTS = range(20_000, 32_000)
READY_SECONDS = 60
STOP_SECONDS = 60
END_SECONDS = 30

T = TypeVar("T")


class Program:
    """One server on the folder. Its process is a session of its own, as in a terminal of its own."""

    def __init__(self, folder: Path, *, port: int | None = None) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"serve-{secrets.token_hex(4)}.log"
        self.settings: dict[str, str] = dict(WITHOUT_RATES)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def id(self) -> int:
        """The server's process."""
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> Running:
        """The same as whoever does not care for its end knows it."""
        assert self._process is not None
        return Running(self.url, self.folder, self._process)

    def start(self, *options: str) -> None:
        """Starts it and returns when it can take calls."""
        self.begin(*options)
        self.await_ready()

    def begin(self, *options: str) -> None:
        """Starts it and does not wait."""
        command = [*PROGRAM, "serve", "--data", str(self.folder), "--port", str(self.port), *options]
        with self.log.open("ab") as log, self._said.open("wb") as said:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=log,
                env=own_environment(self.settings),
                start_new_session=True,
            )

    def await_ready(self) -> None:
        """Returns when it has said that it can take calls."""

        def is_ready() -> bool:
            assert self._process is not None
            code = self._process.poll()
            assert code is None, f"the server ended with {code}:\n{self.read_log()[-3000:]}"
            return self._said.read_text().endswith("\n")

        wait_for(is_ready, seconds=READY_SECONDS, what="the server is ready")
        assert self._said.read_text() == f"ready {self.url}\n"

    def kill(self) -> None:
        """Ends the server's process, and no other, without a last word."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(END_SECONDS)

    def signal(self, number: signal.Signals) -> None:
        """To the whole process group, as a terminal's Ctrl-C goes."""
        os.killpg(self.id, number)

    def await_end(self) -> int:
        """Its exit code."""
        assert self._process is not None
        return self._process.wait(STOP_SECONDS)

    def stop(self) -> int:
        """Ends it the proper way; its exit code."""
        self.signal(signal.SIGTERM)
        return self.await_end()

    def sweep(self) -> None:
        """Ends whatever is left of it, by id."""
        if self._process is not None and self._process.poll() is None:
            self.kill()

    def worker(self) -> int | None:
        """The worker beside the server."""
        workers = [
            one
            for one, command in processes_of(self.folder).items()
            if "--with-parent" in command and parent_of(one) == self.id
        ]
        return workers[0] if workers else None

    def await_worker(self, *, other_than: int | None = None) -> int:
        """The worker beside the server, once its heart beats."""
        begun = datetime.now(UTC)

        def find() -> int | None:
            found = self.worker()
            return found if found != other_than and has_beaten(self.folder, since=begun) else None

        return wait_for(find, seconds=END_SECONDS, what="the worker works")

    def start_worker(self) -> "subprocess.Popen[bytes]":
        """A worker by itself, once its heart beats."""
        begun = datetime.now(UTC)
        with self.log.open("ab") as log:
            worker = subprocess.Popen(
                [*PROGRAM, "worker", "--data", str(self.folder)],
                stdin=subprocess.DEVNULL,
                stderr=log,
                env=own_environment(self.settings),
            )
        wait_for(lambda: has_beaten(self.folder, since=begun), seconds=END_SECONDS, what="the worker works")
        return worker

    def run(self, *arguments: str) -> str:
        """The standard output of a command on the same folder."""
        return run_program(self.folder, *arguments, environment=self.settings).strip()

    def read_log(self) -> str:
        """What server and worker said, all starts together."""
        return self.log.read_text(errors="replace")

    def call(self, operation: str, token: str, *, body: Any = None, **params: str) -> Any:
        """The JSON that an operation answers; anything but 200 is an error."""
        address = f"{self.url}/functions/v1/job-interview-{operation}"
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(timeout=30, trust_env=False) as caller:
            answer = (
                caller.get(address, params=params, headers=headers)
                if body is None
                else caller.post(address, json=body, headers=headers)
            )
        answer.raise_for_status()
        return answer.json()

    def has_port(self) -> bool:
        """Whether somebody listens at its port."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def health(self) -> int:
        """The status of /healthz; 0 where nobody answers."""
        try:
            with httpx.Client(timeout=10, trust_env=False) as caller:
                return caller.get(f"{self.url}/healthz").status_code
        except httpx.TransportError:
            return 0

    @property
    def _said(self) -> Path:
        return self.log.with_suffix(".said")


def wait_for(condition: Callable[[], T | None], *, seconds: float, what: str) -> T:
    """What the condition gives, once it is true. Fails when the time is over."""
    until = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < until, f"in {seconds} seconds it did not happen that {what}"
        time.sleep(0.02)


def free_port() -> int:
    """A port that nobody listens at; another one each time."""
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as probe:
            if port not in _given and probe.connect_ex(("127.0.0.1", port)) != 0:
                _given.add(port)
                return port


_given: set[int] = set()


# --- Processes -----------------------------------------------------------------------------------------------------


def processes_of(folder: Path) -> dict[int, str]:
    """Everything that runs for this data folder, and its command line; zombies have none and do not count."""
    cluster = os.path.realpath(_cluster(folder))
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            environment = (entry / "environ").read_bytes()
            place = os.readlink(entry / "cwd")
        except OSError:
            continue  # gone in between
        is_ours = "vivavoce" in command and (
            str(folder) in command or f"VIVAVOCE_DATA_DIR={folder}\0".encode() in environment
        )
        if command and (is_ours or place == cluster):
            found[int(entry.name)] = command
    return found


def await_nothing(folder: Path) -> None:
    """Returns when nothing runs for this folder any more."""
    wait_for(lambda: not processes_of(folder), seconds=END_SECONDS, what=f"nothing runs: {processes_of(folder)}")


def end_all(folder: Path) -> None:
    """Kills whatever runs for this folder: for the end of a test that failed."""
    for process in processes_of(folder):
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue
    await_nothing(folder)


def parent_of(process: int) -> int | None:
    """The id of its parent; None when it has gone."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return None
    return int(status.rpartition(")")[2].split()[1])


def kill_database(folder: Path) -> int:
    """Kills the postmaster of this folder's database; its id."""
    process = database_of(folder)
    assert process is not None, "no database runs"
    os.kill(process, signal.SIGKILL)
    return process


def database_of(folder: Path) -> int | None:
    """The postmaster of this folder's database, if it really is one of its processes."""
    try:
        process = int(_pid_file(folder)[0])
    except (OSError, ValueError, IndexError):
        return None
    return process if process in processes_of(folder) else None


def _cluster(folder: Path) -> Path:
    home = folder / "postgres"
    note = home / "elsewhere"
    return (Path(note.read_text().strip()) if note.exists() else home) / "cluster"


def _pid_file(folder: Path) -> list[str]:
    return (_cluster(folder) / "postmaster.pid").read_text().split("\n")


# --- The database --------------------------------------------------------------------------------------------------


def socket_folder(folder: Path) -> str:
    """Where the database of this folder is to be reached."""
    return _pid_file(folder)[4]


@contextmanager
def look_inside(folder: Path) -> Iterator["psycopg.Connection[DictRow]"]:
    """A view of the whole database as it stands at one moment, every merchant's rows included."""
    with psycopg.connect(
        host=socket_folder(folder), user="postgres", dbname="vivavoce", row_factory=dict_row
    ) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield connection


@contextmanager
def change_inside(folder: Path) -> Iterator["psycopg.Connection[DictRow]"]:
    """The whole database, to put into it what would take too long to come about. It is committed at the end."""
    with psycopg.connect(
        host=socket_folder(folder), user="postgres", dbname="vivavoce", row_factory=dict_row
    ) as connection:
        yield connection


def has_beaten(folder: Path, *, since: datetime) -> bool:
    """Whether a worker has said since then that it lives."""
    with look_inside(folder) as inside:
        row = inside.execute("select max(last_heartbeat) as at from procrastinate_workers").fetchone()
    return row is not None and row["at"] is not None and row["at"] > since


@contextmanager
def nobody_may_start_the_database(folder: Path) -> Iterator[None]:
    """While the block runs, whoever wants to start this folder's database waits, as behind a slow starter."""
    with (_cluster(folder).parent / "gate.lock").open("r+b") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def is_envelope(body: bytes) -> bool:
    """Whether an answer is the wire's envelope of an error."""
    try:
        found = json.loads(body)
    except ValueError:
        return False
    return isinstance(found, dict) and isinstance(found.get("error"), str) and set(found) <= {"error", "name"}
