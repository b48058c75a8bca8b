"""`make attack`: everything that it tries holds, and what breaks is told by the table and the exit code."""

import re
import subprocess
import sys

import pytest

from bench.attack.__main__ import ATTACKS, run, to_table
from bench.attack.ground import Ground
from bench.attack.seen import Seen
from tests.architecture.tree import ROOT
from tests.running import Furnished, own_environment

HELD = re.compile(r"\| held +\|$", re.MULTILINE)


def seen(*, is_held: bool | None) -> Seen:
    return Seen(attack="form bombs", tried="200 posts", limit="20 MB", seen="3 MB", is_held=is_held)


def test_the_table_says_what_held_and_what_broke() -> None:
    table = to_table([seen(is_held=True), seen(is_held=False), seen(is_held=None)])
    lines = table.splitlines()
    assert [line.split("|")[-2].strip() for line in lines[2:]] == ["held", "BROKEN", "skipped"]
    assert len({len(line) for line in lines}) == 1


def test_an_attack_that_fails_in_the_middle_counts_as_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Ground) -> list[Seen]:
        raise ConnectionError("the server is gone")

    monkeypatch.setitem(ATTACKS, "tokens", fail)
    nobody = Furnished(merchant_id="", template_id="", token="")
    (told,) = run("tokens", Ground(folder=ROOT, victim=nobody, bystander=nobody))
    assert told.is_held is False
    assert "the server is gone" in told.seen


@pytest.mark.slow
def test_forged_tokens_and_foreign_ids_are_refused_over_the_wire() -> None:
    assert len(HELD.findall(_attack("--only", "tokens", "ids"))) == 2


@pytest.mark.nightly
def test_everything_that_is_tried_holds() -> None:
    rows = _attack().splitlines()[2:]
    assert len(rows) >= len(ATTACKS)
    assert [row for row in rows if not HELD.search(row) and "| skipped " not in row] == []


def _attack(*arguments: str) -> str:
    """The table. Fails where something is broken."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.attack", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=own_environment({"PYTHONPATH": str(ROOT)}),
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
