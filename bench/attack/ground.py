"""Where attacks take place: a data folder of its own, and a new server on it for each attack."""

import json
import os
import resource
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bench.attack.seen import p95_ms
from tests.builders import KEYS
from tests.running import PROGRAM, STOP_SECONDS, Furnished, Running, own_environment, read_ready, run_program
from vivavoce.db.address import DatabaseAddress, embedded_address
from vivavoce.db.embedded import hold
from vivavoce.merchants.keys import Keys, load_keys
from vivavoce.providers.mail import FOLDER
from vivavoce.settings import read_settings

# Attacks that come as a caller make its tokens themselves.
SETTINGS = {"VIVAVOCE_JWT_SECRET": KEYS.jwt.decode(), "VIVAVOCE_MAIL_URL": FOLDER}
BYSTANDER = "127.0.0.2"  # attackers come from 127.0.0.1
READ_SECONDS = 0.05  # between two reads of a bystander


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A data folder with two merchants: who is attacked, and a bystander who must not notice."""

    folder: Path
    victim: Furnished
    bystander: Furnished

    @contextmanager
    def server(self, *, files: int | None = None) -> Iterator[Running]:
        """A new server on the folder, until the block ends. files: how many it may have open (`ulimit -n`)."""
        with run_server_in(self.folder, files=files) as running:
            yield running

    @contextmanager
    def address(self) -> Iterator[DatabaseAddress]:
        """The database itself, beside a server."""
        with hold(self.folder, say=lambda _: None) as server:
            yield embedded_address(server.socket_dir, server.database)

    @property
    def keys(self) -> Keys:
        """The server's own."""
        return load_keys(read_settings({}, given={"data_dir": self.folder, "jwt_secret": KEYS.jwt.decode()}))


@contextmanager
def new_ground() -> Iterator[Ground]:
    """A scratch folder, gone at the end."""
    folder = a_folder()
    try:
        yield Ground(folder=folder, victim=furnish(folder, "victim"), bystander=furnish(folder, "bystander"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def a_folder() -> Path:
    """A new folder that the database's own user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="vivavoce-attack-"))
    folder.chmod(0o755)
    return folder


def furnish(folder: Path, slug: str) -> Furnished:
    """A merchant with a template, and its owner's token."""

    def run(*words: str) -> str:
        return run_program(folder, *words, environment=SETTINGS).strip()

    return Furnished(
        merchant_id=run("merchant", "add", slug.title(), "--slug", slug),
        template_id=run("template", "add", "Robin", "--merchant", slug),
        token=run("token", "--merchant", slug, "--role", "merchant_owner", "--minutes", "600"),
    )


@contextmanager
def run_server_in(folder: Path, *, files: int | None = None) -> Iterator[Running]:
    """A server on the folder, until the block ends. What it says goes into `serve.log` there."""
    command = [*PROGRAM, "serve", "--data", str(folder), "--port", "0"]
    if files is not None:
        command = ["bash", "-c", f'ulimit -n {files}; exec "$@"', "serve", *command]
    with (folder / "serve.log").open("ab") as log:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True, env=own_environment(SETTINGS)
        )
    try:
        yield Running(url=read_ready(process), folder=folder, process=process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_SECONDS)
        if process.stdout is not None:
            process.stdout.close()


# --- Looking at the server ------------------------------------------------------------------------------------------


def memory_mb(process: int, *, at: str = "VmRSS") -> float:
    """What a process keeps in memory now; at VmHWM: the most since the peak was forgotten."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(status.split(f"{at}:")[1].split()[0]) / 1024


def forget_peak(process: int) -> None:
    """Lets the peak of its memory begin anew (proc(5), clear_refs)."""
    Path(f"/proc/{process}/clear_refs").write_text("5", encoding="ascii")


def temporary_files(process: int) -> list[str]:
    """What it has open in the temporary folder, deleted files included."""
    places = tuple({tempfile.gettempdir(), "/tmp", "/var/tmp"})
    open_files = []
    for entry in Path(f"/proc/{process}/fd").iterdir():
        try:
            target = os.readlink(entry)
        except OSError:
            continue  # closed in between
        if target.startswith(places) and "vivavoce-attack-" not in target:
            open_files.append(target)
    return open_files


@dataclass
class Bystander:
    """Somebody who reads one address again and again, in a thread. took: seconds for each answer of 200."""

    address: str
    headers: dict[str, str] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    _is_over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def reading(self) -> Iterator["Bystander"]:
        """Reads while the block runs."""
        thread = threading.Thread(target=self._read, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._is_over.set()
            thread.join(60)

    def read_for(self, seconds: float) -> list[float]:
        """Reads for so long, and nothing else."""
        with self.reading():
            time.sleep(seconds)
        return self.took

    def _read(self) -> None:
        with somebody_else(headers=self.headers) as client:
            while not self._is_over.is_set():
                begun = time.perf_counter()
                try:
                    answer = client.get(self.address)
                except httpx.HTTPError as error:
                    self.failures.append(type(error).__name__)
                    continue
                if answer.status_code == 200:
                    self.took.append(time.perf_counter() - begun)
                else:
                    self.failures.append(str(answer.status_code))
                time.sleep(READ_SECONDS)


def somebody_else(*, headers: Mapping[str, str] | None = None) -> httpx.Client:
    """A client at another address than the attacker's: a limit for that one must not be theirs."""
    transport = httpx.HTTPTransport(local_address=BYSTANDER)
    return httpx.Client(timeout=30, trust_env=False, headers=headers, transport=transport)


def p95_or_nothing(bystander: Bystander) -> str:
    """How soon nineteen of twenty of the bystander's reads were answered."""
    told = f"{p95_ms(bystander.took):.0f} ms" if len(bystander.took) > 1 else "never"
    return f"{told}, {len(bystander.failures)} failed" if bystander.failures else told


def may_open(files: int) -> None:
    """Lets this process have so many files open; as many as it may, where that is fewer."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files if most == resource.RLIM_INFINITY else min(files, most), most))


def shorten(items: Sequence[str], *, most: int = 3) -> str:
    """The first of them, and how many more there are."""
    more = "" if len(items) <= most else f" and {len(items) - most} more"
    return json.dumps(list(items[:most]), ensure_ascii=False)[1:-1] + more
