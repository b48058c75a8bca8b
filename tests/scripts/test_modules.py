"""The pages' JavaScript, module by module, by Node.js's own runner: `node --test tests/scripts/*.test.mjs`."""

import subprocess
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

NODE = ROOT / ".venv/bin/node"
TESTS = sorted(Path(__file__).parent.glob("*.test.mjs"))


@pytest.mark.skipif(not (ROOT / "node_modules").is_dir(), reason="the Node.js packages are not installed: make setup")
@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.name)
def test_a_module_does_what_it_says(file: Path) -> None:
    command = [str(NODE), "--test", "--test-reporter=spec", "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"]
    run = subprocess.run([*command, str(file)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "tests 0" not in run.stdout
