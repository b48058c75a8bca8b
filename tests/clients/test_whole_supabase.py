"""Python's whole `supabase`, unchanged, in an environment of its own."""

import json
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from tests.clients.conftest import Body
from tests.running import Furnished, Running

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
REQUIREMENTS = HERE.parents[1] / "requirements" / "supabase.txt"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter beside which `supabase` lies."""
    folder = tmp_path_factory.mktemp("supabase")
    uv = [sys.executable, "-m", "uv", "--quiet"]
    subprocess.run([*uv, "venv", "--python", sys.executable, str(folder)], check=True)
    found = folder / "bin" / "python"
    install = ["pip", "install", "--python", str(found), "--require-hashes", "--requirement", str(REQUIREMENTS)]
    subprocess.run([*uv, *install], check=True)
    return found


def test_an_integration_creates_reads_and_is_refused(
    python: Path, running: Running, furnished: Furnished, a_body: Body
) -> None:
    command = [str(python), str(HERE / "whole_supabase.py"), running.url, furnished.token, json.dumps(a_body())]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    seen = json.loads(done.stdout)
    assert UUID(seen["created"]["interview_def_set_id"]).version == 7
    assert seen["name"] == "Project manager"
    assert seen["refused"]["status"] == 422
    assert "visible" in seen["refused"]["message"]
