"""Answers that nobody should be flagged for: the gold ones of every kind, and each 13th written for training."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.judging.gold_answers import read_gold

WRITTEN = Path(__file__).parents[2] / "training" / "rater" / "written"
EACH = 13  # of 24,000
CLAIMS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Honest:
    """An answer with its question and what was expected."""

    question: str
    claims: tuple[str, ...]
    text: str


def read_honest() -> list[Honest]:
    """All of them, in the order of their files."""
    gold = [
        Honest(
            question=gold_answer.question,
            claims=tuple(claim.text for claim in gold_answer.rubric.claims),
            text=gold_answer.text,
        )
        for half in ("dev", "test")
        for gold_answer in read_gold(half)
    ]
    written = [answer for path in sorted(WRITTEN.glob("*.txt")) for answer in _read(path.read_text(encoding="utf-8"))]
    return [*gold, *written[EACH - 1 :: EACH]]


def _read(text: str) -> Iterator[Honest]:
    """The file's answers without their marks; training/rater/written.py explains the form."""
    for block in text.removeprefix("Q ").split("\nQ "):
        question, *lines = [line.strip() for line in block.splitlines() if line.strip()]
        claims = tuple(line[2:] for line in lines[:CLAIMS])
        for answer in "\n".join(lines[CLAIMS:]).removeprefix("A\n").split("\nA\n"):
            said = " ".join(line.rpartition(" |")[0].strip() or line.strip() for line in answer.splitlines())
            yield Honest(question=question, claims=claims, text=said)
