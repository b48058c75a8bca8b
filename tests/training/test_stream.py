"""What the encoder is trained on: held-out questions stay out, and a rewriting stands beside what it says again."""

import importlib
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

TRAINING = Path(__file__).parents[2] / "training/rater"
QUESTIONS = [f"What did you do on day {number}?" for number in range(40)]
GROUP: tuple[dict[str, object], ...] = (
    {"words": "I rang her that day.", "verdict": "confirmed", "kind": "plain", "same_as": None},
    {"words": "She never heard of it from me.", "verdict": "rejected", "kind": "denial", "same_as": None},
    {"words": "She no hear of it from me never.", "verdict": "rejected", "kind": "learner", "same_as": 1},
    {"words": "I'd ring her, of course.", "verdict": "not_discussed", "kind": "hypothetical", "same_as": None},
)


@pytest.fixture(scope="module")
def stream() -> Iterator[ModuleType]:
    """training/rater/stream.py, which is run from its own folder."""
    known = set(sys.modules)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(TRAINING))
        yield importlib.import_module("stream")
    for name in ("stream", "pairs", "data", "written", "augment", "clothes"):
        if name not in known:
            sys.modules.pop(name, None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines = [
        json.dumps({"group": f"g{at}", "question": question, "claim": "Told her", **saying})
        for at, question in enumerate(QUESTIONS)
        for saying in GROUP
    ]
    (tmp_path / "a.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return tmp_path


def test_no_question_is_both_trained_on_and_held_out(stream: ModuleType, folder: Path) -> None:
    asked = {
        is_held: {
            row.question
            for unit in stream.draw_pairs(folder, rng=random.Random(1), is_held=is_held, share_dressed=0.5)
            for row in unit
        }
        for is_held in (False, True)
    }
    assert asked[False] | asked[True] == set(QUESTIONS)
    assert not asked[False] & asked[True]
    assert asked[True] == {question for question in QUESTIONS if stream.fold_of_deed(question, folds=4) == 0}


def test_a_rewriting_stands_beside_what_it_says_again(stream: ModuleType, folder: Path) -> None:
    units = list(stream.draw_pairs(folder, rng=random.Random(1), is_held=False, share_dressed=0.0))
    twice = [[row.answer for row in unit] for unit in units if len(unit) > 1]
    assert twice == [["She never heard of it from me", "She no hear of it from me never"]] * (len(units) // len(GROUP))
    assert all(len({row.verdict for row in unit}) == 1 for unit in units)


def test_what_is_held_out_is_as_it_was_written(stream: ModuleType, folder: Path) -> None:
    held = list(stream.draw_pairs(folder, rng=random.Random(1), is_held=True, share_dressed=1.0))
    said = {row.answer for unit in held for row in unit}
    assert {stream.to_line(unit)["question"] for unit in held} == {row.question for unit in held for row in unit}
    assert said == {str(saying["words"]).rstrip(".").replace(",", "") for saying in GROUP}
