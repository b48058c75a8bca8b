"""The sayings that the embedded rater is trained on keep to their form, and are as many as their page says."""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

TRAINING = Path(__file__).parents[2] / "training/rater"
GROUP: tuple[dict[str, object], ...] = (
    {"words": "I rang her that day.", "verdict": "confirmed", "kind": "plain", "same_as": None},
    {"words": "I have call her in that day.", "verdict": "confirmed", "kind": "learner", "same_as": 0},
    {"words": "She never heard of it from me.", "verdict": "rejected", "kind": "denial", "same_as": None},
    {"words": "I'd ring her, of course.", "verdict": "not_discussed", "kind": "hypothetical", "same_as": None},
)
BAD: list[tuple[str, int, dict[str, object], str]] = [
    ("a key too many", 0, {"score": 1}, "keys"),
    ("stray spaces", 0, {"words": " I rang  her."}, "stray spaces"),
    ("no words", 0, {"words": ""}, "stray spaces"),
    ("a sermon", 0, {"words": "amen " * 80 + "amen"}, "at most 80 words"),
    ("a verdict of its own", 0, {"verdict": "partly"}, "verdict must be"),
    ("a place that is true", 1, {"same_as": True}, "place or null"),
    ("a denial that confirms", 2, {"verdict": "confirmed"}, "no denial is confirmed"),
    ("a rewriting without what it rewrites", 1, {"same_as": None}, "no learner is confirmed"),
    ("a near miss as a rewriting", 1, {"kind": "half"}, "no half is a rewriting"),
    ("a rewriting of itself", 1, {"same_as": 1}, "earlier saying"),
    ("a rewriting of what comes from behind", 1, {"same_as": -1}, "earlier saying"),
    ("a rewriting of another verdict", 1, {"verdict": "rejected"}, "verdict of what it rewrites"),
    ("the same words twice", 1, {"words": "i rang her, that day"}, "stands twice"),
    ("a verdict missing", 2, {"verdict": "not_discussed", "kind": "wish"}, "lacks ['rejected']"),
    ("a group that is torn", 1, {"claim": "Told her daughter"}, "must have a saying of each verdict"),
]


@pytest.fixture(scope="module")
def pairs() -> Iterator[ModuleType]:
    """training/rater/pairs.py, which is run from its own folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(TRAINING))
        yield importlib.import_module("pairs")
    for name in ("pairs", "data"):
        sys.modules.pop(name, None)


def write(folder: Path, *groups: str, place: int = 0, change: dict[str, object] | None = None) -> Path:
    """A folder with a file of such groups, one line of each changed."""
    rows: list[dict[str, object]] = []
    for group in groups:
        told: dict[str, object] = {"group": group, "question": "What did you do then?", "claim": f"Told her ({group})"}
        rows += [{**told, **saying, **(change or {} if at == place else {})} for at, saying in enumerate(GROUP)]
    (folder / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


def test_what_is_written_keeps_to_the_form_and_to_its_page(pairs: ModuleType) -> None:
    matters = pairs.read_pairs(TRAINING / "pairs")
    kinds = pairs.count_kinds(matters)
    page = (TRAINING / "README.md").read_text(encoding="utf-8")
    assert f"| {kinds.total()} sayings beside {len(matters)} claims |" in page
    assert {kind for _, kind in kinds} == {*pairs.VERDICT_OF, *pairs.REWRITINGS}
    for (verdict, kind), times in kinds.items():
        assert f"`{kind}`" in page, f"{kind} ({verdict}) is not explained"
        assert times >= 20 or kind in pairs.REWRITINGS, f"{times} of {kind}"


def test_how_something_is_said_does_not_tell_its_verdict(pairs: ModuleType) -> None:
    kinds = pairs.count_kinds(pairs.read_pairs(TRAINING / "pairs"))
    for kind in sorted(pairs.REWRITINGS):
        shares = {verdict: kinds[verdict, kind] for verdict in pairs.TARGETS}
        assert min(shares.values()) >= 0.15 * sum(shares.values()), f"{kind}: {shares}"


def test_a_group_becomes_rows_of_its_question(pairs: ModuleType, tmp_path: Path) -> None:
    (matter,) = pairs.read_pairs(write(tmp_path, "g1"))
    rows = pairs.rows_of(matter)
    assert [(row.answer, row.verdict) for row in rows] == [(saying["words"], saying["verdict"]) for saying in GROUP]
    assert {row.group for row in rows} == {"written: What did you do then?"}
    assert all(row.is_deed and sum(row.targets) == 1 for row in rows)
    assert len({row.id for row in rows}) == len(GROUP)


def test_what_does_not_keep_to_the_form_is_refused(pairs: ModuleType, tmp_path: Path) -> None:
    missed = []
    for name, place, change, expected in BAD:
        try:
            pairs.read_pairs(write(tmp_path, "g1", place=place, change=change))
            missed.append(f"{name}: was taken")
        except pairs.BadPairs as error:
            if expected not in str(error):
                missed.append(f"{name}: {error}")
    assert not missed, "\n".join(missed)


def test_no_group_and_no_claim_stands_twice(pairs: ModuleType, tmp_path: Path) -> None:
    write(tmp_path, "g1", "g2")
    assert len(pairs.read_pairs(tmp_path)) == 2
    (tmp_path / "b.jsonl").write_bytes((tmp_path / "a.jsonl").read_bytes())
    with pytest.raises(pairs.BadPairs, match="the groups: 'g1' stands twice"):
        pairs.read_pairs(tmp_path)
    same = {"claim": "Told her"}
    lines = [json.loads(line) | same for line in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()]
    (tmp_path / "b.jsonl").unlink()
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    with pytest.raises(pairs.BadPairs, match="claims: 'What did you do then"):
        pairs.read_pairs(tmp_path)
