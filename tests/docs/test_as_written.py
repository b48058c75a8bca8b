"""The commands that a stranger copies, run as they stand in the pages, against a real demo."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, kept_files
from tests.running import STOP_SECONDS, own_environment

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("curl") is None, reason="the pages show curl, which is not installed"),
    pytest.mark.skipif(shutil.which("make") is None, reason="the pages show make, which is not installed"),
]
BLOCK = re.compile(r"^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ID = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A running demo. folder: where a stranger stands, a checkout with `demo-data` in it."""

    url: str
    folder: Path

    def follow(self, *blocks: str) -> str:
        """What the commands say, given one after the other in one shell."""
        script = "\n".join(blocks).replace("http://127.0.0.1:8000", self.url)
        environment = own_environment({"no_proxy": "127.0.0.1"})
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            stdin=subprocess.DEVNULL,  # a command that read it would eat the ones that follow
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def checkout() -> Iterator[Path]:
    """A copy of this repository as a clone would be, with the packages laid in already."""
    folder = Path(tempfile.mkdtemp(prefix="vivavoce-test-"))
    folder.chmod(0o755)
    try:
        for path in kept_files():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, folder / path)
        subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
        subprocess.run(["git", "add", "--all"], cwd=folder, check=True)
        _lay_packages(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lay_packages(folder: Path) -> None:
    """Our own environment under the checkout's name, marked as set up so that `make` installs nothing."""
    environment = folder / ".venv"
    environment.mkdir()
    for entry in Path(sys.prefix).iterdir():
        if entry.name not in ("set-up-from", "made-for"):
            (environment / entry.name).symlink_to(entry)
    setup = (folder / "scripts" / "setup").read_text(encoding="utf-8")
    fingerprint = re.search(r"^fingerprint\(\) \{$.*?^\}$", setup, re.MULTILINE | re.DOTALL)
    assert fingerprint is not None
    program = f"root=$PWD kind=all\n{fingerprint[0]}\nfingerprint >.venv/set-up-from"
    subprocess.run(["bash", "-euc", program], cwd=folder, check=True)


@contextmanager
def _run_demo(folder: Path) -> Iterator[Demo]:
    """`make demo` in a terminal of its own, until Ctrl-C."""
    environment = own_environment(None)
    with subprocess.Popen(
        ["make", "demo"], cwd=folder, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True
    ) as process:
        try:
            assert process.stdout is not None
            said = ""
            while (found := re.search(r"Serving at (\S+)\. ", said)) is None:
                line = process.stdout.readline()
                assert line, f"the demo ended: {said}"
                said += line
            yield Demo(url=found[1], folder=folder)
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(STOP_SECONDS)


@pytest.fixture(scope="module")
def demo(checkout: Path) -> Iterator[Demo]:
    with _run_demo(checkout) as running:
        yield running


@pytest.mark.parametrize("times", [1, pytest.param(2, marks=pytest.mark.nightly)])
def test_tutorial_and_readme_hold_as_printed_and_again(checkout: Path, times: int) -> None:
    start, *tutorial = BLOCK.findall((ROOT / "docs" / "tutorial" / "first-interview.md").read_text(encoding="utf-8"))
    assert start == "make demo\n"
    *commands, call = BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    assert commands == ["make demo\n", "make test\n"]
    for _ in range(times):
        with _run_demo(checkout) as running:
            said = running.follow(*tutorial)
            assert re.search(rf'{{"interview_def_set_id":"{ID}"}}', said)
            assert '"phase": "submitted"' in said
            assert '"answer": "What would the first week look like, and whom would I work with?"' in said
            assert '"processing_status": "completed"' in said
            assert re.fullmatch(rf'{{"interview_def_set_id":"{ID}"}}', running.follow(call).strip())
    changed = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=all"], cwd=checkout, capture_output=True, check=True
    )
    assert [line for line in changed.stdout.decode().splitlines() if not line.startswith("A  ")] == []


@pytest.mark.parametrize("kind", ["bash", "python", "js"])
def test_the_how_to_creates_an_interview(demo: Demo, kind: str) -> None:
    page = (ROOT / "docs" / "howto" / "create-an-interview.md").read_text(encoding="utf-8")
    prepare, curl = BLOCK.findall(page)
    prepare = prepare.replace("--merchant demo", "--merchant demo --data demo-data")
    programs = {
        "bash": curl,
        "python": ".venv/bin/python create.py",
        "js": f"{shutil.which('node') or 'node'} create.mjs",
    }
    if kind == "js" and shutil.which("node") is None:
        pytest.skip("Node.js is not installed")
    if kind != "bash":
        (source,) = re.findall(rf"^```{kind}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
        (demo.folder / programs[kind].split()[-1]).write_text(source, encoding="utf-8")
    assert re.search(ID, demo.follow(prepare, programs[kind]))
