"""The graded answers as rows for training, and the groups that keep a question out of its own training."""

import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

CORPORA = ("scientsbank", "beetle", "saf")
EMPTY = {"no submission", "no response", "empty submission", "keine antwort", "keine abgabe", ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One answer to one question.

    targets: how much it is confirmed, rejected, not discussed; they sum to 1. score: SAF's own, 0 to 1.
    group: rows of the same question share it, whatever their ids. is_made: by augment.py, or written for training.
    """

    id: str
    corpus: str
    group: str
    language: str
    question: str
    claims: tuple[str, ...]
    answer: str
    verdict: str
    targets: tuple[float, float, float]
    score: float | None = None
    is_made: bool = False


def read_corpora(folder: Path, *, constructed: Path) -> list[Row]:
    """Every row of the three corpora that holds an answer, and the rows written for training."""
    rows = [row for corpus in CORPORA for row in _read_corpus(folder / f"{corpus}.jsonl", corpus)]
    return [row for row in rows if row.answer.strip(" .!\n").lower() not in EMPTY] + read_constructed(constructed)


def _read_corpus(path: Path, corpus: str) -> list[Row]:
    rows = []
    for line in path.read_text().splitlines():
        given = json.loads(line)
        score = given.get("score")
        rows.append(
            Row(
                id=given["id"],
                corpus=corpus,
                group=f"{corpus}: {' '.join(given['question'].lower().split())}",
                language=given["language"],
                question=_plain(given["question"]),
                claims=tuple(map(_plain, given["requirements"])),
                answer=_plain(given["answer"]),
                verdict=given["verdict"],
                targets=_targets(given["verdict"], score),
                score=score,
            )
        )
    return rows


def read_constructed(path: Path) -> list[Row]:
    """Interview answers written for training: what a person says of its own work, beside a claim."""
    rows = []
    for line in path.read_text().splitlines():
        given = json.loads(line)
        claim = given["claim"]
        # A claim that is merely recited says nothing of the person.
        recited = [
            claim,
            f"{claim}.",
            f"My strengths: {claim.lower()}; punctual; reliable",
            f"- {claim}\n- Team player",
        ]
        answers = [(verdict, text) for verdict in ("confirmed", "rejected", "not_discussed") for text in given[verdict]]
        answers += [("not_discussed", text) for text in recited]
        for number, (verdict, text) in enumerate(answers):
            rows.append(
                Row(
                    id=f"{claim}/{number}",
                    corpus="constructed",
                    group=f"constructed: {given['question']}",
                    language="en",
                    question=given["question"],
                    claims=(claim,),
                    answer=_plain(text),
                    verdict=verdict,
                    targets=_targets(verdict, None),
                )
            )
    return rows


def _plain(text: str) -> str:
    return " ".join(text.split())


def _targets(verdict: str, score: float | None) -> tuple[float, float, float]:
    # SAF grades how much is right and never says that something is contradicted.
    if score is not None:
        return (score, 0.0, 1.0 - score)
    return (float(verdict == "confirmed"), float(verdict == "rejected"), float(verdict == "not_discussed"))


def split_groups(rows: Sequence[Row], *, folds: int, seed: int) -> list[int]:
    """The fold of each row: whole questions, each corpus spread evenly over the folds by its number of rows."""
    sizes: dict[str, int] = defaultdict(int)
    for row in rows:
        sizes[row.group] += 1
    fold_of: dict[str, int] = {}
    for corpus in (*CORPORA, "constructed"):
        groups = sorted(group for group in sizes if group.startswith(f"{corpus}: "))
        random.Random(f"{seed} {corpus}").shuffle(groups)
        load = [0] * folds
        for group in sorted(groups, key=lambda group: -sizes[group]):
            fold = load.index(min(load))
            fold_of[group] = fold
            load[fold] += sizes[group]
    return [fold_of[row.group] for row in rows]


def with_claim(row: Row, claim: str) -> Row:
    """The row with one claim alone."""
    return replace(row, claims=(claim,))


def digest_of(rows: Sequence[Row]) -> str:
    """Which rows these are, for the record of a training run."""
    lines = "\n".join(f"{row.corpus} {row.id} {row.verdict} {row.answer}" for row in rows)
    return hashlib.sha256(lines.encode()).hexdigest()[:16]
