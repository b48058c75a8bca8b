"""`vivavoce template add` and `store add`: a command given twice adds one thing, and says so when it can't."""

import subprocess
from pathlib import Path

import pytest

from tests.running import PROGRAM, Running, own_environment

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("command", "other"),
    [("template", ("--language", "de")), ("store", ("--slug", "alex"))],
    ids=["template", "store"],
)
def test_a_command_given_twice_adds_one_thing(running: Running, command: str, other: tuple[str, ...]) -> None:
    slug = f"twice-{command}"
    running.program("merchant", "add", "Harbour", "--slug", slug)
    words = (command, "add", "Alex", "--merchant", slug)
    made = running.program(*words)
    assert running.program(*words) == made
    # The same slug for something else.
    name = "Alexandra" if command == "store" else "Alex"
    refused = subprocess.run(
        [*PROGRAM, command, "add", name, "--merchant", slug, *other, "--data", str(running.folder)],
        capture_output=True,
        text=True,
        env=own_environment(None),
        check=False,
    )
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"already has a {command} with the slug `alex`" in refused.stderr
    assert "--slug" in refused.stderr


def test_a_store_takes_documents_and_lists_them(running: Running, tmp_path: Path) -> None:
    running.program("merchant", "add", "Quay", "--slug", "quay")
    running.program("store", "add", "Handbook", "--merchant", "quay")
    file = tmp_path / "leave.md"
    file.write_text("# Leave\n\nEveryone has 28 days of holiday a year.", encoding="utf-8")
    made = running.program("store", "upload", "handbook", str(file), "--merchant", "quay")
    assert running.program("store", "upload", "handbook", str(file), "--merchant", "quay") == made
    assert running.program("store", "documents", "handbook", "--merchant", "quay").startswith(made.strip())
    assert "\t1\tHandbook" in running.program("store", "list", "--merchant", "quay")
    running.program("store", "remove", "handbook", "--merchant", "quay")
    assert running.program("store", "list", "--merchant", "quay").strip() == ""
