"""The bench of the create call runs as it stands: what it takes from the product is what the product has."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.create import _pgbench_script
from tests.architecture.tree import ROOT


def test_pgbench_is_given_every_parameter_of_the_create_statement(tmp_path: Path) -> None:
    nobody = "00000000-0000-7000-8000-000000000000"
    written = _pgbench_script(tmp_path, nobody, nobody).read_text()
    assert re.findall(r"\$\d+", written) == []
    assert "insert into interviews" in written


@pytest.mark.nightly
def test_the_bench_of_the_create_call_runs() -> None:
    if shutil.which("wrk") is None:
        pytest.skip("needs wrk (Debian: apt-get install wrk)")
    done = subprocess.run(
        [sys.executable, "bench/create.py", "--rounds", "1", "--seconds", "1"],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr[-4000:]  # 1: a floor does not hold, which a second can't tell
    for what in ("database", "ours", "peer", "processor", "memory", "of the peer's memory"):
        assert what in done.stdout, done.stdout + done.stderr[-4000:]
