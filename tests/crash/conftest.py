"""One furnished data folder for all of these tests: making one costs more than most of them."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.crash.program import Program, end_all
from tests.running import Furnished, run_program, run_programs


@pytest.fixture(scope="session")
def crash_folder() -> Iterator[Path]:
    """A data folder whose database is made, and stopped."""
    folder = Path(tempfile.mkdtemp(prefix="vivavoce-crash-"))
    folder.chmod(0o755)
    try:
        run_program(folder, "db", "upgrade")
        yield folder
    finally:
        end_all(folder)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def program(crash_folder: Path) -> Iterator[Program]:
    """A server that is not started yet; nothing of it outlives the test."""
    made = Program(crash_folder)
    try:
        yield made
    finally:
        made.sweep()
        end_all(crash_folder)
        if made.log.exists():
            sys.stdout.write(made.read_log())  # shown where the test failed


@pytest.fixture
def furnished(program: Program) -> Furnished:
    """A merchant of this test's own, on the folder of the program."""
    slug = f"m-{uuid4().hex[:12]}"
    merchant_id, template_id, token = run_programs(
        program.folder,
        ["merchant", "add", "Acme", "--slug", slug],
        ["template", "add", "Robin", "--merchant", slug],
        ["token", "--merchant", slug, "--role", "merchant_owner", "--minutes", "600"],
    )
    return Furnished(merchant_id=merchant_id, template_id=template_id, token=token)
