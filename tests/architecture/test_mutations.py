"""The wrong changes that `make mutate` tries can be made in today's code, and the program tells what became of them."""

import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from tests.architecture.tree import ROOT
from tests.folding import folded


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutate", ROOT / "scripts" / "mutate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutate"] = module  # its dataclass looks itself up there
    spec.loader.exec_module(module)
    return module


MUTATE = _load()
MUTATIONS = MUTATE.read_mutations()


@folded("name, mutation", [(one.name, one) for one in MUTATIONS], ids=[one.name for one in MUTATIONS])
def test_each_change_can_be_made_in_exactly_one_place(name: str, mutation: object) -> None:
    assert MUTATE.find_fault(mutation) is None, "Follow the code in scripts/mutations.toml."


def test_each_has_a_name_of_its_own() -> None:
    assert [name for name, times in Counter(one.name for one in MUTATIONS).items() if times > 1] == []
    assert len(MUTATIONS) >= 100


def test_what_stands_nowhere_or_twice_is_refused() -> None:
    one = MUTATIONS[0]
    changed = {"name": "x", "file": one.file, "new": "y", "tests": one.tests}
    assert "does 0 times" in MUTATE.find_fault(MUTATE.Mutation(**changed, old="no such text anywhere"))
    assert "and does" in MUTATE.find_fault(MUTATE.Mutation(**changed, old="e"))
    assert "changes nothing" in MUTATE.find_fault(MUTATE.Mutation(**{**changed, "new": one.old}, old=one.old))
    assert "no tests/none.py" in MUTATE.find_fault(
        MUTATE.Mutation(**{**changed, "tests": ("tests/none.py",)}, old=one.old)
    )


@pytest.mark.nightly
def test_a_change_is_killed_or_survives_and_this_folder_stays_as_it_is() -> None:
    """By the tests of the total, which take no database: of one change they know, of the other nothing at all."""
    total = ROOT / "src" / "vivavoce" / "scoring" / "total.py"
    before = total.read_bytes()
    tests = ("tests/scoring/test_total.py",)
    noticed = {"name": "a", "file": "scoring/total.py", "old": "rounding=ROUND_HALF_UP", "tests": tests}
    assert MUTATE.try_out(MUTATE.Mutation(**noticed, new='rounding="ROUND_UP"')) == "killed"
    unseen = {"name": "b", "file": "scoring/total.py", "old": "HIGHEST = 1, 5", "tests": tests}
    assert MUTATE.try_out(MUTATE.Mutation(**unseen, new="HIGHEST = 1, 5  # unseen")) == "survived"
    assert total.read_bytes() == before


def test_the_list_is_about_files_that_are_there() -> None:
    assert {Path(one.file).parts[0] for one in MUTATIONS} >= {"attempts", "conversation", "scoring", "sound", "web"}
