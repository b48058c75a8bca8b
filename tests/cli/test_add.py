"""`vivavoce template add` and `store add`: a command given twice adds one thing, and says so when it can't."""

import subprocess

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
