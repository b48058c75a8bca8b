"""Single sayings written for training, by claim: what confirms it, what denies it, and what is near and says neither.

pairs/ holds JSON lines; those of one group stand together and share question and claim. A rewriting has the verdict of
what it rewrites (same_as: its place in the group), so that training can hold both to one judgement.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from data import Row

KEYS = {"group", "question", "claim", "words", "verdict", "kind", "same_as"}
# What each kind is stands in README.md.
VERDICT_OF = {
    **dict.fromkeys(("plain", "few_words", "right_negation", "particular", "false_cue"), "confirmed"),
    **dict.fromkeys(("denial", "contrary"), "rejected"),
    **dict.fromkeys(
        ("topic", "next_deed", "others_deed", "wish", "half", "hypothetical", "hearsay", "echo"), "not_discussed"
    ),
}
REWRITINGS = {"dialect", "learner", "filler", "misheard"}
TARGETS = {"confirmed": (1.0, 0.0, 0.0), "rejected": (0.0, 1.0, 0.0), "not_discussed": (0.0, 0.0, 1.0)}
MOST_WORDS = 80


class BadPairs(ValueError):
    """A file of sayings that does not keep to the form."""


@dataclass(frozen=True, slots=True)
class Saying:
    """same_as: the place in its group of the saying that this one rewrites."""

    words: str
    verdict: str
    kind: str
    same_as: int | None


@dataclass(frozen=True, slots=True)
class Matter:
    """One claim on one question, and what was said beside it."""

    group: str
    question: str
    claim: str
    sayings: tuple[Saying, ...]


def read_pairs(folder: Path) -> list[Matter]:
    """Every group of the folder's files, in the order of their names.

    Raises BadPairs where a line or a group does not keep to the form, or a group or a question's claim stands twice.
    """
    matters = [matter for path in sorted(folder.glob("*.jsonl")) for matter in _read_file(path)]
    _refuse_twice([matter.group for matter in matters], "the groups")
    _refuse_twice([f"{matter.question} {matter.claim}" for matter in matters], "the questions with their claims")
    return matters


def rows_of(matter: Matter) -> list[Row]:
    """A row for each saying, in its order, held out with its question like every other deed."""
    return [
        Row(
            id=f"{matter.group}/{place}",
            corpus="written",
            group=f"written: {matter.question}",
            language="en",
            question=matter.question,
            claims=(matter.claim,),
            answer=saying.words,
            verdict=saying.verdict,
            targets=TARGETS[saying.verdict],
        )
        for place, saying in enumerate(matter.sayings)
    ]


def count_kinds(matters: Sequence[Matter]) -> Counter[tuple[str, str]]:
    """How many sayings there are of each verdict and kind."""
    return Counter((saying.verdict, saying.kind) for matter in matters for saying in matter.sayings)


def _read_file(path: Path) -> Iterator[Matter]:
    lines = path.read_text(encoding="utf-8").splitlines()
    given = [_read_line(line, f"{path.name}, line {number}") for number, line in enumerate(lines, 1)]
    for key, members in groupby(given, itemgetter("group", "question", "claim")):
        sayings = tuple(Saying(row["words"], row["verdict"], row["kind"], row["same_as"]) for row in members)
        matter = Matter(*key, sayings)
        _check(matter)
        yield matter


def _read_line(line: str, where: str) -> dict[str, Any]:
    given: dict[str, Any] = json.loads(line)
    if set(given) != KEYS:
        raise BadPairs(f"{where} must have the keys {sorted(KEYS)}")
    for key in ("group", "question", "claim", "words"):
        if not isinstance(given[key], str) or not given[key] or given[key] != " ".join(given[key].split()):
            raise BadPairs(f"{where}: {key} must be a text without stray spaces")
    if len(given["words"].split()) > MOST_WORDS:
        raise BadPairs(f"{where} must have at most {MOST_WORDS} words")
    if given["verdict"] not in TARGETS:
        raise BadPairs(f"{where}: the verdict must be one of {sorted(TARGETS)}")
    if given["same_as"] is not None and type(given["same_as"]) is not int:
        raise BadPairs(f"{where}: same_as must be a place or null")
    return given


def _check(matter: Matter) -> None:
    _refuse_twice([" ".join(re.findall(r"\w+", saying.words.lower())) for saying in matter.sayings], matter.group)
    for place, saying in enumerate(matter.sayings):
        where = f"{matter.group}/{place}"
        if saying.same_as is None and VERDICT_OF.get(saying.kind) != saying.verdict:
            raise BadPairs(f"{where}: no {saying.kind} is {saying.verdict}")
        if saying.same_as is not None:
            _check_rewriting(saying, matter.sayings[:place], where)
    if missing := TARGETS.keys() - {saying.verdict for saying in matter.sayings}:
        raise BadPairs(f"{matter.group} must have a saying of each verdict, and lacks {sorted(missing)}")


def _check_rewriting(saying: Saying, before: Sequence[Saying], where: str) -> None:
    if saying.kind not in REWRITINGS:
        raise BadPairs(f"{where}: no {saying.kind} is a rewriting")
    if saying.same_as not in range(len(before)) or before[saying.same_as].same_as is not None:
        raise BadPairs(f"{where}: same_as must lead to an earlier saying that rewrites nothing")
    if before[saying.same_as].verdict != saying.verdict:
        raise BadPairs(f"{where} must have the verdict of what it rewrites")


def _refuse_twice(names: Sequence[str], where: str) -> None:
    if twice := [name for name, times in Counter(names).items() if times > 1]:
        raise BadPairs(f"{where}: {twice[0]!r} stands twice")
