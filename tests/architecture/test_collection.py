"""Every process collects the same tests: none hangs on the clock, on chance or on the order of a set.

`make test` runs several processes, and pytest-xdist ends a run whose processes do not agree on what there is to run.
"""

import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.collecting import spell
from tests.architecture.tree import ROOT
from tests.ordering import place_of

ANOTHER_DAY = "2031-03-04T05:06:07.890123+00:00"


def _collect(folder: Path, *paths: str | Path, seed: str, moment: str | None) -> list[str]:
    """What is collected there, a line a test, where hashes and the clock are these. Raises AssertionError."""
    written = folder / f"collected-{seed}"
    environment = os.environ | {"COLLECTED": str(written), "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    if moment is not None:
        environment["COLLECT_AT"] = moment
    program = [sys.executable, "-m", "pytest", "-p", "tests.architecture.collecting", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*program, "--collect-only", "-qq", *map(str, paths)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return written.read_text().splitlines()


def _differing(folder: Path, *paths: str | Path) -> list[str]:
    """What one process collects and another does not, whose hashes, chance, hour, day and year are others."""
    one = _collect(folder, *paths, seed="1", moment=None)
    other = _collect(folder, *paths, seed="2", moment=ANOTHER_DAY)
    assert len(one) > 0
    return [line for pair in itertools.zip_longest(one, other) if pair[0] != pair[1] for line in pair if line]


@pytest.mark.nightly
def test_two_processes_that_know_nothing_of_each_other_collect_the_same_in_the_same_order(tmp_path: Path) -> None:
    assert _differing(tmp_path, "tests") == []


CHANGING = """
import time
from datetime import UTC, datetime
from uuid import uuid4

import pytest

@pytest.mark.parametrize("second", [int(time.time())])
def test_clock(second): pass

@pytest.mark.parametrize("day", [datetime.now(UTC).date()])
def test_day(day): pass

@pytest.mark.parametrize("somebody", [pytest.param(uuid4(), id="somebody")])
def test_chance(somebody): pass

@pytest.mark.parametrize("letter", {"a", "b", "c", "d", "e", "f", "g", "h"})
def test_order(letter): pass

@pytest.mark.parametrize("letters", [{"a", "b", "c", "d", "e", "f", "g", "h"}])
def test_whole_set(letters): pass
"""


@pytest.mark.slow
def test_one_that_hangs_on_it_is_found(tmp_path: Path) -> None:
    (tmp_path / "test_changing.py").write_text(CHANGING)
    found = " ".join(_differing(tmp_path, tmp_path / "test_changing.py"))
    assert [name for name in ("clock", "day", "chance", "order", "whole_set") if f"test_{name}[" in found] == [
        "clock", "day", "chance", "order",
    ]  # fmt: skip


def test_files_come_as_a_seed_shuffles_them_and_without_one_the_slow_first() -> None:
    slow = {ROOT / "tests" / f"test_{number}.py": number for number in range(20)}
    by_seed = [sorted(slow, key=lambda path: place_of(path, slow=slow[path], seed=seed)) for seed in (None, *"778")]
    assert by_seed[0] == list(reversed(slow))
    assert by_seed[1] == by_seed[2] != by_seed[3]
    assert sorted(by_seed[1]) == sorted(slow)


def test_a_set_is_spelt_alike_whatever_its_order() -> None:
    assert spell({"of": frozenset({"b", "a"}), "at": object()}) == "{'of': {'a', 'b'}, 'at': <object object at 0x>}"
