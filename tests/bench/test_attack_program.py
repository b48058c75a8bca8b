"""`make attack`: everything that it tries holds, and what breaks is told by the table and the exit code."""

import re
import subprocess
import sys
from contextlib import nullcontext

import pytest

from bench.attack.__main__ import ATTACKS, main, run, to_table
from bench.attack.ground import Ground
from bench.attack.seen import Seen
from tests.architecture.tree import ROOT
from tests.running import Furnished, own_environment

HELD = re.compile(r"\| held +\|$", re.MULTILINE)


def seen(*, is_held: bool | None, is_timed: bool = False) -> Seen:
    return Seen(attack="form bombs", tried="200 posts", limit="20 MB", seen="3 MB", is_held=is_held, is_timed=is_timed)


def test_the_table_says_what_held_and_what_broke() -> None:
    rows = [seen(is_held=held, is_timed=timed) for timed in (False, True) for held in (True, False, None)]
    lines = to_table(rows).splitlines()
    told = ["held", "BROKEN", "skipped", "held", "TOO SLOW", "skipped"]
    assert [line.split("|")[-2].strip() for line in lines[2:]] == told
    assert len({len(line) for line in lines}) == 1


def test_an_attack_that_fails_in_the_middle_counts_as_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Ground) -> list[Seen]:
        raise ConnectionError("the server is gone")

    monkeypatch.setitem(ATTACKS, "tokens", fail)
    nobody = Furnished(merchant_id="", template_id="", token="")
    (told,) = run("tokens", Ground(folder=ROOT, victim=nobody, bystander=nobody))
    assert told.is_held is False
    assert "the server is gone" in told.seen


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([seen(is_held=True), seen(is_held=None)], 0),
        ([seen(is_held=True), seen(is_held=False)], 1),
        ([seen(is_held=True), seen(is_held=False, is_timed=True)], 1),
    ],
    ids=["held", "broken", "too slow"],
)
def test_the_exit_code_judges_what_is_timed_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], rows: list[Seen], code: int
) -> None:
    monkeypatch.setattr("bench.attack.__main__.new_ground", nullcontext)
    monkeypatch.setitem(ATTACKS, "tokens", lambda _: rows)
    monkeypatch.setattr(sys, "argv", ["attack", "--only", "tokens"])
    assert main() == code
    assert capsys.readouterr().out.count("form bombs") == len(rows)


@pytest.mark.nightly
def test_forged_tokens_and_foreign_ids_are_refused_over_the_wire() -> None:
    forged, revoked, foreign = _attack("--only", "tokens", "ids").splitlines()[2:]
    assert HELD.search(forged)
    assert HELD.search(foreign)
    assert "refused after" in revoked


@pytest.mark.nightly
def test_everything_that_is_tried_holds() -> None:
    rows = _attack().splitlines()[2:]
    assert len(rows) >= len(ATTACKS)
    assert [row for row in rows if "| BROKEN " in row] == []
    # How fast it was on this machine, while who knows what else ran, is for people to read, and for the exit code.
    assert [row for row in rows if not HELD.search(row) and "| skipped " not in row and "| TOO SLOW " not in row] == []


def _attack(*arguments: str) -> str:
    """The table. Fails where the program did not get to the end of it."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.attack", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=own_environment({"PYTHONPATH": str(ROOT)}),
        check=False,
    )
    is_all_held = not re.search(r"\| (BROKEN|TOO SLOW) +\|$", done.stdout, re.MULTILINE)
    assert done.returncode == (0 if is_all_held else 1), done.stdout + done.stderr
    assert done.stdout.startswith("| attack "), done.stderr
    return done.stdout
