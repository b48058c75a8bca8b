"""The commands that a stranger copies, run as they stand in the pages, against a real demo."""

import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT
from tests.running import PROGRAM, STOP_SECONDS, own_environment

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("curl") is None, reason="the pages show curl, which is not installed"),
]
BLOCK = re.compile(r"^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ID = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A running demo. folder: where a stranger would stand, with `demo-data` in it."""

    url: str
    folder: Path

    def follow(self, *blocks: str) -> str:
        """What the commands say, given one after the other in one shell."""
        script = "\n".join(blocks).replace("http://127.0.0.1:8000", self.url)
        environment = own_environment({"no_proxy": "127.0.0.1"})
        done = subprocess.run(
            ["bash", "-euo", "pipefail"],
            input=script,
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    folder = Path(tempfile.mkdtemp(prefix="vivavoce-test-"))
    folder.chmod(0o755)
    (folder / ".venv").symlink_to(Path(sys.prefix), target_is_directory=True)
    command = [*PROGRAM, "demo", "--port", "0", "--data", str(folder / "demo-data")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=own_environment(None)) as process:
        try:
            assert process.stdout is not None
            said = ""
            while (found := re.search(r"Serving at (\S+)\. ", said)) is None:
                line = process.stdout.readline()
                assert line, f"the demo ended: {said}"
                said += line
            yield Demo(url=found[1], folder=folder)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(STOP_SECONDS)
            shutil.rmtree(folder, ignore_errors=True)


def test_the_tutorial_leads_to_a_result(demo: Demo) -> None:
    start, *blocks = BLOCK.findall((ROOT / "docs" / "tutorial" / "first-interview.md").read_text(encoding="utf-8"))
    assert start == "make demo\n"
    said = demo.follow(*blocks)
    assert re.search(rf'{{"interview_def_set_id":"{ID}"}}', said)
    assert '"phase": "submitted"' in said
    assert '"answer": "What would the first week look like, and whom would I work with?"' in said


def test_the_call_of_the_readme_creates_an_interview(demo: Demo) -> None:
    blocks = BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    # The tutorial's template has this name already.
    calls = [block.replace('"Alex"', '"Alex of the README"') for block in blocks if "curl" in block]
    assert re.fullmatch(rf'{{"interview_def_set_id":"{ID}"}}', demo.follow(*calls).strip())


@pytest.mark.parametrize("kind", ["bash", "python", "js"])
def test_the_how_to_creates_an_interview(demo: Demo, kind: str) -> None:
    page = (ROOT / "docs" / "howto" / "create-an-interview.md").read_text(encoding="utf-8")
    prepare, curl = BLOCK.findall(page)
    prepare = prepare.replace('"Alex"', f'"Alex of {kind}"').replace(
        "--merchant demo", "--merchant demo --data demo-data"
    )
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
