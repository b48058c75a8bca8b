"""Pairs of a claim and words that deny it, or only sound so."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("denials.jsonl")
HALVES = ("written", "held")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One pair. half: "written" was looked at while the rule was written, "held" was not."""

    half: str
    denies: bool
    claim: str
    words: str


def read_pairs(half: str) -> Sequence[Pair]:
    """The pairs of one half, in the file's order."""
    lines = FILE.read_text(encoding="utf-8").split("\n")
    return [pair for line in lines if line and (pair := Pair(**json.loads(line))).half == half]
