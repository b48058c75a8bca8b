"""What every store of files does, in a folder and at a server that speaks S3; and what each does for itself."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from obstore.store import from_url

from vivavoce.errors import BadSetting, Invalid, NoSpace
from vivavoce.providers.files import open_files
from vivavoce.providers.files.bucket import PART_BYTES, WAITS, BucketFiles
from vivavoce.providers.files.canary import StoreUnfit, try_store
from vivavoce.providers.files.folder import FolderFiles
from vivavoce.providers.files.port import FilesAway, FileStore, NoFile
from vivavoce.settings import Settings, read_settings

REQUIREMENTS = Path(__file__).parents[2] / "requirements" / "s3.txt"
IDENTITIES = """{"identities": [{"name": "test", "actions": ["Admin", "Read", "Write", "List"],
"credentials": [{"accessKey": "key", "secretKey": "secret"}]}]}"""
FOLDER = "sound/merchant/attempt"


@dataclass(frozen=True)
class Seaweed:
    """A SeaweedFS, which speaks S3."""

    url: str
    process: "subprocess.Popen[bytes]"

    def open(self, **config: str) -> BucketFiles:
        """A store at it, as its variables would name it."""
        given: Any = {
            "aws_endpoint": self.url,
            "aws_access_key_id": "key",
            "aws_secret_access_key": "secret",
            "aws_region": "us-east-1",
            **config,
        }
        options: Any = {"allow_http": True, "timeout": "5s", "connect_timeout": "2s"}
        store = from_url("s3://recordings/vivavoce", config=given, client_options=options, retry_config=NO_RETRIES)
        return BucketFiles(store, sleep=lambda seconds: time.sleep(seconds / 10))


NO_RETRIES: Any = {"max_retries": 0}


@pytest.fixture(scope="module")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    folder = tmp_path_factory.mktemp("seaweed")
    uv = [sys.executable, "-m", "uv", "--quiet"]
    subprocess.run([*uv, "venv", "--python", sys.executable, str(folder / "program")], check=True)
    python = folder / "program" / "bin" / "python"
    install = ["pip", "install", "--python", str(python), "--require-hashes", "--requirement", str(REQUIREMENTS)]
    subprocess.run([*uv, *install], check=True)
    (folder / "s3.json").write_text(IDENTITIES)
    (folder / "data").mkdir()
    # Its own ports for gRPC are these and 10,000.
    ports = dict(zip(("master", "volume", "filer", "s3"), _free_ports(4), strict=True))
    command = [str(python.with_name("weed")), "server", f"-dir={folder / 'data'}", "-ip=127.0.0.1", "-filer", "-s3"]
    command += [f"-{name}.port={port}" for name, port in ports.items()]
    command += ["-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.iam=false", "-ip.bind=127.0.0.1"]
    command += [f"-s3.config={folder / 's3.json'}", "-volume.max=5", "-master.volumeSizeLimitMB=64"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    found = Seaweed(url=f"http://127.0.0.1:{ports['s3']}", process=process)
    try:
        _wait_for(found.open())
        yield found
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()


def _free_ports(count: int) -> list[int]:
    """Free ones below those that a system gives by itself, so that nobody else is given one of them."""
    found: list[int] = []
    for port in range(12_000 + os.getpid() % 8_000, 22_000):
        with socket.socket() as one, socket.socket() as other:
            try:
                one.bind(("127.0.0.1", port))
                other.bind(("127.0.0.1", port + 10_000))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise AssertionError("no port is free")


def _wait_for(store: BucketFiles) -> None:
    for _ in range(200):
        try:
            store.put("probe", b"")
            store.delete(["probe"])
            return
        except FilesAway:
            time.sleep(0.2)
    raise AssertionError("the server did not come up")


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.slow)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FileStore]:
    if request.param == "folder":
        yield FolderFiles(tmp_path / "data")
        return
    found = request.getfixturevalue("seaweed").open()
    yield found
    for folder in ("sound", "introductions"):
        found.delete_all(folder)


# --- Every store ---------------------------------------------------------------------------------------------------


def test_what_was_put_is_read_in_stretches(store: FileStore) -> None:
    store.put(f"{FOLDER}/a.pcm", b"0123456789")
    assert store.size(f"{FOLDER}/a.pcm") == 10
    assert store.read(f"{FOLDER}/a.pcm", 0, 10) == b"0123456789"
    assert store.read(f"{FOLDER}/a.pcm", 3, 5) == b"34"
    assert store.read(f"{FOLDER}/a.pcm", 8, 99) == b"89"
    assert store.read(f"{FOLDER}/a.pcm", 10, 99) == b""
    assert store.read(f"{FOLDER}/a.pcm", 5, 5) == b""


def test_what_is_put_again_takes_the_place_of_the_first(store: FileStore) -> None:
    for content in (b"first, and longer", b"second", b""):
        store.put(f"{FOLDER}/a.pcm", content)
        assert store.read(f"{FOLDER}/a.pcm", 0, 100) == content
        assert [(one.name, one.size) for one in store.list(FOLDER)] == [(f"{FOLDER}/a.pcm", len(content))]


def test_a_large_local_file_is_taken_in(store: FileStore, tmp_path: Path) -> None:
    content = bytes(2 * PART_BYTES) + b"the end"
    local = tmp_path / "film"
    local.write_bytes(content)
    store.take(local, "introductions/m/a/film.webm")
    assert not local.exists()
    assert store.size("introductions/m/a/film.webm") == len(content)
    assert store.read("introductions/m/a/film.webm", 2 * PART_BYTES - 1, len(content)) == b"\0the end"


def test_a_folder_goes_with_all_that_is_below_it_and_nothing_else(store: FileStore) -> None:
    for name in ("a/1", "a/deep/2", "ab/3"):
        store.put(f"sound/m/{name}", b"x")
    assert {one.name for one in store.list("sound/m/a")} == {"sound/m/a/1", "sound/m/a/deep/2"}
    store.delete_all("sound/m/a")
    store.delete_all("sound/m/a")
    assert [one.name for one in store.list("sound")] == ["sound/m/ab/3"]
    store.delete(["sound/m/ab/3", "sound/m/ab/none"])
    assert list(store.list("sound")) == []


def test_a_doctor_tries_a_store_and_leaves_nothing(store: FileStore) -> None:
    try_store(store)
    assert list(store.list("doctor")) == []


def test_a_doctor_finds_what_a_store_does_not_do(tmp_path: Path) -> None:
    def other_bytes(name: str, begin: int, end: int) -> bytes:
        return bytes(end - begin)

    missed = []
    for method, instead, says in (
        ("read", other_bytes, "other bytes"),
        ("size", lambda name: 7, "other bytes"),
        ("list", lambda folder: iter(()), "right to list"),
        ("delete", lambda names: None, "right to delete"),
    ):
        store = FolderFiles(tmp_path / method)
        setattr(store, method, instead)
        try:
            try_store(store)
            missed.append(method)
        except StoreUnfit as error:
            if says not in error.message:
                missed.append(f"{method}: {error.message}")
    assert missed == []


def test_what_is_not_there_is_told(store: FileStore) -> None:
    for ask in (lambda: store.size(f"{FOLDER}/none"), lambda: store.read(f"{FOLDER}/none", 0, 1)):
        with pytest.raises(NoFile):
            ask()


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../secrets/seal-key", "sound/../secrets", "a//b", "a/.b", "a\0"])
def test_no_name_leads_out_of_the_store(store: FileStore, name: str, tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"x")
    asks: list[Any] = [
        lambda: store.put(name, b""),
        lambda: store.take(tmp_path / "one", name),
        lambda: store.read(name, 0, 1),
        lambda: store.size(name),
        lambda: list(store.list(name)),
        lambda: store.delete([name]),
        lambda: store.delete_all(name),
    ]
    for ask in asks:
        with pytest.raises(Invalid, match="can't be a file's name"):
            ask()


# --- A folder ------------------------------------------------------------------------------------------------------


def test_a_folder_s_files_are_nobody_else_s(tmp_path: Path) -> None:
    store = FolderFiles(tmp_path / "data")
    store.put(f"{FOLDER}/a", b"x")
    modes = {stat.S_IMODE(one.stat().st_mode) for one in (tmp_path / "data").rglob("*") if one.is_dir()}
    assert modes == {0o700}
    assert stat.S_IMODE((tmp_path / "data" / FOLDER / "a").stat().st_mode) == 0o600
    store.delete([f"{FOLDER}/a"])
    assert not (tmp_path / "data" / FOLDER).exists(), "an empty folder goes"


def test_a_full_disk_leaves_the_file_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FolderFiles(tmp_path)
    store.put(f"{FOLDER}/a", b"before")

    def refuse(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", refuse)
        with pytest.raises(NoSpace):
            store.put(f"{FOLDER}/a", b"after")
    assert store.read(f"{FOLDER}/a", 0, 10) == b"before"
    assert [one.name for one in tmp_path.rglob("*") if one.is_file()] == ["a"]


# --- A bucket ------------------------------------------------------------------------------------------------------


def _await_stop(pid: int) -> None:
    """Until every thread stands still: a busy machine lets one answer after the signal."""
    threads = Path(f"/proc/{pid}/task")
    while any((thread / "stat").read_text().rpartition(")")[2].split()[0] != "T" for thread in threads.iterdir()):
        time.sleep(0.01)


@pytest.mark.slow
def test_a_store_that_comes_back_is_asked_again(seaweed: Seaweed) -> None:
    """The server is stopped as it stands, and goes on while we wait for another try."""
    waited: list[float] = []

    def go_on(seconds: float) -> None:
        waited.append(seconds)
        seaweed.process.send_signal(signal.SIGCONT)

    options: Any = {"allow_http": True, "timeout": "3s", "connect_timeout": "3s"}
    config: Any = {
        "aws_endpoint": seaweed.url,
        "aws_access_key_id": "key",
        "aws_secret_access_key": "secret",
        "aws_region": "us-east-1",
    }
    store = BucketFiles(
        from_url("s3://recordings/vivavoce", config=config, client_options=options, retry_config=NO_RETRIES),
        sleep=go_on,
    )
    store.put(f"{FOLDER}/a", b"there")
    seaweed.process.send_signal(signal.SIGSTOP)
    _await_stop(seaweed.process.pid)
    assert store.read(f"{FOLDER}/a", 0, 10) == b"there"
    assert len(waited) >= 1


@pytest.mark.slow
def test_a_store_that_refuses_us_is_not_asked_again(seaweed: Seaweed, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(FilesAway):
        seaweed.open(aws_secret_access_key="another").put(f"{FOLDER}/a", b"x")
    assert [one.getMessage()[:28] for one in caplog.records] == ["the file store refuses us: T"]


def test_a_store_that_stays_away_is_said(tmp_path: Path) -> None:
    config: Any = {"aws_endpoint": "http://127.0.0.1:1", "aws_access_key_id": "k", "aws_secret_access_key": "s"}
    options: Any = {"allow_http": True}
    waited: list[float] = []
    store = BucketFiles(
        from_url("s3://recordings", config=config, client_options=options, retry_config=NO_RETRIES),
        sleep=waited.append,
    )
    (tmp_path / "film").write_bytes(b"x")
    for ask in (lambda: store.put("a", b""), lambda: store.take(tmp_path / "film", "a"), lambda: list(store.list("a"))):
        waited.clear()
        with pytest.raises(FilesAway, match="try again in a moment"):
            ask()
        assert len(waited) == len(WAITS)
    assert (tmp_path / "film").exists(), "what was not taken is still there"


# --- Which one -----------------------------------------------------------------------------------------------------


def test_the_settings_say_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(open_files(Settings(data_dir=tmp_path)), FolderFiles)
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    assert isinstance(open_files(Settings(files_url="s3://recordings/here")), BucketFiles)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("ftp://host/folder", "There are: az, folder, gs, s3"),
        ("az://container", "VIVAVOCE_FILES_URL can't be used: .*Account"),
    ],
)
def test_a_store_that_can_t_be_used_stops_the_start(url: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    with pytest.raises(BadSetting, match=told):
        open_files(read_settings({"VIVAVOCE_FILES_URL": url}))
